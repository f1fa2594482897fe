//! What stands in the parentheses of keys.

use crate::dump::scan::{Token, Tokens};

use super::definition::{ForeignKey, KeyKind, UniqueKey};
use super::expression::Expression;
use super::parser::{identifier, name, skip_element};

/// A primary key or unique constraint. None, if it uses an index: that was defined before.
pub(super) fn keys(tokens: &mut Tokens<'_>, kind: KeyKind) -> Option<Vec<UniqueKey>> {
    if tokens.accept_all(&[b"USING", b"INDEX"]) {
        return Some(Vec::new());
    }
    Some(vec![UniqueKey {
        kind,
        columns: columns(tokens)?,
        expression: false,
        altered: Vec::new(),
    }])
}

/// `(a, b, PERIOD c)`, `(a, b WITHOUT OVERLAPS)`
pub(super) fn columns(tokens: &mut Tokens<'_>) -> Option<Vec<Vec<u8>>> {
    if !tokens.accept_symbol(b'(') {
        return None;
    }
    let mut columns = Vec::new();
    loop {
        let mut column = identifier(tokens)?;
        if column == b"period" && !matches!(tokens.peek(), Some(Token::Symbol(_))) {
            column = identifier(tokens)?;
        }
        columns.push(column);
        tokens.accept_all(&[b"WITHOUT", b"OVERLAPS"]);
        match tokens.next()? {
            Token::Symbol(b',') => {}
            Token::Symbol(b')') => return Some(columns),
            _ => return None,
        }
    }
}

/// After `REFERENCES`.
pub(super) fn references(tokens: &mut Tokens<'_>, columns: Vec<Vec<u8>>) -> Option<ForeignKey> {
    let table = name(tokens)?;
    let referenced = if tokens.peek() == Some(Token::Symbol(b'(')) {
        self::columns(tokens)?
    } else {
        Vec::new()
    };
    Some(ForeignKey {
        columns,
        table,
        referenced,
    })
}

/// `(email, lower(name) COLLATE "C" DESC, (a || b))`
pub(super) fn index_elements(tokens: &mut Tokens<'_>, kind: KeyKind) -> Option<UniqueKey> {
    if !tokens.accept_symbol(b'(') {
        return None;
    }
    let mut key = UniqueKey {
        kind,
        columns: Vec::new(),
        expression: false,
        altered: Vec::new(),
    };
    loop {
        let start = tokens.clone();
        let first = tokens.next()?.identifier();
        let column = !matches!(tokens.peek(), Some(Token::Symbol(b'(' | b'.')));
        if let (Some(name), true) = (first, column) {
            key.columns.push(name.into_owned());
        } else {
            *tokens = start;
            key.expression = true;
            let ends = |token: Token<'_>| matches!(token, Token::Symbol(b',' | b')' | b';'));
            let expression = Expression::read(tokens, ends)?;
            key.columns.extend(expression.columns);
            key.altered.extend(expression.altered);
        }
        if !skip_element(tokens)? {
            return tokens.accept_symbol(b')').then_some(key);
        }
    }
}
