use proptest::prelude::*;

use super::{Plan, Repair};
use crate::dump::schema::Schema;

const DEFINITIONS: &str = "\
CREATE TABLE public.users (id integer, email character varying(255), alias text, note text);
CREATE TABLE public.members (org integer, email text);
CREATE TABLE public.short (email character varying(18));
CREATE TABLE public.shorter (email character varying(13));
CREATE TABLE public.folded (email text, name text);
CREATE TABLE public.made (email text, folded text GENERATED ALWAYS AS (lower(email)) STORED);
CREATE TABLE public.both (org integer, email text);
CREATE TABLE public.pairs (sender text, receiver text);
CREATE TABLE public.links (email text);
";

const KEYS: &str = "\
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY public.members ADD CONSTRAINT members_key UNIQUE (org, email);
ALTER TABLE ONLY public.short ADD CONSTRAINT short_key UNIQUE (email);
ALTER TABLE ONLY public.shorter ADD CONSTRAINT shorter_key PRIMARY KEY (email);
CREATE UNIQUE INDEX folded_key ON public.folded USING btree (lower(email), name);
ALTER TABLE ONLY public.made ADD CONSTRAINT made_key UNIQUE (folded);
ALTER TABLE ONLY public.both ADD CONSTRAINT both_a UNIQUE (org, email);
ALTER TABLE ONLY public.both ADD CONSTRAINT both_b UNIQUE (email);
ALTER TABLE ONLY public.pairs ADD CONSTRAINT pairs_key PRIMARY KEY (sender, receiver);
";

fn plan() -> Plan {
    let mut schema = Schema::new();
    schema.observe_sql(DEFINITIONS.as_bytes());
    schema.observe_sql(KEYS.as_bytes());
    Plan::of(&schema)
}

/// `@` stands for the address, `|` for a tab.
fn written(text: &str) -> String {
    text.replace('@', "nobody@example.com").replace('|', "\t")
}

fn repaired(sql: &[u8], piece: usize) -> (Vec<u8>, Vec<String>) {
    let mut repair = Repair::new(plan());
    let mut output = Vec::new();
    for piece in sql.chunks(piece) {
        repair.feed(piece, &mut output);
    }
    let report = repair.finish(&mut output);
    let lines = report.iter().map(|one| {
        let column = String::from_utf8_lossy(&one.column);
        format!("{}.{column} {} {}", one.table, one.values, one.too_long)
    });
    (output, lines.collect())
}

fn rows(copy: &str, rows: &str) -> (String, Vec<String>) {
    let start = format!("COPY {copy} FROM stdin;\n");
    let sql = format!("{start}{}\\.\n", written(rows));
    let (output, report) = repaired(sql.as_bytes(), usize::MAX);
    let output = String::from_utf8(output).unwrap();
    let rows = output.strip_prefix(&start).unwrap();
    let rows = rows.strip_suffix("\\.\n").unwrap();
    (
        rows.replace('\t', "|").replace("nobody@example.com", "@"),
        report,
    )
}

#[test]
fn repeated_addresses_are_numbered_where_keys_need_it() {
    for (copy, given, expected, report) in [
        (
            "public.users (id, email, alias, note)",
            "1|@|@|@\n2|@|@|\\N\n3|\\N|@|@\n4|@|x|y\n5|other|@|@\n",
            "1|@|@|@\n2|nobody+1@example.com|@|\\N\n3|\\N|@|@\n4|nobody+2@example.com|x|y\n5|other|@|@\n",
            &["public.users.email 2 0"][..],
        ),
        // Columns in another order, and none named.
        (
            "public.users (note, email)",
            "@|@\n@|@\n",
            "@|@\n@|nobody+1@example.com\n",
            &["public.users.email 1 0"],
        ),
        (
            "public.users",
            "1|@|@|@\n2|@|@|@\n",
            "1|@|@|@\n2|nobody+1@example.com|@|@\n",
            &["public.users.email 1 0"],
        ),
        // A schema that search_path had.
        (
            "users (email)",
            "@\n@\n",
            "@\nnobody+1@example.com\n",
            &["public.users.email 1 0"],
        ),
        // The whole tuple counts.
        (
            "public.members (org, email)",
            "1|@\n1|@\n2|@\n2|@\n1|@\n",
            "1|@\n1|nobody+1@example.com\n2|@\n2|nobody+1@example.com\n1|nobody+2@example.com\n",
            &["public.members.email 3 0"],
        ),
        // What surrounds it counts too.
        (
            "public.users (email)",
            "Ann <@>\nBob <@>\nann <@>, @\nann <@>\n",
            "Ann <@>\nBob <@>\nann <@>, @\nann <nobody+1@example.com>\n",
            &["public.users.email 1 0"],
        ),
        (
            "public.short (email)",
            "@\n@\n@\n",
            "@\nn+1@example.com\nn+2@example.com\n",
            &["public.short.email 2 0"],
        ),
        // One of ten digits does not fit: what can't be mended stays as it is, and is told.
        (
            "public.shorter (email)",
            "@\n@\n@@\n@@\n",
            "@\n1@example.com\n@@\n@@\n",
            &["public.shorter.email 1 1"],
        ),
        (
            "public.folded (email, name)",
            "@|Ann\n@|Bob\n",
            "@|Ann\nnobody+1@example.com|Bob\n",
            &["public.folded.email 1 0"],
        ),
        (
            "public.made (email)",
            "@\n@\n",
            "@\nnobody+1@example.com\n",
            &["public.made.email 1 0"],
        ),
        (
            "public.both (org, email)",
            "1|@\n2|@\n2|@\n",
            "1|@\n2|nobody+1@example.com\n2|nobody+2@example.com\n",
            &["public.both.email 2 0"],
        ),
        ("public.links (email)", "@\n@\n", "@\n@\n", &[]),
        ("public.unknown (email)", "@\n@\n", "@\n@\n", &[]),
        (
            "public.users (email) WITH (FORMAT csv)",
            "@\n@\n",
            "@\n@\n",
            &[],
        ),
    ] {
        assert_eq!(
            rows(copy, given),
            (
                expected.to_owned(),
                report.iter().map(ToString::to_string).collect()
            ),
            "{copy}"
        );
    }
}

#[test]
fn pairs_of_addresses_differ() {
    let (output, _) = rows("public.pairs (sender, receiver)", &"@|@\n".repeat(50));
    let mut lines: Vec<&str> = output.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 50);
}

/// A second COPY into the table goes on counting.
#[test]
fn numbers_are_those_of_the_table() {
    let copy = written("COPY public.users (email) FROM stdin;\n@\n\\.\n");
    let (output, _) = repaired(copy.repeat(2).as_bytes(), 5);
    let expected = copy.clone() + &copy.replace("nobody@", "nobody+1@");
    assert_eq!(String::from_utf8(output).unwrap(), expected);
}

#[test]
fn a_row_that_is_too_long_goes_by_as_it_is() {
    let long = format!("1|{}@\\\\\n", "\\\\x".repeat(6 << 20));
    for piece in [(1 << 20) + 1, usize::MAX] {
        let text = written(&format!("2|@\n{long}3|@\n"));
        let sql = format!("COPY public.users (id, email) FROM stdin;\n{text}\\.\n");
        let (output, _) = repaired(sql.as_bytes(), piece);
        assert_eq!(output.len(), sql.len() + 2, "only the last row is longer");
        assert!(output.ends_with(b"3\tnobody+1@example.com\n\\.\n"));
    }
}

proptest! {
    #[test]
    fn any_split_gives_the_same(
        rows in prop::collection::vec("[@a\\\\|]{0,6}", 0..12),
        piece in 1_usize..40,
    ) {
        let rows: Vec<String> = rows.iter().map(|row| row.trim_end_matches('\\').to_owned() + "\n").collect();
        let sql = format!(
            "{DEFINITIONS}COPY public.users (id, email) FROM stdin;\n{}\\.\nSELECT 1;\nCOPY public.members (org, email) FROM stdin;\n{}\\.\n{KEYS}",
            written(&rows.concat()),
            written(&rows.concat()),
        );
        let whole = repaired(sql.as_bytes(), usize::MAX);
        prop_assert_eq!(repaired(sql.as_bytes(), piece), whole.clone());
        // Nothing but numbers is added.
        let text = String::from_utf8(whole.0).unwrap();
        let mut lines = text.lines().zip(sql.lines());
        prop_assert!(text.lines().count() == sql.lines().count());
        prop_assert!(lines.all(|(one, other)| one == other || one.contains("nobody+")));
    }
}
