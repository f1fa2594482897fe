//! Surveys of dumps, and of single values.

use std::fmt::Write as _;

use pgferry_core::anonymize::survey::{ColumnSurvey, Look, Survey, SurveyReport, suggest};

pub const SITE: &[u8] = include_bytes!("../data/site.sql");
pub const ODDITIES: &[u8] = include_bytes!("../data/oddities.sql");
pub const ODDITIES_INSERTS: &[u8] = include_bytes!("../data/oddities.inserts.sql");

pub fn survey(dump: &[u8]) -> SurveyReport {
    let mut survey = Survey::new();
    survey.feed(dump);
    survey.finish()
}

/// What `value` looks like, as the only value of a column.
pub fn looks(value: &str) -> Vec<Look> {
    let value = value
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t");
    let mut survey = Survey::new();
    survey.feed(format!("COPY public.t (c) FROM stdin;\n{value}\n\\.\n").as_bytes());
    let report = survey.finish();
    let counts = report.tables[0].columns[0].looks.iter();
    counts.map(|count| count.look).collect()
}

pub fn check(look: Look, hits: &[&str], misses: &[&str]) {
    assert!(hits.len() >= 8 && misses.len() >= 8, "{look:?}");
    for hit in hits {
        let looks = looks(hit);
        assert!(
            looks.contains(&look),
            "{hit:?} is {look:?}, but looks like {looks:?}"
        );
    }
    for miss in misses {
        let looks = looks(miss);
        assert!(
            !looks.contains(&look),
            "{miss:?} is no {look:?}, but looks like {looks:?}"
        );
    }
}

/// The suggestions for a dump, which have to be TOML, and to name only actions that exist.
pub fn suggestions(report: &SurveyReport) -> String {
    let text = suggest(report, |_, _, _| false);
    check_toml(&text);
    // What stands in comments has to be TOML, too, once the mark is taken away.
    let open: String = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") && rest.contains("  # "))
                .unwrap_or(line)
        })
        .fold(String::new(), |all, line| all + line + "\n");
    check_toml(&open);
    text
}

fn check_toml(text: &str) {
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

/// A dump of one table of `columns` (`name type`), with rows of COPY text.
pub fn dump(
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

pub fn column<'a>(report: &'a SurveyReport, table: &str, column: &str) -> &'a ColumnSurvey {
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
