//! The statement before COPY data, as `pg_dump` writes it: `COPY schema.table (column, "col umn") FROM stdin`.

/// Which table and columns the rows that follow belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CopyHeader {
    table: String,
    columns: Vec<String>,
}

impl CopyHeader {
    /// Parses a statement without its semicolon; none if data does not follow it.
    pub(super) fn parse(statement: &[u8]) -> Option<Self> {
        let rest = keyword(statement, b"COPY")?;
        let (table, mut rest) = name(rest.trim_ascii_start())?;
        let mut columns = Vec::new();
        if let Some(list) = rest.trim_ascii_start().strip_prefix(b"(") {
            rest = list;
            loop {
                let (column, after) = name(rest.trim_ascii_start())?;
                columns.push(unquoted(&column));
                rest = after.trim_ascii_start();
                let (&separator, after) = rest.split_first()?;
                rest = after;
                match separator {
                    b',' => {}
                    b')' => break,
                    _ => return None,
                }
            }
        }
        let rest = keyword(rest.trim_ascii_start(), b"FROM")?;
        keyword(rest.trim_ascii_start(), b"STDIN")?;
        Some(Self { table, columns })
    }

    /// As the statement prints it.
    pub(super) fn table(&self) -> &str {
        &self.table
    }

    /// A column's name without quotes, by its index; none if the statement names no columns.
    pub(super) fn column(&self, index: usize) -> Option<&str> {
        self.columns.get(index).map(String::as_str)
    }
}

/// What follows a keyword and the end of that word.
fn keyword<'a>(bytes: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = bytes.split_at_checked(word.len())?;
    let ends = rest
        .first()
        .is_none_or(|&byte| !(byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()));
    (start.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// A name, qualified or not, with its quotes, and what follows it.
fn name(bytes: &[u8]) -> Option<(String, &[u8])> {
    let mut quoted = false;
    let length = bytes.iter().position(|&byte| {
        if byte == b'"' {
            quoted = !quoted;
        }
        !quoted && matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'(' | b')')
    });
    let (name, rest) = bytes.split_at_checked(length.unwrap_or(bytes.len()))?;
    (!name.is_empty() && !quoted).then(|| (String::from_utf8_lossy(name).into_owned(), rest))
}

fn unquoted(name: &str) -> String {
    name.strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .map_or_else(|| name.to_owned(), |name| name.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_pg_dump_writes() {
        for (statement, table, columns) in [
            (
                "COPY public.contacts (id, email) FROM stdin",
                "public.contacts",
                &["id", "email"][..],
            ),
            (
                "COPY public.no_columns  FROM stdin",
                "public.no_columns",
                &[],
            ),
            (
                "COPY \"we\"\"ird.schema\".\"ta ble;\" (\"co,l(1)\", \"FROM stdin;\", \"select\") FROM stdin",
                "\"we\"\"ird.schema\".\"ta ble;\"",
                &["co,l(1)", "FROM stdin;", "select"],
            ),
            (
                "copy t(\"a\"\"b\")from\nSTDIN WITH (FORMAT text)",
                "t",
                &["a\"b"],
            ),
        ] {
            let header = CopyHeader::parse(statement.as_bytes()).unwrap();
            assert_eq!(header.table(), table);
            assert_eq!(header.columns, columns, "{statement}");
        }
    }

    #[test]
    fn nothing_else_is_one() {
        for statement in [
            "",
            "COPY",
            "COPY t",
            "COPYING t FROM stdin",
            "COPY t TO stdout",
            "COPY t FROM '/tmp/x'",
            "COPY t (a FROM stdin",
            "COPY (SELECT 1) TO stdout",
            "COPY t (a) FROM PROGRAM 'x'",
            "COPY t FROM stdinx",
            "COPY \"t FROM stdin",
        ] {
            assert_eq!(CopyHeader::parse(statement.as_bytes()), None, "{statement}");
        }
    }
}
