//! Parts of real dumps: what is kept, and what is left out.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::sync::Arc;

use pgferry_core::dump::parts::{Inventory, Kind, Link, NothingSelected, Standing, Survey, Wish};
use pgferry_core::dump::{
    LoadError, LoadFilter, LoadOptions, ObjectName, ScriptReport, Step, StepReader,
};

const CLEAN: &str = include_str!("data/oddities.clean.sql");
const INSERTS: &str = include_str!("data/oddities.inserts.sql");

fn inventory(dump: &str) -> Inventory {
    let mut survey = Survey::new(LoadOptions::default());
    survey.feed(dump.as_bytes()).unwrap();
    survey.finish().unwrap()
}

fn tables(patterns: &[&str]) -> Wish {
    Wish {
        tables: patterns.iter().map(|text| text.parse().unwrap()).collect(),
        ..Wish::default()
    }
}

fn without(patterns: &[&str]) -> Wish {
    Wish {
        exclude_tables: patterns.iter().map(|text| text.parse().unwrap()).collect(),
        ..Wish::default()
    }
}

/// Statements that are restored, up to the end of their first line, and what else is told.
struct Restored {
    statements: Vec<String>,
    report: ScriptReport,
    notes: Vec<String>,
}

impl Restored {
    /// Statements that are no settings.
    fn about(&self) -> Vec<&str> {
        let statements = self.statements.iter().map(String::as_str);
        statements
            .filter(|text| !text.starts_with("SET ") && !text.contains("set_config"))
            .collect()
    }

    fn has(&self, text: &str) -> bool {
        self.statements
            .iter()
            .any(|statement| statement.contains(text))
    }

    fn rows(&self) -> Vec<String> {
        self.report
            .tables
            .iter()
            .map(|table| format!("{} {}", table.table, table.rows))
            .collect()
    }
}

fn restored(dump: &str, wish: &Wish, standing: Option<&Standing>) -> Restored {
    let parts = inventory(dump).select(wish, standing).unwrap();
    let notes = parts.notes().to_vec();
    let options = LoadOptions {
        parts: Some(Arc::new(parts)),
        pin_settings: false,
        ..LoadOptions::default()
    };
    let mut statements = Vec::new();
    let mut reader = StepReader::new(options.clone());
    let mut sink = |step: Step<'_>| -> Result<(), LoadError> {
        if let Step::Statement(sql) | Step::CopyStart { copy: sql, .. } = step {
            let text = String::from_utf8_lossy(sql.text);
            statements.push(text.lines().collect::<Vec<_>>().join(" "));
        }
        Ok(())
    };
    reader.feed(dump.as_bytes(), &mut sink).unwrap();
    let report = reader.finish(&mut sink).unwrap();

    // Both ways of loading leave out the same, and psql's lines stay those of the dump.
    let mut filter = LoadFilter::new(options);
    let mut output = Vec::new();
    filter.feed(dump.as_bytes(), &mut output).unwrap();
    assert_eq!(filter.finish(&mut output).unwrap(), report);
    let lines = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
    assert_eq!(lines(&output), lines(dump.as_bytes()));
    Restored {
        statements,
        report,
        notes,
    }
}

fn name(text: &str) -> ObjectName<'static> {
    ObjectName {
        schema: Some(b"public".to_vec().into()),
        name: text.as_bytes().to_vec().into(),
    }
}

#[test]
fn a_table_comes_with_all_that_belongs_to_it() {
    let contacts = restored(CLEAN, &tables(&["contacts"]), None);
    assert_eq!(contacts.rows(), ["public.contacts 4"]);
    let about = contacts.about();
    let of_table: Vec<&&str> = about
        .iter()
        .filter(|text| text.contains("contacts"))
        .collect();
    assert_eq!(
        of_table
            .iter()
            .map(|text| text.get(..60).unwrap_or(text))
            .collect::<Vec<_>>(),
        [
            "DROP INDEX IF EXISTS public.contacts_email_lower;",
            "ALTER TABLE IF EXISTS ONLY public.contacts DROP CONSTRAINT I",
            "ALTER TABLE IF EXISTS ONLY public.contacts DROP CONSTRAINT I",
            "ALTER TABLE IF EXISTS public.contacts ALTER COLUMN id DROP D",
            "DROP SEQUENCE IF EXISTS public.contacts_id_seq;",
            "DROP TABLE IF EXISTS public.contacts;",
            "CREATE TABLE public.contacts (     id integer NOT NULL,     ",
            "COMMENT ON COLUMN public.contacts.email IS 'ask privacy@infi",
            "CREATE SEQUENCE public.contacts_id_seq     AS integer     ST",
            "ALTER SEQUENCE public.contacts_id_seq OWNED BY public.contac",
            "ALTER TABLE ONLY public.contacts ALTER COLUMN id SET DEFAULT",
            "COPY public.contacts (id, email, backup_email, short, body, ",
            "SELECT pg_catalog.setval('public.contacts_id_seq', 4, true);",
            "ALTER TABLE ONLY public.contacts     ADD CONSTRAINT contacts",
            "ALTER TABLE ONLY public.contacts     ADD CONSTRAINT contacts",
            "CREATE UNIQUE INDEX contacts_email_lower ON public.contacts ",
        ]
    );
    for other in [
        "CREATE VIEW",
        "members",
        "lo_create",
        "PUBLICATION",
        "EVENT TRIGGER",
    ] {
        assert!(!contacts.has(other), "{other}");
    }
    // In a new database, what tables are made of comes along.
    for other in [
        "CREATE EXTENSION",
        "CREATE TYPE public.mood",
        "CREATE SCHEMA",
    ] {
        assert!(contacts.has(other), "{other}");
    }
    let rows: u64 = contacts
        .report
        .left_out
        .iter()
        .map(|table| table.rows)
        .sum();
    assert!(rows > 10, "{rows}");
    assert_eq!(
        contacts.notes,
        ["left out the large objects, which belong to no table"]
    );
}

#[test]
fn partitions_and_heirs_come_with_their_parents() {
    let parts = restored(CLEAN, &tables(&["parts"]), None);
    assert!(
        parts
            .rows()
            .iter()
            .all(|table| table.starts_with("public.parts_"))
    );
    assert_eq!(parts.rows().len(), 2);
    for expected in [
        "ATTACH PARTITION public.parts_2 ",
        "ALTER INDEX public.parts_v_idx ATTACH PARTITION public.parts_1_v_idx;",
        "CREATE STATISTICS public.part_stats",
        "DROP STATISTICS IF EXISTS public.part_stats;",
        "CREATE TRIGGER parts_touch",
        "CREATE FUNCTION public.touch()",
    ] {
        assert!(parts.has(expected), "{expected}");
    }
    // A view over it is another object.
    assert!(!parts.has("MATERIALIZED VIEW"));
    let parents = restored(CLEAN, &tables(&["parent"]), None);
    assert!(parents.has("COPY public.child"));
    let one = restored(CLEAN, &tables(&["parts_1"]), None);
    assert_eq!(one.rows().len(), 1);
    assert!(!one.has("ATTACH"));
}

#[test]
fn foreign_keys_need_both_tables() {
    let one = restored(CLEAN, &tables(&["cyc_a"]), None);
    assert!(!one.has("ADD CONSTRAINT cyc_a_b_id_fkey"));
    assert_eq!(
        one.notes[0],
        "left out the foreign key cyc_a_b_id_fkey of public.cyc_a: public.cyc_b is not restored"
    );
    let both = restored(CLEAN, &tables(&["cyc_?"]), None);
    assert!(
        both.has("ADD CONSTRAINT cyc_a_b_id_fkey") && both.has("ADD CONSTRAINT cyc_b_a_id_fkey")
    );

    // In a database that stands, those to and from tables that are there are made anew.
    let standing = Standing {
        relations: [name("cyc_a"), name("cyc_b")].into(),
        links: [Link {
            table: name("cyc_b"),
            name: b"cyc_b_a_id_fkey".to_vec(),
            referenced: Some(name("cyc_a")),
        }]
        .into(),
        ..Standing::default()
    };
    let into = restored(CLEAN, &tables(&["cyc_a"]), Some(&standing));
    for expected in [
        "public.cyc_b DROP CONSTRAINT IF EXISTS cyc_b_a_id_fkey;",
        "ADD CONSTRAINT cyc_b_a_id_fkey",
        "ADD CONSTRAINT cyc_a_b_id_fkey",
    ] {
        assert!(into.has(expected), "{expected}");
    }
    assert!(!into.has("cyc_b_pkey"));
}

#[test]
fn a_database_that_stands_gets_what_is_needed_and_loses_nothing_else() {
    let none = restored(CLEAN, &tables(&["typed"]), Some(&Standing::default()));
    for needed in [
        "CREATE TYPE public.mood",
        "CREATE TYPE public.pair",
        "CREATE DOMAIN public.email_address",
    ] {
        assert!(none.has(needed), "{needed}");
    }
    let drops: Vec<&str> = none
        .about()
        .into_iter()
        .filter(|text| text.contains("DROP"))
        .collect();
    assert_eq!(
        drops,
        [
            "ALTER TABLE IF EXISTS ONLY public.typed DROP CONSTRAINT IF EXISTS typed_e_key;",
            "DROP TABLE IF EXISTS public.typed;"
        ]
    );
    assert!(!none.has("FUNCTION") && !none.has("CREATE SCHEMA") && !none.has("COLLATION"));
    let standing = Standing {
        definitions: [
            (Kind::Type, name("mood")),
            (Kind::Type, name("pair")),
            (Kind::Type, name("email_address")),
        ]
        .into(),
        ..Standing::default()
    };
    let held = restored(CLEAN, &tables(&["typed"]), Some(&standing));
    assert!(!held.has("CREATE TYPE") && !held.has("CREATE DOMAIN"));
}

#[test]
fn views_over_what_is_replaced_are_made_anew() {
    let standing = Standing {
        relations: [name("contacts"), name("admins")].into(),
        views: [(name("admins"), name("contacts"))].into(),
        ..Standing::default()
    };
    let contacts = restored(CLEAN, &tables(&["contacts"]), Some(&standing));
    assert!(contacts.has("DROP VIEW IF EXISTS public.admins;"));
    assert!(contacts.has("CREATE VIEW public.admins"));
    assert_eq!(
        contacts.notes[0],
        "made anew, for they use what is restored: public.admins"
    );
}

#[test]
fn what_uses_an_excluded_table_goes_with_it() {
    let rest = restored(CLEAN, &without(&["contacts", "parts"]), None);
    for left in [
        "public.contacts ",
        "contacts_id_seq",
        "VIEW public.admins",
        "VIEW public.summary",
        "contact_links_other_fkey FOREIGN",
        "parts_1",
    ] {
        let found = rest.about().into_iter().find(|text| text.contains(left));
        assert!(found.is_none(), "{left}: {found:?}");
    }
    for kept in [
        "COPY public.members",
        "lo_create",
        "CREATE PUBLICATION",
        "DROP EXTENSION",
    ] {
        assert!(rest.has(kept), "{kept}");
    }
    assert_eq!(
        rest.notes[0],
        "left out, for they use what is left out: public.admins, public.summary, public.summary_of_summary"
    );
}

#[test]
fn rows_and_definitions_can_be_had_apart() {
    let empty = Wish {
        exclude_data: vec!["public.*".parse().unwrap()],
        ..Wish::default()
    };
    let empty = restored(CLEAN, &empty, None);
    assert_eq!(empty.rows(), ["\"we\"\"ird.schema\".\"ta ble;\" 7"]);
    assert!(empty.has("CREATE TABLE public.contacts") && !empty.has("REFRESH"));

    let schema = Wish {
        schema_only: true,
        ..Wish::default()
    };
    let schema = restored(CLEAN, &schema, None);
    assert!(schema.rows().is_empty());
    assert!(!schema.has("setval") && schema.has("CREATE TABLE public.contacts"));
    assert!(!schema.has("lo_create") && !schema.has("REFRESH"));

    let data = Wish {
        data_only: true,
        ..tables(&["contacts"])
    };
    let data = restored(CLEAN, &data, Some(&Standing::default()));
    let mut about = data.about();
    // The frame of large objects.
    about.retain(|text| *text != "BEGIN;" && *text != "COMMIT;");
    assert_eq!(about.len(), 2, "{about:?}");
    assert!(about[0].starts_with("COPY public.contacts ") && about[1].contains("setval"));
}

#[test]
fn inserts_are_rows_too() {
    let all = restored(INSERTS, &Wish::default(), None).report.inserts;
    let one = restored(INSERTS, &tables(&["contacts"]), None);
    assert_eq!(one.report.inserts, 4);
    assert!(all > 20, "{all}");
    let empty = Wish {
        exclude_data: vec!["contacts".parse().unwrap()],
        ..Wish::default()
    };
    assert_eq!(restored(INSERTS, &empty, None).report.inserts, all - 4);
}

#[test]
fn everything_is_everything() {
    let parts = pgferry_core::dump::parts::Parts::everything();
    let load = |parts| {
        let mut output = Vec::new();
        let mut filter = LoadFilter::new(LoadOptions {
            parts,
            ..LoadOptions::default()
        });
        filter.feed(CLEAN.as_bytes(), &mut output).unwrap();
        filter.finish(&mut output).unwrap();
        String::from_utf8(output).unwrap()
    };
    let whole = load(None);
    assert_eq!(load(Some(Arc::new(parts.clone()))), whole);
    let without = load(Some(Arc::new(
        parts.without_extensions(&["citext".to_owned()]),
    )));
    assert!(
        whole.contains("ON EXTENSION citext") && whole.contains("DROP EXTENSION IF EXISTS citext")
    );
    assert!(!without.contains("EXTENSION IF NOT EXISTS citext"));
    assert!(
        !without.contains("ON EXTENSION citext") && !without.contains("EXTENSION IF EXISTS citext")
    );
    assert!(without.contains("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\""));
}

#[test]
fn columns_of_an_extensions_types_are_known() {
    let inventory = inventory(CLEAN);
    assert_eq!(inventory.extensions(), ["citext", "uuid-ossp"]);
    assert_eq!(
        inventory.columns_of_extension("citext"),
        [
            "public.contact_links.other public.citext",
            "public.contacts.backup_email public.citext"
        ]
    );
    assert!(inventory.columns_of_extension("uuid-ossp").is_empty());
}

#[test]
fn names_without_schema_are_those_of_the_search_path() {
    let dump = "--\n-- PostgreSQL database dump\n--\n\nSET search_path = other, pg_catalog;\n\
        CREATE TABLE t (a integer);\nCOPY t (a) FROM stdin;\n1\n\\.\n\
        SET search_path = public, pg_catalog;\nCREATE TABLE t (a integer);\nCOPY t (a) FROM stdin;\n2\n3\n\\.\n\n\
        --\n-- PostgreSQL database dump complete\n--\n";
    let one = restored(dump, &tables(&["other.t"]), None);
    assert_eq!(one.rows(), ["t 1"]);
    assert_eq!(restored(dump, &tables(&["public.t"]), None).rows(), ["t 2"]);
}

#[test]
fn what_nothing_matches_is_an_error_with_the_nearest_name() {
    let inventory = inventory(CLEAN);
    let refused = |wish: &Wish| inventory.select(wish, None).unwrap_err();
    assert_eq!(
        refused(&tables(&["contact", "nothing_like_it", "\"Members\""])).to_string(),
        "nothing in the dump matches `contact`; did you mean `public.contacts`?; \
         nothing in the dump matches `nothing_like_it`; \
         nothing in the dump matches `\"Members\"`; did you mean `public.members`?"
    );
    let both = Wish {
        exclude_tables: vec!["contacts".parse().unwrap()],
        ..tables(&["contacts"])
    };
    assert_eq!(refused(&both), NothingSelected::Nothing);
    // A sequence goes with its table.
    assert_eq!(
        refused(&tables(&["contacts_id_seq"])).to_string(),
        "nothing in the dump matches `contacts_id_seq`; did you mean `public.contacts`?"
    );
    // A partition that is made anew would be none any more.
    let standing = Standing {
        parts: [
            (name("parts_1"), name("parts")),
            (name("own"), name("other")),
        ]
        .into(),
        ..Standing::default()
    };
    let torn = inventory.select(&tables(&["parts_1"]), Some(&standing));
    assert_eq!(
        torn.unwrap_err().to_string(),
        "public.parts_1 is a partition of public.parts, which is not restored"
    );
    // One that the dump does not know would be lost, like one that is excluded.
    let own = Standing {
        parts: [(name("own"), name("parts"))].into(),
        ..Standing::default()
    };
    let excluded = Wish {
        exclude_tables: vec!["parts_1".parse().unwrap()],
        ..tables(&["parts"])
    };
    for (wish, standing, part) in [
        (&tables(&["parts"]), &own, "own"),
        (&excluded, &standing, "parts_1"),
    ] {
        let lost = inventory.select(wish, Some(standing)).unwrap_err();
        assert_eq!(
            lost.to_string(),
            format!(
                "public.{part} is a partition of public.parts in the database, and would go with it"
            )
        );
    }
    let rows = Wish {
        data_only: true,
        ..tables(&["parts_1"])
    };
    assert!(inventory.select(&rows, Some(&standing)).is_ok());
}
