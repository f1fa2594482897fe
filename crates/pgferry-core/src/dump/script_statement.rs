//! Which statements `pg_dump` writes.
//!
//! Whoever may change a dump could add statements that concern more than the database, or that run a function at once. A
//! function of the dump's own can still be run by what `pg_dump` does write: a check, an index, a materialised view.

use super::scan::{Statement, StatementKind, Token, Tokens};

/// Functions that `pg_dump` calls: sequences, large objects, the search path, and the statistics of version 18.
const FUNCTIONS: [&[u8]; 9] = [
    b"set_config",
    b"setval",
    b"lo_create",
    b"lo_open",
    b"lowrite",
    b"lo_close",
    b"lo_unlink",
    b"pg_restore_relation_stats",
    b"pg_restore_attribute_stats",
];

/// What `CREATE`, `ALTER` and `DROP` are not written for: the server as a whole. `USER MAPPING` is something else.
const OF_THE_SERVER: [&[u8]; 6] = [
    b"ROLE",
    b"USER",
    b"GROUP",
    b"DATABASE",
    b"TABLESPACE",
    b"SYSTEM",
];

/// Whether `pg_dump` writes statements like this one.
pub(super) fn is_pg_dumps(statement: &Statement<'_>) -> bool {
    let mut tokens = Tokens::new(statement.text, true);
    match &statement.kind {
        StatementKind::Select => statement.complete && calls_one_of_ours(tokens),
        StatementKind::Create(_) | StatementKind::Alter(_) | StatementKind::Drop(_) => {
            let object = tokens.nth(1);
            let mapping = tokens.next().is_some_and(|token| token.is(b"MAPPING"));
            mapping
                || !object.is_some_and(|object| OF_THE_SERVER.iter().any(|word| object.is(word)))
        }
        StatementKind::Other(word) => {
            let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
            // Without ON, a role is granted, not a privilege.
            let of_an_object =
                (is(b"GRANT") || is(b"REVOKE")) && tokens.any(|token| token.is(b"ON"));
            of_an_object || is(b"REFRESH") || is(b"SECURITY")
        }
        _ => true,
    }
}

/// `ALTER DOMAIN … DROP CONSTRAINT IF EXISTS`, which `pg_dump --clean --if-exists` writes although it fails where there is
/// no such domain; the domain is dropped a little later anyway.
pub(super) fn drops_constraint_of_domain(statement: &Statement<'_>) -> bool {
    let mut tokens = Tokens::new(statement.text, true);
    tokens.accept_all(&[b"ALTER", b"DOMAIN"])
        && tokens.any(|token| token.is(b"DROP"))
        && tokens.accept_all(&[b"CONSTRAINT", b"IF", b"EXISTS"])
}

/// `SELECT pg_catalog.setval(…);` with no other call in it.
fn calls_one_of_ours(mut tokens: Tokens<'_>) -> bool {
    if !tokens.accept(b"SELECT") {
        return false;
    }
    if tokens.accept_symbol(b'*') && !tokens.accept(b"FROM") {
        return false;
    }
    let qualified = tokens.accept(b"pg_catalog") && tokens.accept_symbol(b'.');
    let ours = tokens
        .next()
        .is_some_and(|token| FUNCTIONS.iter().any(|function| token.is(function)));
    qualified
        && ours
        && tokens.accept_symbol(b'(')
        && tokens.all(|token| token != Token::Symbol(b'('))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::dump::{Event, Scanner};

    fn verdicts(sql: &str) -> Vec<bool> {
        let mut verdicts = Vec::new();
        let mut sink = |event: Event<'_>| -> Result<(), Infallible> {
            if let Event::StatementStart(statement) = event {
                verdicts.push(is_pg_dumps(&statement));
            }
            Ok(())
        };
        let mut scanner = Scanner::new();
        let Ok(()) = scanner.feed(sql.as_bytes(), &mut sink);
        let Ok(_) = scanner.finish(&mut sink);
        verdicts
    }

    #[test]
    fn what_pg_dump_writes_passes() {
        for sql in [
            "SELECT pg_catalog.set_config('search_path', '', false);",
            "SELECT pg_catalog.setval('public.\"a (b)\"', 42, true);",
            "SELECT pg_catalog.lo_open('424242', 131072);",
            "SELECT pg_catalog.lowrite(0, '\\x6c6f');",
            "SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '424242';",
            "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'relpages', '1'::integer);",
            "CREATE USER MAPPING FOR CURRENT_USER SERVER s;",
            "CREATE TABLE public.role (a int);",
            "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
            "GRANT SELECT ON TABLE public.t TO PUBLIC;",
            "REFRESH MATERIALIZED VIEW public.v;",
            "SECURITY LABEL FOR x ON TABLE t IS 'y';",
            "COMMENT ON DATABASE d IS 'x';",
        ] {
            assert_eq!(verdicts(sql), [true], "{sql}");
        }
    }

    #[test]
    fn what_it_does_not_write_is_told_apart() {
        for sql in [
            "SELECT public.zz();",
            "SELECT pg_read_file('/etc/passwd');",
            "SELECT setval('s', 1);",
            "SELECT pg_catalog.setval('s', public.zz(), true);",
            "SELECT pg_catalog.setval ('s', 1), public.zz ();",
            "SELECT 1;",
            "CREATE ROLE evil SUPERUSER;",
            "ALTER ROLE boss SUPERUSER;",
            "DROP DATABASE other;",
            "ALTER SYSTEM SET archive_command = 'x';",
            "CREATE USER evil;",
            "GRANT admin TO evil;",
            "LOAD 'x';",
            "UPDATE t SET a = 1;",
            "DELETE FROM t;",
            "TRUNCATE t;",
            "EXECUTE x;",
            "WITH x AS (SELECT public.zz()) SELECT 1;",
        ] {
            assert_eq!(verdicts(sql), [false], "{sql}");
        }
    }
}
