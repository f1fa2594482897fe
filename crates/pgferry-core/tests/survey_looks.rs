//! What single values look like: for each kind values that do, and values that nearly do.

use pgferry_core::anonymize::survey::{Look, Survey};

/// What `value` looks like, as the only value of a column.
fn looks(value: &str) -> Vec<Look> {
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

fn check(look: Look, hits: &[&str], misses: &[&str]) {
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

#[test]
fn email() {
    check(
        Look::Email,
        &[
            "ann@example.net",
            "Ann.Lee+news@Mail.Example.org",
            "o'brien@example.ie",
            "Ann Lee <ann@example.net>",
            "mailto:ann@example.net",
            "\"q uoted\"@example.net",
            "ünïcode@exämple.org",
            "x@xn--e1afmkfd.xn--p1ai",
        ],
        &[
            "a@b",
            "@handle",
            "user@localhost",
            "3@4.5",
            "pkg@1.2.3",
            "write to ann@example.net",
            "ann@example.net, bob@example.net",
            "ann at example.net",
            "ann@@example.net",
            "https://ann@example.net/x",
        ],
    );
}

#[test]
fn ip_address() {
    check(
        Look::IpAddress,
        &[
            "10.1.1.7",
            "192.168.0.0/16",
            "255.255.255.255",
            "::1",
            "2001:db8::8a2e:370:7334",
            "fe80::1/64",
            "::ffff:192.0.2.1",
            "2001:0db8:0000:0000:0000:8a2e:0370:7334",
        ],
        &[
            "1.2.3",
            "256.1.1.1",
            "1.2.3.4.5",
            "10.0.0.1:80",
            "12:30:45",
            "08:00:2b:01:02:03",
            "bad::cafe",
            "10.1.1.7/33",
            "10.1.1.x",
            "2024-01-01 01:00:00",
        ],
    );
}

#[test]
fn url() {
    check(
        Look::Url,
        &[
            "https://img.example.org/u/1.png",
            "http://localhost:3000",
            "ftp://example.org/x",
            "s3://bucket/key",
            "HTTPS://EXAMPLE.ORG",
            "www.example.org",
            "https://[::1]/x",
            "postgres://u:p@host/db",
        ],
        &[
            "example.org",
            "/u/1.png",
            "https:",
            "https://",
            "see https://example.org",
            "mailto:ann@example.net",
            "a://b",
            "www.",
            "C:\\x",
            "://x",
        ],
    );
}

#[test]
fn uuid() {
    check(
        Look::Uuid,
        &[
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "00000000-0000-0000-0000-000000000000",
            "F7CB07BA-E139-D0A6-734E-CE61B109F88D",
            "{f7cb07ba-e139-d0a6-734e-ce61b109f88d}",
            "urn:uuid:f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "12345678-1234-1234-1234-123456789012",
            "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
            "7A0c2c72-1703-b09c-b031-38c960fb9537",
        ],
        &[
            "f7cb07bae139d0a6734ece61b109f88d",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88",
            "g7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "f7cb07ba-e139-d0a6-734ece61b109f88d-",
            "f7cb07ba",
            "f7cb07ba-e139",
            "f7cb07ba_e139_d0a6_734e_ce61b109f88d",
            "event-f7cb07ba-e139-d0a6-734e-ce61b109f88d",
        ],
    );
}

#[test]
fn password_hash() {
    check(
        Look::PasswordHash,
        &[
            "$2b$12$6e6fdf956d04289354dcf1619e28fe77",
            "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWA",
            "$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81",
            "$6$rounds=5000$salt1234$abcdefghijklmnop",
            "pbkdf2_sha256$260000$abcdefgh$dGhpcyBpcyBub3QgYSBoYXNo",
            "{SSHA}MTIzNDU2Nzg5MGFiY2RlZg==",
            "md55f4dcc3b5aa765d61d8327deb882cf99",
            "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy",
            "$P$BDyY3CVfuyJ8Vxv0/abcdefghij12",
            "scrypt:32768:8:1$Nz9yXq$0123456789abcdef",
        ],
        &[
            "$2b$12$short",
            "2b$12$6e6fdf956d04289354dcf1619e28fe77",
            "$100",
            "$1 $2 $3 $4 $5 $6 $7 $8",
            "$argon2id$",
            "{SHAPE} of things to come",
            "md5 of the file that came",
            "$2b$1x$6e6fdf956d04289354dcf1619e28fe77",
            "scrypt is slow, bcrypt is old",
            "$HOME/.config/some/long/path/x",
        ],
    );
}

#[test]
fn digest() {
    check(
        Look::Digest,
        &[
            "d41d8cd98f00b204e9800998ecf8427e",
            "D41D8CD98F00B204E9800998ECF8427E",
            "7c92cf1eee8d99cc85f8355a3d6e4b86",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ],
        &[
            "d41d8cd98f00b204e9800998ecf8427",
            "d41d8cd98f00b204e9800998ecf8427g",
            "00000000000000000000000000000000",
            "12345678901234567890123456789012",
            "D41d8cd98f00b204e9800998ecf8427e",
            "abababababababababababababababab",
            "/events/7c92cf1eee8d99cc85f8355a3",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
        ],
    );
}

#[test]
fn token() {
    // Made up, and put together here so that no scanner for leaked keys stops at this file.
    let with = |prefix: &str| format!("{prefix}4eC39HqLyjWDarjtT1zdp7dcAb3Z");
    let made: Vec<String> = [
        "sk_live_", "ghp_", "glpat-", "xoxb-", "AKIA", "AIza", "hf_", "whsec_",
    ]
    .map(with)
    .to_vec();
    let mut hits: Vec<&str> = made.iter().map(String::as_str).collect();
    hits.extend([
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    ]);
    check(
        Look::Token,
        &hits,
        &[
            "sk_live_",
            "key-value-store-of-the-house",
            "AKIA",
            "npm_install_all_the_things_now",
            "eyJhbGciOiJIUzI1NiJ9",
            "-----BEGIN CERTIFICATE-----",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "sk-SK",
            "hf_model",
            "eyJ.a.b.c.d.e.f.g.h.i.j.k",
        ],
    );
}

#[test]
fn random() {
    check(
        Look::Random,
        &[
            "4eC39HqLyjWDarjtT1zdp7dc",
            "dGhpc2lzYXZlcnlzZWNyZXR2YWx1ZTEyMw==",
            "cjld2cjxh0000qzrmn831i7rn",
            "507f1f77bcf86cd799439011",
            "Zm9v+YmFyL2Jhejk4NzY1NDMyMQ",
            "a8F3k2-Lm9Qz_7Xv1Tb4Rn6",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "x7k2m9p4q1w8e5r6t3y0u2i4",
        ],
        &[
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "20180311-migration.js",
            "/events/7c92cf1eee8d99cc85f8355a3d6e4b86",
            "CamelCaseIdentifierNumber2",
            "IMG_20180311_Lexington_0012.JPG",
            "summer-festival-2024-opening-night",
            "00000000000000000000000000000001",
            "12345678901234567890",
            "America/Argentina/Buenos_Aires",
            "2024-01-01T10:00:00.000000Z",
            "AAAAAAAAAAAAAAAAAAAAAAAAAA1b",
            "img1.events.example-site.org",
            "Bluegrass Online Organizer Opening",
        ],
    );
}

#[test]
fn phone() {
    check(
        Look::Phone,
        &[
            "+1 859 555 0001",
            "+18595550001",
            "(859) 555-0123",
            "859-555-0123",
            "859.555.0123",
            "1-800-555-0199",
            "555-0123",
            "00 44 20 7946 0958",
            "+44 (0)20 7946 0958",
            "030 901820",
            "0171/1234567",
            "+49-30-901820",
            "859-555-0123 ext. 12",
            "(859) 555-0123 x4",
            "tel:+18595550001",
            "01 23 45 67 89",
        ],
        &[
            "2024-01-01",
            "01.02.2024",
            "10.1.1.7",
            "38.000100",
            "-84.500000",
            "12345-6789",
            "4111 1111 1111 1111",
            "123-45-6789",
            "8595550001",
            "1,234,567",
            "12:30:45",
            "978-3-16-148410-0",
            "+1",
            "1.2.3",
            "5 - 10",
            "2024-01-01 10.30",
        ],
    );
}

#[test]
fn person_name() {
    check(
        Look::PersonName,
        &[
            "Ann Lee",
            "Mary-Jane O'Neill",
            "Lee, Ann",
            "Dr. Ludwig van Beethoven",
            "J. R. R. Tolkien",
            "ANN LEE",
            "José García Márquez",
            "Иван Петров",
            "John McDonald Jr.",
            "Lee, Ann M.",
            "Anna de la Cruz",
        ],
        &[
            "Ann",
            "the night",
            "Film Contact Painting Tickets Organizer Community",
            "Venue 1",
            "The Market",
            "Lyric Theatre",
            "Live From Lexington",
            "ann lee",
            "Acme Widgets Inc.",
            "1 Main Street",
            "America/New_York",
            "Ann Lee <ann@example.net>",
            "New York City",
            "iPhone Case",
            "GET",
            "Monday Night",
        ],
    );
}

#[test]
fn given_name() {
    check(
        Look::GivenName,
        &[
            "Ann",
            "ANNA",
            "Anne-Marie",
            "José",
            "Mary Smith",
            "Smith, John",
            "Dr. Robert Oppenheimer",
            "Jürgen Müller",
        ],
        &[
            "Lexington",
            "Please And",
            "May 5",
            "Annual Report",
            "anna",
            "Rose Garden Hall",
            "Smith",
            "Mark the Date",
            "",
        ],
    );
}

#[test]
fn capitalised() {
    check(
        Look::Capitalised,
        &[
            "Lexington",
            "New York",
            "Saint-Étienne",
            "Please And",
            "Rio de Janeiro",
            "Ann",
            "東京",
            "McAllen",
        ],
        &[
            "lexington",
            "Venue 1",
            "40507",
            "GET /",
            "America/New_York",
            "One Two Three Four Five Six",
            "a b",
            "iPhone",
            "x@y.org",
        ],
    );
}

#[test]
fn company() {
    check(
        Look::Company,
        &[
            "Acme Inc.",
            "Acme Widgets, LLC",
            "Müller GmbH",
            "Müller GmbH & Co. KG",
            "3M Corporation",
            "British Things PLC",
            "Ferrari S.p.A.",
            "Foo Bar Ltd",
            "Nokia Oyj Oy",
            "Smith and Sons Limited",
        ],
        &[
            "Inc.",
            "Acme",
            "Ann Lee",
            "the day spa",
            "such as",
            "Corporation Street",
            "se",
            "we went to Acme",
            "incorporated in 1990",
        ],
    );
}

#[test]
fn street() {
    check(
        Look::Street,
        &[
            "1 Main Street",
            "12a N Main St. Apt 3",
            "500 W 5th Ave, Lexington",
            "Hauptstraße 12",
            "Am Markt-Platz 3a",
            "12 rue de la Paix",
            "12, rue de la Paix",
            "Calle Mayor 5",
            "PO Box 12",
            "Kerkstraat 7",
            "350 Fifth Avenue",
            "P.O. Box 99, Lexington",
            "1 Court Place",
        ],
        &[
            "Main Street",
            "2 Way",
            "3 days",
            "10 Best Drive Thru Places",
            "5 Ways to live",
            "Spring 2024",
            "Lexington",
            "Venue 1",
            "1",
            "street 12 of the party we go to all night long",
            "2024-01-01",
            "12 monkeys",
        ],
    );
}

#[test]
fn postal_code() {
    check(
        Look::PostalCode,
        &[
            "40507",
            "40507-1234",
            "SW1A 1AA",
            "M1 1AE",
            "K1A 0B6",
            "1012 AB",
            "00-950",
            "113 51",
            "D-10115",
            "100-0001",
        ],
        &[
            "405",
            "4050700",
            "40507-12",
            "sw1a 1aa",
            "A1",
            "Lexington",
            "ABC 123",
            "1.234",
            "-1234",
            "2024-01-01",
        ],
    );
}

#[test]
fn date() {
    check(
        Look::Date,
        &[
            "2024-02-29",
            "2024-01-01 01:00:00+00",
            "2024-01-01T10:00:00.123Z",
            "29.02.2024",
            "2/29/2024",
            "29/02/2024",
            "2024/02/29",
            "1.2.1980",
        ],
        &[
            "2024-13-01",
            "2024-00-10",
            "01:00:00",
            "20240229",
            "1.2.3",
            "10.1.1.7",
            "2024-01",
            "32.13.2024",
            "555-0123",
            "2024-01-01 in Lexington",
        ],
    );
}

#[test]
fn credit_card() {
    check(
        Look::CreditCard,
        &[
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "5555555555554444",
            "378282246310005",
            "3782 822463 10005",
            "6011111111111117",
            "2223003122003222",
            "30569309025904",
        ],
        &[
            "4111111111111112",
            "411111111111",
            "0000000000000000",
            "1234567812345670",
            "41111111111111111111",
            "+4111111111111111",
            "4111.1111.1111.1111",
            "5555555555555555",
            "abcd111111111111",
            "41 11 11 11 11 11 11 11",
        ],
    );
}

#[test]
fn iban() {
    check(
        Look::Iban,
        &[
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "GB82WEST12345698765432",
            "FR1420041010050500013M02606",
            "NL91ABNA0417164300",
            "CH9300762011623852957",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ],
        &[
            "DE89370400440532013001",
            "DE8937040044",
            "de89370400440532013000",
            "DE89-3704-0044-0532-0130-00",
            "89370400440532013000",
            "GB82WEST12345698765431",
            "XX00",
            "DEUTSCHE BANK FRANKFURT",
        ],
    );
}

#[test]
fn identity_number() {
    check(
        Look::IdentityNumber,
        &[
            "123-45-6789",
            "001-01-0001",
            "899-99-9999",
            "555-12-3456",
            "AB123456C",
            "AB 12 34 56 C",
            "QQ123456A",
            "078-05-1120",
        ],
        &[
            "000-12-3456",
            "666-12-3456",
            "912-12-3456",
            "123-45-0000",
            "123456789",
            "12-345-6789",
            "AB123456E",
            "AB12345C",
            "123-456-7890",
        ],
    );
}

#[test]
fn free_text() {
    check(
        Look::FreeText,
        &[
            "workshop on live and jazz opening painting",
            "She called on Monday and asked for Ann Lee.",
            "<p>music of the night and of lexington</p> and more of it",
            "пользователь написал нам письмо вчера вечером опять",
            "Film Contact Painting Tickets Organizer Community",
            "one two three four five six seven eight",
            "the line\nbreaks here and\nthere and goes on",
            "Please don't ring the bell, the baby is asleep.",
        ],
        &[
            "checked by admin",
            "a b c d e f",
            "https://www.example.com/a-very-long-path/that/goes/on",
            "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
            "$2b$12$6e6fdf956d04289354dcf1619e28fe77",
            "Ann Lee",
            "key=1; other=2; third=3; 4=4; 5=5; 6=6; 7=7",
            "",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
        ],
    );
}

#[test]
fn json() {
    check(
        Look::Json,
        &[
            r#"{"a": 1}"#,
            r#"[{"a": 1}]"#,
            r#"["x"]"#,
            "[]",
            r#"{"a": {"b": []}}"#,
            r#" {"a" : 1}"#,
            "[[1]]",
            r#"{"a\"b": 1"#,
        ],
        &[
            "{a,b}",
            r#"{"a b",c}"#,
            "{}",
            "[x]",
            "text",
            "{",
            "[1,2)",
            "",
            "{{a},{b}}",
        ],
    );
}

#[test]
fn number() {
    check(
        Look::Number,
        &[
            "1",
            "-1",
            "007",
            "38.000100",
            "-84.5",
            "0",
            "8595550001",
            "12345678901234567890",
        ],
        &[
            "", "+1", "1.", ".5", "1e5", "1,5", "0x1f", "1.2.3", "one", "-", "1 2",
        ],
    );
}

#[test]
fn arrays_look_like_their_elements() {
    assert_eq!(looks("{+18595550001,x}"), [Look::Phone]);
    assert_eq!(
        looks(r#"{"Ann Lee",NULL}"#),
        [Look::PersonName, Look::GivenName, Look::Capitalised]
    );
    assert_eq!(looks("{music,art}"), []);
}
