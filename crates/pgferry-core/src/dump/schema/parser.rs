//! The statements that define columns and keys.

use crate::dump::ObjectName;
use crate::dump::scan::{Token, Tokens, object_name};

use super::column_type::ColumnType;
use super::definition::{
    ColumnDefinition, Definition, KeyKind, Strategy, TableDefinition, UniqueKey,
};
use super::expression::{Expression, doubtful};
use super::key_parser::{columns, index_elements, keys, references};

const TABLE_MODIFIERS: [&[u8]; 5] = [b"GLOBAL", b"LOCAL", b"TEMP", b"TEMPORARY", b"UNLOGGED"];

/// What a statement says. None: it defines what matters here, in a way that is not understood.
pub(super) fn definitions(text: &[u8], standard_strings: bool) -> Option<Vec<Definition>> {
    let mut tokens = Tokens::new(text, standard_strings);
    if tokens.accept(b"ALTER") {
        let table = tokens.accept(b"TABLE") || tokens.accept_all(&[b"FOREIGN", b"TABLE"]);
        return if table {
            alter_table(&mut tokens)
        } else {
            Some(Vec::new())
        };
    }
    if tokens.accept(b"SET") {
        return Some(search_path(&mut tokens));
    }
    if !tokens.accept(b"CREATE") {
        return Some(Vec::new());
    }
    while TABLE_MODIFIERS
        .iter()
        .any(|modifier| tokens.accept(modifier))
    {}
    if tokens.accept(b"TABLE") || tokens.accept_all(&[b"FOREIGN", b"TABLE"]) {
        create_table(&mut tokens)
    } else if tokens.accept_all(&[b"UNIQUE", b"INDEX"]) {
        create_unique_index(&mut tokens)
    } else if tokens.accept(b"DOMAIN") {
        create_domain(&mut tokens)
    } else if tokens.accept(b"TYPE") {
        create_type(&mut tokens)
    } else if tokens.accept_all(&[b"MATERIALIZED", b"VIEW"])
        || tokens.accept_all(&[b"OR", b"REPLACE", b"VIEW"])
        || tokens.accept(b"VIEW")
    {
        create_view(&mut tokens)
    } else {
        Some(Vec::new())
    }
}

pub(super) fn name(tokens: &mut Tokens<'_>) -> Option<ObjectName<'static>> {
    object_name(tokens).map(ObjectName::into_owned)
}

pub(super) fn identifier(tokens: &mut Tokens<'_>) -> Option<Vec<u8>> {
    Some(tokens.next()?.identifier()?.into_owned())
}

/// After `SET`.
fn search_path(tokens: &mut Tokens<'_>) -> Vec<Definition> {
    if !tokens.accept(b"SESSION") {
        tokens.accept(b"LOCAL");
    }
    if !tokens.accept(b"search_path") || !(tokens.accept_symbol(b'=') || tokens.accept(b"TO")) {
        return Vec::new();
    }
    let first = match tokens.next() {
        Some(Token::String { body, .. }) => Some(body.to_vec()),
        Some(token) => token.identifier().map(std::borrow::Cow::into_owned),
        None => None,
    };
    vec![Definition::DefaultSchema(
        first.filter(|schema| !schema.is_empty()),
    )]
}

fn create_domain(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    let name = name(tokens)?;
    tokens.accept(b"AS");
    let base = ColumnType::read(tokens)?;
    let mut checked = false;
    while !matches!(tokens.peek(), None | Some(Token::Symbol(b';'))) {
        if tokens.accept(b"CHECK") {
            let doubtful = doubtful(tokens)?;
            checked |= doubtful.iter().any(|word| word == b"value");
        } else {
            tokens.next();
        }
    }
    Some(vec![Definition::Domain {
        name,
        base,
        checked,
    }])
}

/// After `CREATE VIEW`.
fn create_view(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    tokens.accept_all(&[b"IF", b"NOT", b"EXISTS"]);
    let name = name(tokens)?;
    let body = Expression::read(tokens, |token| token == Token::Symbol(b';'))?;
    Some(vec![Definition::View { name, body }])
}

fn create_type(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    let name = name(tokens)?;
    if !tokens.accept(b"AS") {
        return Some(Vec::new());
    }
    if tokens.accept(b"ENUM") {
        let addresses =
            tokens.any(|token| matches!(token, Token::String { body, .. } if body.contains(&b'@')));
        return Some(vec![Definition::PlainType { name, addresses }]);
    }
    if tokens.accept(b"RANGE") {
        let addresses = false;
        return Some(vec![Definition::PlainType { name, addresses }]);
    }
    let mut attributes = Vec::new();
    if !tokens.accept_symbol(b'(') {
        return None;
    }
    while !tokens.accept_symbol(b')') {
        let name = identifier(tokens)?;
        let column_type = ColumnType::read(tokens)?;
        attributes.push(ColumnDefinition { name, column_type });
        skip_element(tokens)?;
    }
    Some(vec![Definition::Composite { name, attributes }])
}

/// After `CREATE TABLE`.
fn create_table(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    tokens.accept_all(&[b"IF", b"NOT", b"EXISTS"]);
    let name = name(tokens)?;
    let mut table = TableDefinition {
        name: name.clone(),
        columns: Vec::new(),
        columns_of: Vec::new(),
    };
    let mut keys = Vec::new();
    let mut typed = true;
    if tokens.accept(b"OF") {
        table.columns_of.push(self::name(tokens)?);
        typed = false;
    } else if tokens.accept_all(&[b"PARTITION", b"OF"]) {
        let parent = self::name(tokens)?;
        table.columns_of.push(parent.clone());
        keys.push(Definition::Partition {
            parent,
            partition: name.clone(),
        });
        typed = false;
    }
    if tokens.accept_symbol(b'(') {
        while !tokens.accept_symbol(b')') {
            if let Element::Constraint(constraint) = element(&name, tokens)? {
                keys.extend(constraint);
            } else {
                let column = identifier(tokens)?;
                if typed {
                    let column_type = ColumnType::read(tokens)?;
                    table.columns.push(ColumnDefinition {
                        name: column.clone(),
                        column_type,
                    });
                }
                keys.extend(column_constraints(&name, &column, tokens)?);
            }
        }
    } else if typed {
        return None;
    }
    if tokens.accept(b"INHERITS") {
        if !tokens.accept_symbol(b'(') {
            return None;
        }
        loop {
            table.columns_of.push(self::name(tokens)?);
            if !tokens.accept_symbol(b',') {
                break;
            }
        }
    }
    if find_partition_key(tokens) {
        keys.push(partition_key(&name, tokens)?);
    }
    let mut definitions = vec![Definition::Table(table)];
    definitions.append(&mut keys);
    Some(definitions)
}

/// Goes to behind `PARTITION BY`, if that stands somewhere behind the columns.
fn find_partition_key(tokens: &mut Tokens<'_>) -> bool {
    loop {
        if tokens.accept_all(&[b"PARTITION", b"BY"]) {
            return true;
        }
        if tokens.next().is_none() {
            return false;
        }
    }
}

fn partition_key(table: &ObjectName<'static>, tokens: &mut Tokens<'_>) -> Option<Definition> {
    let strategy = if tokens.accept(b"LIST") {
        Strategy::List
    } else if tokens.accept(b"RANGE") {
        Strategy::Range
    } else if tokens.accept(b"HASH") {
        Strategy::Hash
    } else {
        return None;
    };
    Some(Definition::PartitionKey {
        table: table.clone(),
        strategy,
        key: index_elements(tokens, KeyKind::Index)?,
    })
}

/// After `ALTER TABLE`.
fn alter_table(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    tokens.accept_all(&[b"IF", b"EXISTS"]);
    tokens.accept(b"ONLY");
    // ALTER TABLE ALL IN TABLESPACE …
    if tokens.clone().accept_all(&[b"ALL", b"IN", b"TABLESPACE"]) {
        return Some(Vec::new());
    }
    let table = name(tokens)?;
    tokens.accept_symbol(b'*');
    let mut definitions = Vec::new();
    loop {
        if tokens.accept_all(&[b"ATTACH", b"PARTITION"]) {
            definitions.push(Definition::Partition {
                parent: table.clone(),
                partition: name(tokens)?,
            });
        } else if tokens.accept(b"INHERIT") {
            definitions.push(Definition::Inherits {
                child: table.clone(),
                parent: name(tokens)?,
            });
        } else if tokens.accept(b"ADD") {
            if let Element::Constraint(constraint) = element(&table, tokens)? {
                definitions.extend(constraint);
            } else {
                tokens.accept(b"COLUMN");
                tokens.accept_all(&[b"IF", b"NOT", b"EXISTS"]);
                let column = identifier(tokens)?;
                let column_type = ColumnType::read(tokens)?;
                let added = ColumnDefinition {
                    name: column.clone(),
                    column_type,
                };
                definitions.push(Definition::Column {
                    table: table.clone(),
                    column: added,
                });
                definitions.extend(column_constraints(&table, &column, tokens)?);
            }
            // The comma has been read.
            if matches!(tokens.peek(), None | Some(Token::Symbol(b';'))) {
                return Some(definitions);
            }
            continue;
        } else if tokens.accept(b"RENAME") || tokens.accept_all(&[b"SET", b"SCHEMA"]) {
            // No dump renames; what comes after could not be told from what came before.
            return None;
        }
        if !skip_element(tokens)? {
            return Some(definitions);
        }
    }
}

/// Skips to behind the next comma outside parentheses, or to the closing parenthesis, or to the end: whether there was a
/// comma.
pub(super) fn skip_element(tokens: &mut Tokens<'_>) -> Option<bool> {
    loop {
        match tokens.peek() {
            None | Some(Token::Symbol(b')' | b';')) => return Some(false),
            _ => {}
        }
        match tokens.next()? {
            Token::Symbol(b',') => return Some(true),
            Token::Symbol(b'(' | b'[') => skip_group(tokens)?,
            _ => {}
        }
    }
}

/// After an opening parenthesis or bracket: to behind its end.
fn skip_group(tokens: &mut Tokens<'_>) -> Option<()> {
    let mut depth = 1_u32;
    while depth > 0 {
        match tokens.next()? {
            Token::Symbol(b'(' | b'[') => depth = depth.checked_add(1)?,
            Token::Symbol(b')' | b']') => depth -= 1,
            _ => {}
        }
    }
    Some(())
}

/// An element of a table's definition.
enum Element {
    /// A table constraint, up to and including the comma after it.
    Constraint(Vec<Definition>),
    /// Something else, of which nothing has been read.
    Column,
}

fn element(table: &ObjectName<'static>, tokens: &mut Tokens<'_>) -> Option<Element> {
    let mut ahead = tokens.clone();
    let named = ahead.accept(b"CONSTRAINT");
    if named {
        identifier(&mut ahead)?;
    }
    let table = table.clone();
    let mut definitions = Vec::new();
    if ahead.accept_all(&[b"PRIMARY", b"KEY"]) {
        definitions.extend(
            keys(&mut ahead, KeyKind::PrimaryKey)?
                .into_iter()
                .map(|key| Definition::UniqueKey {
                    table: table.clone(),
                    key,
                }),
        );
    } else if ahead.accept(b"UNIQUE") {
        if ahead.accept(b"NULLS") {
            ahead.accept(b"NOT");
            ahead.accept(b"DISTINCT");
        }
        definitions.extend(
            keys(&mut ahead, KeyKind::Constraint)?
                .into_iter()
                .map(|key| Definition::UniqueKey {
                    table: table.clone(),
                    key,
                }),
        );
    } else if ahead.accept_all(&[b"FOREIGN", b"KEY"]) {
        let columns = columns(&mut ahead)?;
        if !ahead.accept(b"REFERENCES") {
            return None;
        }
        let key = references(&mut ahead, columns)?;
        definitions.push(Definition::ForeignKey { table, key });
    } else if is_exclusion(&ahead) {
        ahead.next();
        if ahead.accept(b"USING") {
            identifier(&mut ahead)?;
        }
        let key = index_elements(&mut ahead, KeyKind::Exclusion)?;
        definitions.push(Definition::UniqueKey { table, key });
    } else if ahead.accept(b"LIKE") {
        return None;
    } else if ahead.accept(b"CHECK") {
        let doubtful = doubtful(&mut ahead)?;
        ahead.accept_all(&[b"NO", b"INHERIT"]);
        // One that is not valid is not held against the rows that there are.
        if !ahead.accept_all(&[b"NOT", b"VALID"]) {
            definitions.push(Definition::Check { table, doubtful });
        }
    } else if !named {
        return Some(Element::Column);
    }
    skip_element(&mut ahead)?;
    *tokens = ahead;
    Some(Element::Constraint(definitions))
}

/// `exclude` is a name for columns too.
fn is_exclusion(tokens: &Tokens<'_>) -> bool {
    let mut ahead = tokens.clone();
    ahead.accept(b"EXCLUDE") && (ahead.accept(b"USING") || ahead.accept_symbol(b'('))
}

/// What follows a column's type, up to the comma after it.
fn column_constraints(
    table: &ObjectName<'static>,
    column: &[u8],
    tokens: &mut Tokens<'_>,
) -> Option<Vec<Definition>> {
    let mut definitions = Vec::new();
    let key = |kind| UniqueKey {
        kind,
        columns: vec![column.to_vec()],
        expression: false,
        altered: Vec::new(),
    };
    loop {
        match tokens.peek() {
            None | Some(Token::Symbol(b')' | b';')) => return Some(definitions),
            _ => {}
        }
        // These words are reserved: outside quotes and parentheses they are nothing else.
        if tokens.accept(b"UNIQUE") {
            definitions.push(Definition::UniqueKey {
                table: table.clone(),
                key: key(KeyKind::Constraint),
            });
        } else if tokens.accept_all(&[b"PRIMARY", b"KEY"]) {
            definitions.push(Definition::UniqueKey {
                table: table.clone(),
                key: key(KeyKind::PrimaryKey),
            });
        } else if tokens.accept(b"REFERENCES") {
            let key = references(tokens, vec![column.to_vec()])?;
            definitions.push(Definition::ForeignKey {
                table: table.clone(),
                key,
            });
        } else if tokens.accept(b"CHECK") {
            definitions.push(Definition::Check {
                table: table.clone(),
                doubtful: doubtful(tokens)?,
            });
        } else if tokens.accept_all(&[b"GENERATED", b"ALWAYS", b"AS"]) {
            // `IDENTITY` is read as what it is: no column of anything.
            let ends = |token: Token<'_>| {
                token.is(b"STORED") || matches!(token, Token::Symbol(b',' | b')' | b';'))
            };
            definitions.push(Definition::Generated {
                table: table.clone(),
                column: column.to_vec(),
                expression: Expression::read(tokens, ends)?,
            });
        } else {
            match tokens.next()? {
                Token::Symbol(b',') => return Some(definitions),
                Token::Symbol(b'(' | b'[') => skip_group(tokens)?,
                _ => {}
            }
        }
    }
}

/// After `CREATE UNIQUE INDEX`.
fn create_unique_index(tokens: &mut Tokens<'_>) -> Option<Vec<Definition>> {
    tokens.accept(b"CONCURRENTLY");
    tokens.accept_all(&[b"IF", b"NOT", b"EXISTS"]);
    if !tokens.accept(b"ON") {
        name(tokens)?;
        if !tokens.accept(b"ON") {
            return None;
        }
    }
    tokens.accept(b"ONLY");
    let table = name(tokens)?;
    if tokens.accept(b"USING") {
        identifier(tokens)?;
    }
    let key = index_elements(tokens, KeyKind::Index)?;
    Some(vec![Definition::UniqueKey { table, key }])
}
