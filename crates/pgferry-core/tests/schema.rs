//! What definitions say: real dumps, every form of a key, and text that cannot be read.

use std::convert::Infallible;

use pgferry_core::dump::Scanner;
use pgferry_core::dump::schema::{KeyKind, Schema, ValueKind};
use proptest::prelude::*;

const ODDITIES: &[u8] = include_bytes!("data/oddities.sql");
const SITE: &[u8] = include_bytes!("data/site.sql");
const COLUMN_INSERTS: &[u8] = include_bytes!("data/oddities.column-inserts.sql");

fn of_dump(dump: &[u8], piece: usize) -> Schema {
    let mut schema = Schema::new();
    let mut scanner = Scanner::new();
    for piece in dump.chunks(piece) {
        let Ok(()) = scanner.feed(piece, &mut |event| -> Result<(), Infallible> {
            schema.observe(&event);
            Ok(())
        });
    }
    schema
}

fn of_sql(sql: &str) -> Schema {
    let mut schema = Schema::new();
    schema.observe_sql(sql.as_bytes());
    schema
}

/// `table.column type(length)[]` of each column; `!` where it is keyed.
fn outline(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for table in schema.tables() {
        for column in table.columns {
            let name = String::from_utf8_lossy(&column.name).into_owned();
            let type_name = String::from_utf8_lossy(&column.column_type.name.name).into_owned();
            let length = column
                .column_type
                .length
                .map_or_else(String::new, |length| format!("({length})"));
            let array = if column.column_type.array { "[]" } else { "" };
            let keyed = if column.keyed { " !" } else { "" };
            lines.push(format!(
                "{}.{name} {type_name}{length}{array}{keyed}",
                table.name
            ));
        }
    }
    lines
}

/// Names of keyed columns, of any table.
fn keyed(sql: &str) -> Vec<String> {
    let schema = of_sql(sql);
    assert_eq!(schema.unreadable(), [], "{sql}");
    let tables = schema.tables().into_iter();
    let columns = tables.flat_map(|table| {
        let keyed = table.columns.into_iter().filter(|column| column.keyed);
        keyed.map(move |column| format!("{}.{}", table.name, String::from_utf8_lossy(&column.name)))
    });
    columns.collect()
}

#[test]
fn the_site_is_known_as_it_was_made() {
    let schema = of_dump(SITE, SITE.len());
    assert_eq!(schema.unreadable(), []);
    let lines = outline(&schema);
    for line in [
        "public.users.id uuid !",
        "public.users.identifier character varying(255) !",
        "public.users.phone character varying(32)",
        "public.users.settings jsonb",
        "public.newsletter_subscriptions.identifier character varying(255) !",
        "public.newsletter_subscriptions.topic text !",
        // Over lower(name).
        "public.partners.name character varying(255) !",
        "public.venues.slug character varying(255) !",
        "public.venues.contact character varying(255)",
        "public.events.links character varying(255)[]",
        "public.events.owning_partner_id uuid !",
        "public.events.organizer_contact character varying(255)",
        "public.\"SequelizeMeta\".name character varying(255) !",
        "public.request_log.at timestamp with time zone",
        "public.users_partners_mappings.role partner_role",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:#?}");
    }
    let tables = schema.tables();
    let kind = |table: &str, column: &str| {
        let table = tables
            .iter()
            .find(|known| known.name.to_string() == table)
            .unwrap();
        table
            .columns
            .iter()
            .find(|known| known.name == column.as_bytes())
            .unwrap()
            .kind
    };
    assert_eq!(
        kind("public.users_partners_mappings", "role"),
        ValueKind::Plain
    );
    assert_eq!(kind("public.users", "settings"), ValueKind::Json);
    assert_eq!(kind("public.users", "last_ip"), ValueKind::Plain);
}

#[test]
fn oddities_are_known_as_they_were_made() {
    let schema = of_dump(ODDITIES, ODDITIES.len());
    assert_eq!(schema.unreadable(), []);
    let lines = outline(&schema);
    for line in [
        "public.contacts.email character varying(255) !",
        "public.contacts.backup_email citext !",
        "public.contacts.short character varying(12)",
        "public.contact_links.other citext !",
        "public.members.email text !",
        "public.typed.e text !",
        "public.typed.m mood",
        "public.child.a integer",
        "public.child.b integer",
        "public.parts_1.v text",
        "public.numbers.t timestamp with time zone",
        "public.numbers.bits bit varying",
        "\"we\"\"ird.schema\".\"ta ble;\".co,l(1) text",
        "public.cyc_a.b_id integer !",
        "public.generated.b integer",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:#?}");
    }
    // The other ways of writing the same dump say the same.
    assert_eq!(outline(&of_dump(COLUMN_INSERTS, 4096)), lines);
    assert_eq!(outline(&of_dump(ODDITIES, 1)), lines);
    let contacts = schema
        .tables()
        .into_iter()
        .find(|table| table.name.to_string() == "public.contacts")
        .unwrap();
    let keys = schema.unique_keys(&contacts.name);
    assert_eq!(keys.len(), 3);
    assert!(
        keys.iter()
            .any(|key| key.kind == KeyKind::PrimaryKey && key.columns == [b"id"])
    );
    assert!(keys.iter().any(|key| key.kind == KeyKind::Index
        && key.expression
        && key.columns.contains(&b"email".to_vec())));
}

#[test]
fn every_form_of_a_key_counts() {
    let cases: [(&str, &[&str]); 19] = [
        ("CREATE TABLE t (a text PRIMARY KEY, b text UNIQUE, c text);", &["t.a", "t.b"]),
        ("CREATE TABLE t (a text CONSTRAINT x NOT NULL UNIQUE NULLS NOT DISTINCT, b text);", &["t.a"]),
        ("CREATE TABLE t (a text, b text, c text, UNIQUE (a, \"b\"), CHECK (c <> 'UNIQUE (c)'));", &["t.a", "t.b"]),
        ("CREATE TABLE t (a text DEFAULT f('x', (1)), CONSTRAINT c PRIMARY KEY (a) INCLUDE (b), b text);", &["t.a"]),
        ("CREATE TABLE t (a text, exclude text, EXCLUDE USING gist (a WITH =, lower(exclude) WITH =));", &["t.a", "t.exclude"]),
        ("CREATE TABLE t (a text, b text); ALTER TABLE ONLY t ADD CONSTRAINT c UNIQUE NULLS NOT DISTINCT (b);", &["t.b"]),
        ("CREATE TABLE t (a text); ALTER TABLE t ADD COLUMN b text UNIQUE, ADD c text, ADD UNIQUE (c);", &["t.b", "t.c"]),
        ("CREATE TABLE t (a text, p int4range); ALTER TABLE t ADD PRIMARY KEY (a, p WITHOUT OVERLAPS);", &["t.a", "t.p"]),
        ("CREATE TABLE t (a text); CREATE UNIQUE INDEX i ON t USING btree (a text_pattern_ops DESC NULLS LAST);", &["t.a"]),
        ("CREATE TABLE t (a text, b text); CREATE UNIQUE INDEX ON ONLY t (lower((a)::text), (b || 'x')) WHERE (a <> '');", &["t.a", "t.b"]),
        ("CREATE TABLE t (a text, b text, c text); CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a) INCLUDE (b) WHERE c = '';", &["t.a"]),
        ("CREATE TABLE t (a text); CREATE INDEX i ON t (a);", &[]),
        ("CREATE TABLE r (b text, c text REFERENCES t (a)); CREATE TABLE t (a text UNIQUE);", &["r.c", "t.a"]),
        ("CREATE TABLE t (x int, a text); ALTER TABLE t ADD PRIMARY KEY (a); CREATE TABLE r (b text REFERENCES t);", &["r.b", "t.a"]),
        (
            "CREATE TABLE t (a text, b text); CREATE TABLE r (c text, d text UNIQUE);
             ALTER TABLE r ADD CONSTRAINT f FOREIGN KEY (c, d) REFERENCES t(b, a) ON DELETE CASCADE NOT VALID;",
            &["r.d", "t.a"],
        ),
        ("CREATE TABLE p (a text, b text) PARTITION BY LIST (b); CREATE TABLE q (a text, b text); ALTER TABLE ONLY p ATTACH PARTITION q DEFAULT; CREATE UNIQUE INDEX i ON ONLY p (a, b);", &["p.a", "p.b", "q.a", "q.b"]),
        ("CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p (a UNIQUE) FOR VALUES IN ('x'); CREATE TABLE r PARTITION OF p DEFAULT;", &["p.a", "q.a", "r.a"]),
        ("CREATE TABLE p (a text UNIQUE); CREATE TABLE c (b text) INHERITS (p);", &["p.a"]),
        ("CREATE TYPE y AS (a text, b text); CREATE TABLE t OF y (a WITH OPTIONS UNIQUE, PRIMARY KEY (b));", &["t.a", "t.b"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(keyed(sql), expected, "{sql}");
    }
}

#[test]
fn types_are_seen_through_domains() {
    let schema = of_sql(
        "CREATE DOMAIN d AS character varying(20) COLLATE \"C\" DEFAULT 'x' CHECK (VALUE <> '');
         CREATE DOMAIN e d; CREATE DOMAIN f AS e[]; CREATE DOMAIN loop1 AS loop2; CREATE DOMAIN loop2 AS loop1;
         CREATE TYPE c AS (a text COLLATE \"C\", b numeric(3,2)); CREATE TYPE shell;
         CREATE TABLE t (a d, b e NOT NULL, c f, d e[], l loop1, co c, u public.hstore, s shell);",
    );
    assert_eq!(
        outline(&schema),
        [
            "t.a character varying(20)",
            "t.b character varying(20)",
            "t.c character varying(20)[]",
            "t.d character varying(20)[]",
            "t.l loop1",
            "t.co c",
            "t.u hstore",
            "t.s shell"
        ]
    );
    let kinds: Vec<_> = schema
        .tables()
        .remove(0)
        .columns
        .iter()
        .map(|column| column.kind)
        .collect();
    let expected = [
        ValueKind::Text,
        ValueKind::Text,
        ValueKind::Text,
        ValueKind::Text,
        ValueKind::Unknown,
    ];
    assert_eq!(kinds.get(..5), Some(expected.as_slice()));
    assert_eq!(
        kinds.get(5..),
        Some([ValueKind::Composite, ValueKind::Unknown, ValueKind::Unknown].as_slice())
    );
}

#[test]
fn names_without_a_schema_are_in_the_search_path() {
    let sql = "SET search_path = app, pg_catalog; CREATE DOMAIN mail AS text; CREATE TABLE t (a mail, b text);
               SET search_path = '';
               ALTER TABLE ONLY app.t ADD CONSTRAINT k UNIQUE (a); CREATE TABLE public.r (x text REFERENCES app.t (a));";
    assert_eq!(
        outline(&of_sql(sql)),
        ["app.t.a text !", "app.t.b text", "public.r.x text !"]
    );
}

#[test]
fn inherited_columns_stand_first_and_once() {
    let sql = "CREATE TABLE a (x int, y int); CREATE TABLE b (y int, z int); CREATE TABLE c (w int, x int) INHERITS (a, b);
               CREATE TABLE l (m int) INHERITS (l); CREATE TABLE o () INHERITS (missing);";
    let lines: Vec<_> = outline(&of_sql(sql))
        .into_iter()
        .filter(|line| line.starts_with(['c', 'l', 'o']))
        .collect();
    assert_eq!(
        lines,
        [
            "c.x integer",
            "c.y integer",
            "c.z integer",
            "c.w integer",
            "l.m integer"
        ]
    );
}

#[test]
fn what_defines_columns_and_cannot_be_read_is_kept() {
    for sql in [
        "CREATE TABLE t AS SELECT 1;",
        "CREATE TABLE t (LIKE u INCLUDING ALL);",
        "CREATE TABLE t (a);",
        "CREATE TABLE t (U&\"a\" text);",
        "ALTER TABLE t RENAME TO u;",
        "ALTER TABLE t RENAME COLUMN a TO b;",
        "ALTER TABLE t ADD FOREIGN KEY (a);",
        "CREATE UNIQUE INDEX i ON t;",
    ] {
        let schema = of_sql(sql);
        assert_eq!(schema.unreadable().len(), 1, "{sql}");
        assert_eq!(schema.unreadable()[0].text, sql);
    }
    for sql in [
        "ALTER TABLE public.t OWNER TO x;",
        "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT nextval('x'::regclass);",
        "ALTER TABLE public.t ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s START WITH 1);",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE t REPLICA IDENTITY USING INDEX i;",
        "ALTER TABLE t ADD CONSTRAINT c CHECK ((a IN ('x', 'y'))) NOT VALID;",
        "ALTER TABLE t ADD CONSTRAINT c NOT NULL a;",
        "ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y;",
        "ALTER TABLE t SET (fillfactor='70', autovacuum_enabled='false');",
        "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX i;",
        "CREATE VIEW v AS SELECT 1;",
        "CREATE FOREIGN TABLE f (a text OPTIONS (column_name 'UNIQUE')) SERVER s;",
    ] {
        assert_eq!(of_sql(sql).unreadable(), [], "{sql}");
    }
}

#[test]
fn long_definitions_are_read_whole() {
    let columns: Vec<_> = (0..1600)
        .map(|index| format!("column_{index} text DEFAULT '{}'", "x".repeat(250)))
        .collect();
    let sql = format!("CREATE TABLE t ({}, last text UNIQUE);", columns.join(", "));
    assert!(sql.len() > Scanner::HOLD_LIMIT);
    for piece in [1000, sql.len()] {
        let schema = of_dump(sql.as_bytes(), piece);
        assert_eq!(schema.tables()[0].columns.len(), 1601);
        assert!(schema.tables()[0].columns[1600].keyed);
    }
}

proptest! {
    #[test]
    fn no_text_stops_it(words in prop::collection::vec(prop::sample::select(vec![
        "CREATE ", "TABLE ", "ALTER ", "ADD ", "UNIQUE ", "INDEX ", "t ", "a ", "text ", "(", ")", ",", "[", "]", "PRIMARY KEY ", "REFERENCES ",
        "FOREIGN KEY ", "CONSTRAINT ", "INHERITS ", "PARTITION OF ", "ON ", ";", "'x' ", "\"q\" ", "$$ ", "1", ".", "DOMAIN ", "TYPE ", "AS ",
        "EXCLUDE ", "USING ", "COLUMN ", "DEFAULT ", "OF ", "SET search_path = ", "timestamp ", "with ", "interval ", "ATTACH PARTITION ",
    ]), 0..40)) {
        let schema = of_sql(&words.concat());
        prop_assert!(schema.tables().len() <= words.len());
    }
}
