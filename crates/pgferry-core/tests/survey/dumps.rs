//! What is said of the columns of whole dumps, at any split.

use std::fmt::Write as _;

use pgferry_core::anonymize::survey::{
    Confidence, Meaning, Survey, SurveyReport, Verdict, suggest,
};
use proptest::prelude::*;

use crate::support::{ODDITIES, ODDITIES_INSERTS, SITE, column, dump, suggestions, survey};

const SITE_INSERTS: &[u8] = include_bytes!("../data/site.inserts.sql");
const ODDITIES_COLUMN_INSERTS: &[u8] = include_bytes!("../data/oddities.column-inserts.sql");

/// Every verdict, as `table.column meaning`, what is only possible with a question mark.
fn verdicts(report: &SurveyReport) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |place: String, verdict: Option<Verdict>| {
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
        (2, 5, 10, 0)
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
