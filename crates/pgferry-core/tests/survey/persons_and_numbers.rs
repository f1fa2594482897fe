//! Looks of persons, places and numbers: values, and what nearly is one.

use pgferry_core::anonymize::survey::Look;

use crate::support::{check, looks};

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
