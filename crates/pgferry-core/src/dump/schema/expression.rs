//! Expressions, as far as they say what becomes of the columns in them.
//!
//! Nothing here evaluates SQL. What is looked for is whether different addresses stay different in what an expression
//! makes of them, and whether a check could refuse a pseudonym; where the text doesn't tell, the answer is that it might.

use crate::dump::scan::{Token, Tokens};

/// What an expression says of the columns in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Expression {
    /// Every word that could be a column.
    pub(super) columns: Vec<Vec<u8>>,
    /// Those of which something is taken that may be the same for different values, such as a part.
    pub(super) altered: Vec<Vec<u8>>,
}

/// Functions whose results differ where their arguments do, but for case and blanks around them; aggregates, which yield
/// one row of many; and words that parentheses follow.
const KEEPING: [&[u8]; 70] = [
    b"all",
    b"and",
    b"any",
    b"array",
    b"array_agg",
    b"as",
    b"avg",
    b"between",
    b"btrim",
    b"by",
    b"case",
    b"citext",
    b"coalesce",
    b"concat",
    b"concat_ws",
    b"convert_to",
    b"count",
    b"dense_rank",
    b"digest",
    b"distinct",
    b"else",
    b"encode",
    b"except",
    b"exists",
    b"filter",
    b"from",
    b"greatest",
    b"having",
    b"in",
    b"initcap",
    b"intersect",
    b"join",
    b"json_agg",
    b"json_build_object",
    b"jsonb_agg",
    b"jsonb_build_object",
    b"lateral",
    b"least",
    b"limit",
    b"lower",
    b"ltrim",
    b"max",
    b"md5",
    b"min",
    b"not",
    b"on",
    b"or",
    b"over",
    b"rank",
    b"row",
    b"row_number",
    b"row_to_json",
    b"rtrim",
    b"select",
    b"sha224",
    b"sha256",
    b"sha384",
    b"sha512",
    b"string_agg",
    b"sum",
    b"text",
    b"then",
    b"to_json",
    b"to_jsonb",
    b"union",
    b"upper",
    b"using",
    b"varying",
    b"when",
    b"where",
];

impl Expression {
    /// Reads up to what `ends` finds outside all parentheses, and not past it.
    pub(super) fn read(tokens: &mut Tokens<'_>, ends: impl Fn(Token<'_>) -> bool) -> Option<Self> {
        let mut expression = Self::default();
        // For each open parenthesis: whether what stands in it is altered.
        let mut open: Vec<bool> = Vec::new();
        let mut matches_patterns = false;
        while let Some(token) = tokens.peek() {
            if open.is_empty() && ends(token) {
                break;
            }
            tokens.next();
            match token {
                Token::Symbol(b'(' | b'[') => open.push(open.last().copied().unwrap_or(false)),
                Token::Symbol(b')' | b']') => {
                    open.pop()?;
                }
                Token::Symbol(b'~') => matches_patterns = true,
                _ => {
                    let Some(name) = token.identifier() else {
                        continue;
                    };
                    let altered = open.last().copied().unwrap_or(false);
                    expression.add(&name, altered);
                    if tokens.accept_symbol(b'(') {
                        open.push(altered || !KEEPING.contains(&&*name));
                    }
                }
            }
        }
        // What depends on a pattern can come out the same for all.
        if matches_patterns {
            expression.altered.clone_from(&expression.columns);
        }
        open.is_empty().then_some(expression)
    }

    fn add(&mut self, name: &[u8], altered: bool) {
        for (list, wanted) in [(&mut self.columns, true), (&mut self.altered, altered)] {
            if wanted && !list.iter().any(|known| known == name) {
                list.push(name.to_vec());
            }
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        for name in &other.columns {
            self.add(name, other.altered.contains(name));
        }
    }
}

/// After `CHECK`: the words that could be columns of which the check may refuse a pseudonym. None, if it can't be read.
pub(super) fn doubtful(tokens: &mut Tokens<'_>) -> Option<Vec<Vec<u8>>> {
    if !tokens.accept_symbol(b'(') {
        return None;
    }
    let mut doubtful = Vec::new();
    let mut depth = 1_u32;
    let mut clause = Vec::new();
    loop {
        let token = tokens.next()?;
        match token {
            Token::Symbol(b'(') => depth = depth.checked_add(1)?,
            Token::Symbol(b')') => depth -= 1,
            Token::Symbol(b':') if tokens.accept_symbol(b':') => skip_type(tokens),
            token if token.is(b"AND") || token.is(b"OR") => {
                judge(&clause, &mut doubtful);
                clause.clear();
            }
            token if token.is(b"NOT") && clause.is_empty() => {}
            token => clause.push(token),
        }
        if depth == 0 {
            judge(&clause, &mut doubtful);
            return Some(doubtful);
        }
    }
}

/// After the `::` of a cast.
fn skip_type(tokens: &mut Tokens<'_>) {
    let first = tokens.next();
    while tokens.accept_symbol(b'.') {
        tokens.next();
    }
    if first.is_some_and(|first| first.is(b"character") || first.is(b"bit")) {
        tokens.accept(b"varying");
    }
    let mut ahead = tokens.clone();
    let length = ahead.accept_symbol(b'(')
        && ahead.accept_if(|token| matches!(token, Token::Number(_)))
        && ahead.accept_symbol(b')');
    if length {
        *tokens = ahead;
    }
    while tokens.accept_symbol(b'[') && tokens.accept_symbol(b']') {}
}

/// A part of a check between AND and OR, without parentheses and casts: adds its columns, unless each pseudonym passes
/// where an address does.
fn judge(clause: &[Token<'_>], doubtful: &mut Vec<Vec<u8>>) {
    /// Characters of the shortest pseudonym.
    const SHORTEST: u32 = 18;
    let number = |digits: &[u8]| {
        std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    let is_length = |function: &Token<'_>| {
        [&b"length"[..], b"char_length", b"character_length"]
            .iter()
            .any(|name| function.is(name))
    };
    let passes = match clause {
        [_, is, null] => is.is(b"IS") && null.is(b"NULL"),
        [_, is, not, null] if is.is(b"IS") => not.is(b"NOT") && null.is(b"NULL"),
        // A pseudonym is in lower case if its address was.
        [one, Token::Symbol(b'='), lower, other] | [lower, other, Token::Symbol(b'='), one] => {
            lower.is(b"lower") && one == other
        }
        [
            _,
            Token::Symbol(b'<'),
            Token::Symbol(b'>'),
            Token::String { body, .. },
        ] => body.is_empty(),
        [
            _,
            Token::Symbol(b'~'),
            Token::Symbol(b'~'),
            Token::String { body, .. },
        ] => [&b"%@%"[..], b"%_@_%", b"_%@_%", b"%_@%_", b"_%@%_"].contains(body),
        [function, _, Token::Symbol(b'>'), Token::Number(least)] => {
            is_length(function) && number(least).is_some_and(|least| least < SHORTEST)
        }
        [
            function,
            _,
            Token::Symbol(b'>'),
            Token::Symbol(b'='),
            Token::Number(least),
        ] => is_length(function) && number(least).is_some_and(|least| least <= SHORTEST),
        _ => false,
    };
    if !passes {
        let names = clause.iter().filter_map(|token| token.identifier());
        doubtful.extend(names.map(std::borrow::Cow::into_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_altered_may_no_longer_differ() {
        for (text, altered) in [
            ("lower(mail)", ""),
            ("lower((mail)::text) COLLATE \"C\"", ""),
            ("((mail || ' '::text) || name)", ""),
            ("split_part(mail, '@'::text, 2)", "mail"),
            ("(lower(\"left\"(mail, 5)) || name)", "mail"),
            ("f(lower(mail)), name", "mail"),
            ("CASE WHEN (mail ~~ '%@x'::text) THEN 1 ELSE 2 END", "mail"),
        ] {
            let mut tokens = Tokens::new(text.as_bytes(), true);
            let expression =
                Expression::read(&mut tokens, |token| token == Token::Symbol(b';')).unwrap();
            assert!(expression.columns.contains(&b"mail".to_vec()), "{text}");
            assert_eq!(
                expression.altered.contains(&b"mail".to_vec()),
                !altered.is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn checks_are_passed_or_in_doubt() {
        for (text, doubt) in [
            ("((mail IS NOT NULL))", false),
            ("(((mail IS NULL) OR (phone IS NOT NULL)))", false),
            ("((mail = lower(mail)))", false),
            ("(((mail)::text = lower((mail)::text)))", false),
            ("((lower((mail)::character varying(80)) = mail))", false),
            ("((mail <> ''::text))", false),
            ("(((mail)::text ~~ '%@%'::text))", false),
            ("((length(mail) > 3))", false),
            ("((char_length((mail)::text) >= 5) AND (n > 3))", false),
            ("((length(mail) > 30))", true),
            ("((length(mail) < 30))", true),
            ("((mail = lower(name)))", true),
            ("((mail ~~ '%@ours.org'::text))", true),
            ("((mail ~ '^[^@]+@'::text))", true),
            ("((mail <> other))", true),
            ("(((mail IS NOT NULL) AND (f(mail) = 1)))", true),
            (
                "((mail = ANY (ARRAY['a@ours.org'::text, 'b@ours.org'::text])))",
                true,
            ),
        ] {
            let columns = doubtful(&mut Tokens::new(text.as_bytes(), true)).unwrap();
            assert_eq!(columns.contains(&b"mail".to_vec()), doubt, "{text}");
        }
        for text in ["", "(", "((a)", "a > 1"] {
            assert_eq!(
                doubtful(&mut Tokens::new(text.as_bytes(), true)),
                None,
                "{text}"
            );
        }
    }
}
