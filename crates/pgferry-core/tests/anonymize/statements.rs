//! Faults A9, A13 and A14: everything but rows.

use super::support::check;

#[test]
fn statements() {
    let cases = [
        (
            "COMMENT ON SCHEMA x IS 'owner: ops@b.co';",
            "COMMENT ON SCHEMA x IS 'owner: nobody@example.com';",
        ),
        (
            "SELECT 'o''brien@b.co', E'x\\ty@b.co', E'o\\'brien@b.co';",
            "SELECT 'nobody@example.com', E'x\\tnobody@example.com', E'nobody@example.com';",
        ),
        (
            "SELECT 'x\ty@b.co', U&'ann\\0040b.co', E'ann\\x40b.co' E'ann\\100b.co', E'ann\\u0040b.co';",
            "SELECT 'x\tnobody@example.com', U&'nobody\\0040example.com', E'nobody\\x40example.com' E'nobody\\100example.com', E'nobody\\u0040example.com';",
        ),
        (
            "SELECT '{ann@b.co,\"a \\\"b\\\" <c@b.co>\"}', '\\x626f6240622e636f', E'\\\\x626f6240622e636f';",
            "SELECT '{nobody@example.com,\"a \\\"b\\\" <nobody@example.com>\"}', '\\x6e6f626f6479406578616d706c652e636f6d', E'\\\\x6e6f626f6479406578616d706c652e636f6d';",
        ),
        (
            "CREATE FUNCTION f() RETURNS text AS $fn$\nBEGIN --mailer@b.co\n RETURN 'post' || '@' || 'b.co' || $x$inner@b.co$x$ || E'in@b.co or';\nEND $fn$;",
            "CREATE FUNCTION f() RETURNS text AS $fn$\nBEGIN --nobody@example.com\n RETURN 'post' || '@' || 'b.co' || $x$nobody@example.com$x$ || E'nobody@example.com or';\nEND $fn$;",
        ),
        (
            "CREATE VIEW v AS SELECT x FROM t WHERE a = 'admin@b.co'::text AND b @> c AND (d @ e) AND f@@g;",
            "CREATE VIEW v AS SELECT x FROM t WHERE a = 'nobody+mvxvyd7thutx@example.com'::text AND b @> c AND (d @ e) AND f@@g;",
        ),
        // What they are compared with may carry tokens.
        (
            "CREATE TYPE e AS ENUM ('admin@b.co', 'Admin@b.co'); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN ('admin@b.co');",
            "CREATE TYPE e AS ENUM ('nobody+mvxvyd7thutx@example.com', 'nobody+mvXVYD7ThUtx@eXAMpLe.coM'); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN ('nobody+mvxvyd7thutx@example.com');",
        ),
        (
            "CREATE DOMAIN e AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');",
            "CREATE DOMAIN e AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');",
        ),
        (
            "-- mailer@b.co\n/* a@b.co /* c@d.ef */ x@y */ SELECT 1 --a@b.co\n;",
            "-- nobody@example.com\n/* nobody@example.com /* nobody@example.com */ x@y */ SELECT 1 --nobody@example.com\n;",
        ),
        (
            "INSERT INTO t VALUES (1, 'a@b.co', NULL, '''ann@b.co'':2 ''mail'':1'), (2, '', f('c@d.ef'), 'x');",
            "INSERT INTO t VALUES (1, 'nobody@example.com', NULL, '''nobody@example.com'':2 ''mail'':1'), (2, '', f('nobody@example.com'), 'x');",
        ),
        (
            "SET standard_conforming_strings = off;\nSELECT 'x\\ny@b.co\\'z@b.co';",
            "SET standard_conforming_strings = off;\nSELECT 'x\\nnobody@example.com\\'nobody@example.com';",
        ),
        (
            "\\connect 'dbname=x user=joe@b.co'\n",
            "\\connect 'dbname=x user=nobody@example.com'\n",
        ),
    ];
    for (input, expected) in cases {
        check(input, expected);
    }
}

#[test]
fn large_objects() {
    let chunk = |hex: &str| format!("SELECT pg_catalog.lowrite(0, '\\x{hex}');\n");
    let around = |chunks: &str| {
        format!(
            "SELECT pg_catalog.lo_open('1', 131072);\n{chunks}SELECT pg_catalog.lo_close(0);\n\nSELECT 1;\n"
        )
    };
    let hex = |text: &str| {
        text.bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    check(
        &around(&chunk(&hex("large lo@b.co inside"))),
        &around(&chunk(&hex("large nobody@example.com inside"))),
    );
    check(
        &around(&format!(
            "{}{}{}",
            chunk(&hex("large lo")),
            chunk(&hex("@b")),
            chunk(&hex(".co inside"))
        )),
        &around(&format!(
            "{}{}{}",
            chunk(&hex("large nobody@example.com")),
            chunk(""),
            chunk(&hex(" inside"))
        )),
    );
    let plain = around(&format!(
        "{}{}",
        chunk(&hex("nothing ")),
        chunk(&hex("inside@"))
    ));
    check(&plain, &plain);
}
