//! Surveys of whole dumps: what is said of their columns, and what is suggested.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "samples and their failures"
)]

use std::fmt::Write as _;

use pgferry_core::anonymize::survey::{
    ColumnSurvey, Confidence, Meaning, Survey, SurveyReport, suggest,
};
use proptest::prelude::*;

const SITE: &[u8] = include_bytes!("data/site.sql");
const SITE_INSERTS: &[u8] = include_bytes!("data/site.inserts.sql");
const ODDITIES: &[u8] = include_bytes!("data/oddities.sql");
const ODDITIES_INSERTS: &[u8] = include_bytes!("data/oddities.inserts.sql");
const ODDITIES_COLUMN_INSERTS: &[u8] = include_bytes!("data/oddities.column-inserts.sql");

fn survey(dump: &[u8]) -> SurveyReport {
    pieces([dump])
}

fn pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> SurveyReport {
    let mut survey = Survey::new();
    for piece in pieces {
        survey.feed(piece);
    }
    survey.finish()
}

fn column<'a>(report: &'a SurveyReport, table: &str, column: &str) -> &'a ColumnSurvey {
    let table = report
        .tables
        .iter()
        .find(|known| known.table == table)
        .unwrap();
    table
        .columns
        .iter()
        .find(|known| known.name == column)
        .unwrap()
}

/// Every verdict, as `table.column meaning`, what is only possible with a question mark.
fn verdicts(report: &SurveyReport) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |place: String, verdict: Option<pgferry_core::anonymize::survey::Verdict>| {
        if let Some(verdict) = verdict {
            let mark = if verdict.confidence == Confidence::Likely {
                ""
            } else {
                "?"
            };
            all.push(format!("{place} {:?}{mark}", verdict.meaning));
        }
    };
    for table in &report.tables {
        for column in &table.columns {
            add(format!("{}.{}", table.table, column.name), column.verdict);
            for path in &column.paths {
                add(
                    format!("{}.{}/{}", table.table, column.name, path.path),
                    path.verdict,
                );
            }
        }
    }
    all
}

/// The suggestions for a dump, which have to be TOML, and to name only actions that exist.
fn suggestions(report: &SurveyReport) -> String {
    let text = suggest(report, |_, _, _| false);
    check(&text);
    // What stands in comments has to be TOML, too, once the mark is taken away.
    let open: String = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") && rest.contains("  # "))
                .unwrap_or(line)
        })
        .fold(String::new(), |all, line| all + line + "\n");
    check(&open);
    text
}

fn check(text: &str) {
    let parsed: toml::Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let Some(anonymize) = parsed.get("anonymize") else {
        return;
    };
    assert_eq!(anonymize.as_table().unwrap().len(), 1, "{text}");
    for columns in anonymize["columns"].as_table().unwrap().values() {
        for action in columns.as_table().unwrap().values() {
            check_action(action, true);
        }
    }
}

fn check_action(action: &toml::Value, json: bool) {
    const FAKES: [&str; 10] = [
        "name",
        "first-name",
        "last-name",
        "phone",
        "street",
        "city",
        "company",
        "ipv4",
        "uuid",
        "text",
    ];
    if let Some(word) = action.as_str() {
        assert!(["keep", "null", "hash", "mask"].contains(&word), "{word}");
        return;
    }
    let table = action.as_table().unwrap();
    assert_eq!(table.len(), 1, "{action}");
    let (name, value) = table.iter().next().unwrap();
    match name.as_str() {
        "constant" => assert!(value.is_str()),
        "fake" => assert!(FAKES.contains(&value.as_str().unwrap()), "{value}"),
        "shift" => assert!(value.is_integer()),
        "json" if json => {
            for action in value.as_table().unwrap().values() {
                check_action(action, false);
            }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn the_site_is_known_for_what_it_is() {
    let report = survey(SITE);
    assert!(report.complete);
    assert_eq!((report.columns_left_out, report.unread), (0, 0));
    // Written by hand. What is not here has no verdict: titles are no names, identifiers no tokens.
    let expected = [
        "event_admin_metadata.note FreeText?",
        "event_admin_metadata.audit/by Email",
        "events.organizer_contact Email",
        // One of the two in each array.
        "events.links Email",
        "newsletter_subscriptions.identifier Email",
        "users.name Name",
        "users.nickname Username",
        "users.picture Portrait",
        "users.identifier Email",
        "users.phone Phone",
        "users.password_hash PasswordHash",
        "users.last_ip IpAddress",
        "users.settings/reply_to Email",
        "venues.street Street",
        "venues.city City",
        "venues.contact Email",
    ];
    assert_eq!(verdicts(&report), expected);
}

#[test]
fn the_site_gets_rules() {
    let text = suggestions(&survey(SITE));
    let expected = r#"[anonymize.columns."public.event_admin_metadata"]
# note = { fake = "text" }  # is named like text that may name persons: "aaaaaaa aa aaaaa9@aaaaaaaa.aaaaaaa", 3 values

[anonymize.columns."public.users"]
name = { fake = "name" }  # is named like names: "Aaaaaa Aaaaaaa" in 100% of 100 values
"#;
    assert!(
        text.starts_with(expected.split("name = ").next().unwrap()),
        "{text}"
    );
    let rules: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split("  # ").next())
        .collect();
    let expected = [
        "[anonymize.columns.\"public.event_admin_metadata\"]",
        "# note = { fake = \"text\" }",
        "",
        "[anonymize.columns.\"public.users\"]",
        "name = { fake = \"name\" }",
        "nickname = { fake = \"first-name\" }",
        "picture = \"mask\"",
        "phone = { fake = \"phone\" }",
        "password_hash = { constant = \"!\" }",
        "last_ip = { fake = \"ipv4\" }",
        "",
        "[anonymize.columns.\"public.venues\"]",
        "street = { fake = \"street\" }",
        "city = { fake = \"city\" }",
    ];
    assert_eq!(rules, expected, "{text}");
}

#[test]
fn values_are_counted() {
    let report = survey(SITE);
    let log = report
        .tables
        .iter()
        .find(|table| table.table == "request_log")
        .unwrap();
    assert_eq!(log.schema, "public");
    let rows = memchr::memmem::find_iter(SITE, "\tGET\t/events/").count() as u64;
    assert_eq!(log.rows, rows);
    let method = column(&report, "request_log", "method");
    assert_eq!((method.values, method.nulls), (rows, 0));
    assert_eq!(method.shapes, ["AAA"]);
    let logo = column(&report, "partners", "light_logo_url");
    assert_eq!((logo.values, logo.nulls, logo.examined), (0, 50, 0));
    let phone = column(&report, "users", "phone");
    assert_eq!(phone.shapes, ["+9 999 999 9999"]);
    assert_eq!(phone.column_type.as_deref(), Some("character varying"));
    assert_eq!(phone.length, Some(32));
    let title = column(&report, "events", "title");
    assert!(
        title
            .looks
            .iter()
            .all(|count| count.share <= 1.0 && count.values <= title.examined)
    );
    // Tied together by their foreign key.
    let identifier = column(&report, "users", "identifier");
    assert!(identifier.keyed && identifier.family.is_some());
    assert_eq!(
        identifier.family,
        column(&report, "newsletter_subscriptions", "identifier").family
    );
    assert_ne!(identifier.family, column(&report, "users", "id").family);
}

#[test]
fn oddities_are_read() {
    let report = survey(ODDITIES);
    let expected = [
        "contact_links.email Email",
        "contact_links.other Email",
        "contacts.email Email",
        "contacts.backup_email Email",
        "contacts.short Email",
        "contacts.meta/mail Email",
        "contacts.meta/n.to.* Email",
        "contacts.raw/mail Email",
        "contacts.tags Email",
        "members.email Email",
        "numbers.net IpAddress",
        "typed.e Email",
    ];
    assert_eq!(verdicts(&report), expected);
    let text = suggestions(&report);
    assert_eq!(
        text,
        "[anonymize.columns.\"public.numbers\"]\nnet = { fake = \"ipv4\" }  # is of the type of IP addresses: \"::9\" in 100% of 1 value\n"
    );
    let odd = report
        .tables
        .iter()
        .find(|table| table.schema == "we\"ird.schema")
        .unwrap();
    let names: Vec<_> = odd
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["co,l(1)", "FROM stdin;", "select"]);
    let rows = |table: &str| {
        report
            .tables
            .iter()
            .find(|known| known.table == table)
            .unwrap()
            .rows
    };
    assert_eq!(
        (
            rows("no_columns"),
            rows("one_column"),
            rows("parts_1"),
            rows("parts")
        ),
        (2, 4, 10, 0)
    );
}

#[test]
fn inserts_say_the_same_as_copy() {
    for (inserts, copy) in [
        (SITE_INSERTS, SITE),
        (ODDITIES_INSERTS, ODDITIES),
        (ODDITIES_COLUMN_INSERTS, ODDITIES),
    ] {
        let (inserts, copy) = (survey(inserts), survey(copy));
        assert_eq!(inserts.unread, 0);
        assert_eq!(suggestions(&inserts), suggestions(&copy));
        for (one, other) in inserts.tables.iter().zip(&copy.tables) {
            assert_eq!((&one.table, one.rows), (&other.table, other.rows));
            for (one, other) in one.columns.iter().zip(&other.columns) {
                assert_eq!(
                    (&one.name, one.values, one.nulls),
                    (&other.name, other.values, other.nulls)
                );
                assert_eq!(one.verdict, other.verdict, "{}", one.name);
            }
        }
    }
}

/// A dump of one table of `columns` (`name type`), with rows of COPY text.
fn dump(
    table: &str,
    columns: &str,
    after: &str,
    rows: impl IntoIterator<Item = String>,
) -> Vec<u8> {
    let names: Vec<&str> = columns
        .split(", ")
        .filter_map(|column| column.split(' ').next())
        .collect();
    let mut text = format!(
        "CREATE TABLE {table} ({columns});\nCOPY {table} ({}) FROM stdin;\n",
        names.join(", ")
    );
    for row in rows {
        writeln!(text, "{row}").unwrap();
    }
    write!(text, "\\.\n{after}").unwrap();
    text.into_bytes()
}

fn rules(dump: &[u8]) -> Vec<String> {
    let text = suggestions(&survey(dump));
    let lines = text.lines().filter(|line| !line.starts_with('['));
    lines
        .map(|line| line.split("  # ").next().unwrap().to_owned())
        .collect()
}

#[test]
fn names_and_values_make_verdicts() {
    let people = [
        "Ann Lee",
        "Mary Smith",
        "John Doe",
        "Peter Parker",
        "Quentin Cooper",
    ];
    let titles = [
        "Jazz Evening",
        "Poetry Slam",
        "Painting Class",
        "Film Noir",
        "Artist Talk",
    ];
    let given = ["Ann", "Mary", "John", "Peter", "Quentin"];
    let hex = |row: usize| {
        format!(
            "{:032x}",
            (row as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
        )
    };
    let cases: Vec<(&str, Box<dyn Fn(usize) -> String>, &[&str])> = vec![
        // Names under a name that says nothing, and what only looks like names.
        (
            "value text",
            Box::new(move |row| people[row % 5].to_owned()),
            &["value = { fake = \"name\" }"],
        ),
        (
            "value text",
            Box::new(move |row| titles[row % 5].to_owned()),
            &[],
        ),
        (
            "value text",
            Box::new(move |row| given[row % 5].to_owned()),
            &["value = { fake = \"first-name\" }"],
        ),
        (
            "name text",
            Box::new(move |row| titles[row % 5].to_owned()),
            &["# name = { fake = \"name\" }"],
        ),
        (
            "author text",
            Box::new(move |row| people[row % 5].to_owned()),
            &["author = { fake = \"name\" }"],
        ),
        (
            "full_name text",
            Box::new(move |row| people[row % 5].to_owned()),
            &["full_name = { fake = \"name\" }"],
        ),
        ("full_name text", Box::new(|row| row.to_string()), &[]),
        // Numbers.
        (
            "value text",
            Box::new(|row| format!("+1 859 555 {row:04}")),
            &["value = { fake = \"phone\" }"],
        ),
        ("value text", Box::new(|row| format!("859555{row:04}")), &[]),
        (
            "mobile text",
            Box::new(|row| format!("859555{row:04}")),
            &["mobile = { fake = \"phone\" }"],
        ),
        (
            "mobile bigint",
            Box::new(|row| format!("859555{row:04}")),
            &["# mobile = { constant = \"0\" }"],
        ),
        (
            "zip text",
            Box::new(|row| format!("40{:03}", row % 1000)),
            &["zip = \"mask\""],
        ),
        (
            "amount text",
            Box::new(|row| format!("40{:03}", row % 1000)),
            &[],
        ),
        (
            "pan text",
            Box::new(|_| "4111 1111 1111 1111".to_owned()),
            &["pan = \"mask\""],
        ),
        // Secrets, and identifiers that look like some.
        ("value text", Box::new(hex), &["# value = \"hash\""]),
        (
            "reset_token text",
            Box::new(hex),
            &["reset_token = \"hash\""],
        ),
        (
            "reset_token character varying(40)",
            Box::new(hex),
            &["reset_token = \"hash\""],
        ),
        (
            "reset_token character varying(12)",
            Box::new(|row| format!("{row:012x}")),
            &["reset_token = \"mask\""],
        ),
        ("external_id text", Box::new(hex), &[]),
        ("checksum text", Box::new(hex), &[]),
        (
            "id uuid",
            Box::new(|row| format!("{row:08x}-0000-4000-8000-000000000000")),
            &[],
        ),
        (
            "session_token uuid",
            Box::new(|row| format!("{row:08x}-0000-4000-8000-000000000000")),
            &["session_token = \"hash\""],
        ),
        (
            "password text",
            Box::new(|row| format!("hunter{row}")),
            &["password = { constant = \"!\" }"],
        ),
        (
            "password_changed_at timestamp",
            Box::new(|_| "2024-01-01 00:00:00".to_owned()),
            &[],
        ),
        // Dates.
        (
            "birthday date",
            Box::new(|row| format!("1980-01-{:02}", row % 28 + 1)),
            &["birthday = { shift = 30 }"],
        ),
        (
            "birthday text",
            Box::new(|row| format!("{}/1/1980", row % 12 + 1)),
            &["birthday = \"mask\""],
        ),
        (
            "created date",
            Box::new(|row| format!("1980-01-{:02}", row % 28 + 1)),
            &[],
        ),
        // Lists.
        (
            "phones text[]",
            Box::new(|row| format!("{{+1859555{row:04}}}")),
            &["phones = { constant = \"{}\" }"],
        ),
        ("tags text[]", Box::new(|_| "{music,art}".to_owned()), &[]),
        // Some values among others.
        (
            "value text",
            Box::new(|row| {
                if row % 10 == 0 {
                    "+1 859 555 0001".to_owned()
                } else {
                    "n/a".to_owned()
                }
            }),
            &["# value = { fake = \"phone\" }"],
        ),
        (
            "\"odd \"\"name\" text",
            Box::new(|row| format!("10.0.0.{}", row % 250)),
            &["\"odd \\\"name\" = { fake = \"ipv4\" }"],
        ),
    ];
    for (columns, row, expected) in cases {
        // The quoted name holds a blank, by which the others are told from their types.
        let dump = if columns.starts_with('"') {
            let rows = (0..40)
                .map(row)
                .fold(String::new(), |all, row| all + &row + "\n");
            let name = columns.strip_suffix(" text").unwrap();
            format!("CREATE TABLE public.things ({columns});\nCOPY public.things ({name}) FROM stdin;\n{rows}\\.\n").into_bytes()
        } else {
            dump("public.things", columns, "", (0..40).map(row))
        };
        assert_eq!(rules(&dump), expected, "{columns}");
    }
}

#[test]
fn keys_keep_their_values_apart() {
    let users = dump(
        "public.users",
        "username character varying(80), phone text, last_ip inet, code character varying(8)",
        "ALTER TABLE ONLY public.users ADD CONSTRAINT a UNIQUE (username);\n\
         ALTER TABLE ONLY public.users ADD CONSTRAINT b UNIQUE (phone);\n\
         ALTER TABLE ONLY public.users ADD CONSTRAINT c UNIQUE (last_ip);\n",
        (0..20).map(|row| format!("ann{row}\t+1 859 555 {row:04}\t10.0.0.{row}\tx")),
    );
    let text = suggestions(&survey(&users));
    assert!(text.contains("\nusername = \"hash\"  # is named like user names: \"aaa9\", 20 values; unique or referred to: a hash keeps values apart\n"), "{text}");
    assert!(text.contains("\nphone = \"hash\"  # "), "{text}");
    assert!(
        text.contains("\n# last_ip: is of the type of IP addresses"),
        "{text}"
    );

    // Both ends of a foreign key, the one without rows too; and all of a partitioned table.
    let tied = b"CREATE TABLE public.users (username text);\n\
        CREATE TABLE public.posts (writer text);\n\
        CREATE TABLE public.calls (phone text) PARTITION BY RANGE (phone);\n\
        CREATE TABLE public.\"Calls 1\" (phone text);\n\
        ALTER TABLE ONLY public.calls ATTACH PARTITION public.\"Calls 1\" FOR VALUES FROM (0) TO (10);\n\
        COPY public.\"Calls 1\" (phone) FROM stdin;\n+1 859 555 0001\n\\.\n\
        COPY public.users (username) FROM stdin;\nann\n\\.\n\
        ALTER TABLE ONLY public.users ADD CONSTRAINT a PRIMARY KEY (username);\n\
        ALTER TABLE ONLY public.posts ADD CONSTRAINT b FOREIGN KEY (writer) REFERENCES public.users(username);\n";
    let expected = "[anonymize.columns.\"public.\\\"Calls 1\\\"\"]\n\
        phone = { fake = \"phone\" }  # looks like phone numbers: \"+9 999 999 9999\" in 100% of 1 value\n\n\
        [anonymize.columns.\"public.calls\"]\n\
        phone = { fake = \"phone\" }  # holds the values of public.\"Calls 1\".phone\n\n\
        [anonymize.columns.\"public.posts\"]\n\
        writer = \"hash\"  # holds the values of public.users.username\n\n\
        [anonymize.columns.\"public.users\"]\n\
        username = \"hash\"  # is named like user names: \"aaa\", 1 value; unique or referred to: a hash keeps values apart\n";
    let report = survey(tied);
    assert_eq!(suggestions(&report), expected);
    // One of them has a rule already.
    let rest = suggest(&report, |_, table, _| table == "users" || table == "calls");
    assert_eq!(
        rest,
        "[anonymize.columns.\"public.\\\"Calls 1\\\"\"]\n\
         # phone: give it the rule of public.calls.phone, whose values it holds\n"
    );
}

#[test]
fn documents_are_looked_into() {
    let rows = (0..30).map(|row| {
        format!(
            r#"{{"customer": {{"name": "Ann Lee", "phone": "+1 859 555 {row:04}"}}, "tags": ["a"], "ok": true, "byUser": {{"{row}": {{"ip": "10.0.0.{row}"}}}}, "notes": [{{"text": "x"}}], "token": "abc{row}"}}"#
        )
    });
    let dump = dump(
        "public.orders",
        "id integer, doc jsonb",
        "",
        rows.map(|document| format!("1\t{document}")),
    );
    let report = survey(&dump);
    let doc = column(&report, "orders", "doc");
    assert_eq!(doc.verdict, None);
    let paths: Vec<_> = doc.paths.iter().map(|path| path.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "byUser.*.ip",
            "customer.name",
            "customer.phone",
            "notes.*.text",
            "ok",
            "tags.*",
            "token"
        ]
    );
    assert_eq!(
        suggestions(&report),
        "[anonymize.columns.\"public.orders\"]\n\
         # byUser.*.ip: looks like IP addresses: \"99.9.9.99\" in 100% of 30 values; * is for every key there: \"byUser.*.ip\" = { fake = \"ipv4\" }\n\
         # customer.name: is named like names: \"Aaa Aaa\" in 100% of 30 values\n\
         # customer.phone: looks like phone numbers: \"+9 999 999 9999\" in 100% of 30 values\n\
         # token: is named like tokens: \"aaa99\", 30 values\n\
         doc = { json = { \"customer.name\" = { fake = \"name\" }, \"customer.phone\" = { fake = \"phone\" }, \"token\" = \"hash\" } }\n"
    );
}

#[test]
fn nothing_of_a_value_gets_into_a_report() {
    for dump in [SITE, ODDITIES] {
        let report = survey(dump);
        let text = serde_json::to_string(&report).unwrap() + &suggestions(&report);
        for secret in [
            "example",
            "Lexington",
            "nick1",
            "859",
            "6e6fdf956d",
            "10.1.1",
            "Main",
            "dom@",
            "f7cb07ba",
            "hers",
        ] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    let report = survey(b"COPY t (doc) FROM stdin;\n{\"ann@example.net\": {\"Ann Lee\": 1, \"12345\": 2, \"x\": \"y\"}}\n\\.\n");
    let paths: Vec<_> = report.tables[0].columns[0]
        .paths
        .iter()
        .map(|path| (path.path.as_str(), path.hides_keys))
        .collect();
    assert_eq!(paths, [("*.*", true), ("*.x", true)]);
}

#[test]
fn ruled_columns_are_left_alone() {
    let report = survey(SITE);
    let text = suggest(&report, |schema, table, column| {
        schema == "public" && (table != "users" || column != "phone")
    });
    assert!(
        text.starts_with("[anonymize.columns.\"public.users\"]\nphone = { fake = \"phone\" }"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 2);
    assert_eq!(suggest(&report, |_, _, _| true), "");
}

#[test]
fn whatever_comes_is_bounded() {
    // More columns than are remembered.
    let mut text = String::new();
    for table in 0..30 {
        let names: Vec<_> = (0..1000).map(|column| format!("c{column}")).collect();
        write!(
            text,
            "COPY public.t{table} ({}) FROM stdin;\n{}\n\\.\n",
            names.join(", "),
            ["x"; 1000].join("\t")
        )
        .unwrap();
    }
    let report = survey(text.as_bytes());
    let columns: usize = report.tables.iter().map(|table| table.columns.len()).sum();
    assert!(columns <= Survey::MOST_COLUMNS, "{columns}");
    assert!(report.columns_left_out > 0 && !report.complete);
    // More places in documents.
    let keys: String = (0..500)
        .map(|number| {
            format!(
                "\"k{}\": 1, ",
                "xy".repeat(number % 30) + &"y".repeat(number / 30)
            )
        })
        .collect();
    let report = survey(format!("COPY t (c) FROM stdin;\n{{{keys}\"z\": 1}}\n\\.\n").as_bytes());
    assert!(report.tables[0].columns[0].paths.len() <= 64);
    // Values longer than are looked at, and a row that never ends.
    let report = survey(format!("COPY t (c) FROM stdin;\n{}", "x ".repeat(1_000_000)).as_bytes());
    assert_eq!(report.tables[0].rows, 1);
    // What cannot be read is said.
    let report =
        survey(b"INSERT INTO t SELECT 1;\nCOPY t (a) FROM stdin WITH (FORMAT csv);\na\n\\.\n");
    assert_eq!(report.unread, 2);
}

#[test]
fn names_without_schemas_find_their_tables() {
    let old = b"SET search_path = app, pg_catalog;\nCREATE TABLE users (phone text);\nCOPY users (phone) FROM stdin;\n+1 859 555 0001\n\\.\n";
    let text = suggestions(&survey(old));
    assert!(
        text.starts_with("[anonymize.columns.\"app.users\"]\nphone = "),
        "{text}"
    );
    let bare = b"COPY users (phone) FROM stdin;\n+1 859 555 0001\n\\.\n";
    let text = suggestions(&survey(bare));
    assert!(
        text.starts_with("[anonymize.columns.\"public.users\"]\nphone = "),
        "{text}"
    );
}

#[test]
fn all_values_and_then_every_97th_are_looked_at() {
    let rows = (0..10_000).map(|row| {
        if row < 1000 {
            "x".to_owned()
        } else {
            "+1 859 555 0001".to_owned()
        }
    });
    let report = survey(&dump("t", "value text", "", rows));
    let value = &report.tables[0].columns[0];
    assert_eq!(value.values, 10_000);
    assert_eq!(value.examined, 1000 + (10_000 / 97 - 1000 / 97));
    let verdict = value.verdict.unwrap();
    assert_eq!(
        (verdict.meaning, verdict.confidence),
        (Meaning::Phone, Confidence::Possible)
    );
}

fn split_at(dump: &[u8], sizes: &[usize]) -> SurveyReport {
    let mut rest = dump;
    let mut sizes = sizes.iter().cycle();
    let mut survey = Survey::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        survey.feed(piece);
        rest = after;
    }
    survey.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_split_gives_the_same(sizes in prop::collection::vec(prop_oneof![1..20_usize, 1..5000_usize], 1..20)) {
        for dump in [ODDITIES, ODDITIES_INSERTS, SITE] {
            prop_assert_eq!(split_at(dump, &sizes), survey(dump));
        }
    }

    #[test]
    fn any_bytes_are_survived(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20),
        text in "[\\[{\"\\\\:,$@+a-zA-Z0-9 .}\\]]{0,80}",
        name in "\\PC{1,12}",
    ) {
        let mut dump = b"COPY t (\"".to_vec();
        dump.extend(name.replace('"', "\"\"").bytes());
        dump.extend(b"\") FROM stdin;\n");
        for value in values.iter().map(Vec::as_slice).chain([text.as_bytes()]) {
            dump.extend_from_slice(value);
            dump.push(b'\n');
        }
        let report = survey(&dump);
        let text = suggest(&report, |_, _, _| false);
        prop_assert!(text.parse::<toml::Table>().is_ok(), "{}", text);
        prop_assert_eq!(split_at(&dump, &[1]), report);
    }
}
