//! What is suggested for columns, by their names, values, types and keys.

use pgferry_core::anonymize::survey::suggest;

use crate::support::{SITE, column, dump, suggestions, survey};

#[test]
fn the_site_gets_rules() {
    let text = suggestions(&survey(SITE));
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

fn rules(dump: &[u8]) -> Vec<String> {
    let text = suggestions(&survey(dump));
    let lines = text.lines().filter(|line| !line.starts_with('['));
    lines
        .map(|line| line.split("  # ").next().unwrap().to_owned())
        .collect()
}

/// A column and its type, its values by number, and the rules expected.
type Case = (&'static str, fn(usize) -> String, &'static [&'static str]);

fn check(cases: &[Case]) {
    for (column, value, expected) in cases {
        let dump = dump("public.things", column, "", (0..40).map(value));
        assert_eq!(rules(&dump), *expected, "{column}");
    }
}

fn person(number: usize) -> String {
    [
        "Ann Lee",
        "Mary Smith",
        "John Doe",
        "Peter Parker",
        "Quentin Cooper",
    ][number % 5]
        .to_owned()
}

fn given_name(number: usize) -> String {
    ["Ann", "Mary", "John", "Peter", "Quentin"][number % 5].to_owned()
}

fn title(number: usize) -> String {
    [
        "Jazz Evening",
        "Poetry Slam",
        "Painting Class",
        "Film Noir",
        "Artist Talk",
    ][number % 5]
        .to_owned()
}

fn phone(number: usize) -> String {
    format!("+1 859 555 {number:04}")
}

fn digits(number: usize) -> String {
    format!("859555{number:04}")
}

fn five_digits(number: usize) -> String {
    format!("40{number:03}")
}

fn digest(number: usize) -> String {
    let number = (number as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    format!("{number:032x}")
}

fn uuid(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

fn day(number: usize) -> String {
    format!("1980-01-{:02}", number % 28 + 1)
}

#[test]
fn names_are_told_from_titles() {
    check(&[
        ("value text", person, &["value = { fake = \"name\" }"]),
        ("value text", title, &[]),
        (
            "value text",
            given_name,
            &["value = { fake = \"first-name\" }"],
        ),
        ("name text", title, &["# name = { fake = \"name\" }"]),
        ("author text", person, &["author = { fake = \"name\" }"]),
        (
            "full_name text",
            title,
            &["full_name = { fake = \"name\" }"],
        ),
        ("full_name text", digits, &[]),
        (
            "city text",
            |_| "Lexington".to_owned(),
            &["city = { fake = \"city\" }"],
        ),
        (
            "company text",
            |_| "Acme Inc.".to_owned(),
            &["company = { fake = \"company\" }"],
        ),
        (
            "address text",
            |number| format!("{} Main Street", number + 1),
            &["address = { fake = \"street\" }"],
        ),
        (
            "address text",
            |_| "second floor".to_owned(),
            &["# address = { fake = \"street\" }"],
        ),
        ("bio text", title, &["# bio = { fake = \"text\" }"]),
        (
            "image text",
            |number| format!("https://img.example.org/{number}"),
            &[],
        ),
        (
            "avatar text",
            |number| format!("https://img.example.org/{number}"),
            &["avatar = \"mask\""],
        ),
    ]);
}

#[test]
fn numbers_need_a_name_or_a_form() {
    check(&[
        ("value text", phone, &["value = { fake = \"phone\" }"]),
        ("value text", digits, &[]),
        ("mobile text", digits, &["mobile = { fake = \"phone\" }"]),
        (
            "mobile bigint",
            digits,
            &["# mobile = { constant = \"0\" }"],
        ),
        ("zip text", five_digits, &["zip = \"mask\""]),
        ("amount text", five_digits, &[]),
        (
            "value text",
            |_| "4111 1111 1111 1111".to_owned(),
            &["value = \"mask\""],
        ),
        (
            "value text",
            |_| "DE89 3704 0044 0532 0130 00".to_owned(),
            &["value = \"mask\""],
        ),
        (
            "value text",
            |_| "123-45-6789".to_owned(),
            &["value = \"mask\""],
        ),
        ("birthday date", day, &["birthday = { shift = 30 }"]),
        ("birthday text", day, &["birthday = \"mask\""]),
        ("created date", day, &[]),
    ]);
}

#[test]
fn secrets_are_told_from_identifiers() {
    check(&[
        ("value text", digest, &["# value = \"hash\""]),
        ("reset_token text", digest, &["reset_token = \"hash\""]),
        (
            "reset_token varchar(40)",
            digest,
            &["reset_token = \"hash\""],
        ),
        (
            "reset_token varchar(12)",
            digest,
            &["reset_token = \"mask\""],
        ),
        ("otp text", digits, &["otp = \"hash\""]),
        ("external_id text", digest, &[]),
        ("checksum text", digest, &[]),
        ("id uuid", uuid, &[]),
        ("session_token uuid", uuid, &["session_token = \"hash\""]),
        (
            "secret bytea",
            |_| "\\\\x00ff".to_owned(),
            &["secret = \"hash\""],
        ),
        (
            "password text",
            |number| format!("hunter{number}"),
            &["password = { constant = \"!\" }"],
        ),
        ("password_changed_at timestamp", day, &[]),
        ("password_changed_at text", day, &[]),
    ]);
}

#[test]
fn a_few_values_are_worth_a_look() {
    check(&[
        (
            "value text",
            |number| {
                if number % 10 == 0 {
                    phone(number)
                } else {
                    "n/a".to_owned()
                }
            },
            &["# value = { fake = \"phone\" }"],
        ),
        (
            "phone text",
            |number| {
                if number % 8 == 0 {
                    phone(number)
                } else {
                    "n/a".to_owned()
                }
            },
            &["phone = { fake = \"phone\" }"],
        ),
        (
            "value text",
            |number| {
                if number == 0 {
                    phone(number)
                } else {
                    "n/a".to_owned()
                }
            },
            &[],
        ),
        (
            "phones text[]",
            |_| "{+18595550001,x}".to_owned(),
            &["phones = { constant = \"{}\" }"],
        ),
        ("tags text[]", |_| "{music,art}".to_owned(), &[]),
    ]);
}

#[test]
fn odd_names_are_quoted() {
    let dump = b"CREATE TABLE \"A.b\".\"c\\d\" (\"odd \"\"name\" text);\n\
        COPY \"A.b\".\"c\\d\" (\"odd \"\"name\") FROM stdin;\n10.0.0.1\n\\.\n";
    assert_eq!(
        suggestions(&survey(dump)),
        "[anonymize.columns.\"\\\"A.b\\\".\\\"c\\\\d\\\"\"]\n\
         \"odd \\\"name\" = { fake = \"ipv4\" }  # looks like IP addresses: \"99.9.9.9\" in 100% of 1 value\n"
    );
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
