use super::text::Text;

/// What `COPY schema.table (column, …) FROM stdin;` names, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyTarget {
    pub namespace: Option<Text>,
    pub table: Text,
    /// In the order of the fields of a row. Empty for a table without columns, whose rows are empty lines.
    pub columns: Vec<Text>,
}

/// The statement is not of the form that `pg_dump` writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a COPY statement of pg_dump: expected {expected} at byte {offset} of {statement:?}")]
pub struct CopyStatementError {
    pub expected: &'static str,
    pub offset: usize,
    pub statement: Text,
}

impl CopyTarget {
    /// Reads the statement that `dumpTableData` of `pg_dump.c` makes: names as `fmtId` quotes them, and a list of
    /// columns that is left out where it would be empty.
    ///
    /// # Errors
    /// Where the statement is of another form.
    pub fn parse(statement: &[u8]) -> Result<Self, CopyStatementError> {
        let mut cursor = Cursor {
            statement,
            rest: statement,
        };
        cursor.expect(b"COPY ", "COPY")?;
        let mut table = cursor.identifier("the name of a table")?;
        let mut namespace = None;
        if cursor.take(b".") {
            namespace = Some(table);
            table = cursor.identifier("the name of a table")?;
        }
        cursor.expect(b" ", "a space")?;
        let mut columns = Vec::new();
        if cursor.take(b"(") {
            loop {
                columns.push(cursor.identifier("the name of a column")?);
                if !cursor.take(b", ") {
                    break;
                }
            }
            cursor.expect(b")", "a comma or a closing parenthesis")?;
        }
        cursor.expect(b" FROM stdin;\n", "FROM stdin;")?;
        if !cursor.rest.is_empty() {
            return Err(cursor.error("the end"));
        }
        Ok(Self {
            namespace,
            table,
            columns,
        })
    }
}

struct Cursor<'a> {
    statement: &'a [u8],
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn take(&mut self, literal: &[u8]) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, literal: &[u8], expected: &'static str) -> Result<(), CopyStatementError> {
        if self.take(literal) {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    fn error(&self, expected: &'static str) -> CopyStatementError {
        CopyStatementError {
            expected,
            offset: self.statement.len().saturating_sub(self.rest.len()),
            statement: self.statement.into(),
        }
    }

    /// `fmtId` quotes whatever is not of lower-case ASCII letters, digits and underscores.
    fn identifier(&mut self, expected: &'static str) -> Result<Text, CopyStatementError> {
        if !self.take(b"\"") {
            let plain =
                |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
            let length = self.rest.iter().take_while(|byte| plain(byte)).count();
            let (name, rest) = self.rest.split_at(length);
            if name.is_empty() {
                return Err(self.error(expected));
            }
            self.rest = rest;
            return Ok(name.into());
        }
        let mut name = Vec::new();
        loop {
            let end =
                memchr::memchr(b'"', self.rest).ok_or_else(|| self.error("a closing quote"))?;
            let (part, rest) = self.rest.split_at(end);
            name.extend_from_slice(part);
            self.rest = rest.strip_prefix(b"\"").unwrap_or(rest);
            if !self.take(b"\"") {
                return if name.is_empty() {
                    Err(self.error(expected))
                } else {
                    Ok(name.into())
                };
            }
            name.push(b'"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(
        statement: &str,
    ) -> Result<(Option<String>, String, Vec<String>), CopyStatementError> {
        let target = CopyTarget::parse(statement.as_bytes())?;
        Ok((
            target.namespace.map(|name| name.to_string()),
            target.table.to_string(),
            target.columns.iter().map(ToString::to_string).collect(),
        ))
    }

    #[test]
    fn names_are_read_without_their_quotes() {
        for (statement, namespace, table, columns) in [
            (
                "COPY public.a (b) FROM stdin;\n",
                Some("public"),
                "a",
                vec!["b"],
            ),
            (
                "COPY public.no_columns  FROM stdin;\n",
                Some("public"),
                "no_columns",
                vec![],
            ),
            ("COPY a (b, c_1) FROM stdin;\n", None, "a", vec!["b", "c_1"]),
            (
                "COPY \"we\"\"ird.schema\".\"ta ble;\" (\"co,l(1)\", \"FROM stdin;\", \"\"\"\") FROM stdin;\n",
                Some("we\"ird.schema"),
                "ta ble;",
                vec!["co,l(1)", "FROM stdin;", "\""],
            ),
        ] {
            let expected = (
                namespace.map(str::to_owned),
                table.to_owned(),
                columns.into_iter().map(str::to_owned).collect(),
            );
            assert_eq!(parsed(statement), Ok(expected), "{statement}");
        }
    }

    #[test]
    fn other_forms_are_errors_that_say_where() {
        for (statement, offset) in [
            ("", 0),
            ("COPY", 0),
            ("COPY  a FROM stdin;\n", 5),
            ("COPY a FROM stdin;\n", 7),
            ("COPY Public.a  FROM stdin;\n", 5),
            ("COPY a () FROM stdin;\n", 8),
            ("COPY a (b,c) FROM stdin;\n", 9),
            ("COPY a (b) FROM PROGRAM 'x';\n", 10),
            ("COPY a (b) FROM stdin;\nSELECT 1;", 23),
            ("COPY \"a (b) FROM stdin;\n", 6),
            ("COPY \"\" (b) FROM stdin;\n", 7),
            ("COPY a (b) TO stdout;\n", 10),
        ] {
            assert_eq!(parsed(statement).unwrap_err().offset, offset, "{statement}");
        }
    }
}
