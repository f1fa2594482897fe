//! Rows in the binary format. That they are what the server writes is tested against one (`tests/live/binary_rows.rs`).

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use pgferry_core::dump::copy_binary::{BinaryRows, FieldFormat};
use proptest::prelude::*;

const RECEIVE: [&str; 19] = [
    "textrecv",
    "jsonb_recv",
    "bytearecv",
    "boolrecv",
    "int2recv",
    "int4recv",
    "int8recv",
    "oidrecv",
    "float4recv",
    "float8recv",
    "numeric_recv",
    "uuid_recv",
    "date_recv",
    "time_recv",
    "timestamp_recv",
    "timestamptz_recv",
    "inet_recv",
    "cidr_recv",
    "macaddr_recv",
];

fn formats() -> Vec<FieldFormat> {
    let plain = RECEIVE.map(|receive| FieldFormat::of_receive(receive).unwrap());
    let arrays = plain.clone().map(|format| format.array(25));
    [plain, arrays].concat()
}

/// The fields of rows in the binary format; None is NULL. They end where they should.
fn fields(mut rows: &[u8], columns: usize) -> Vec<Option<Vec<u8>>> {
    let mut fields = Vec::new();
    while !rows.is_empty() {
        let (count, rest) = rows.split_first_chunk::<2>().unwrap();
        assert_eq!(
            usize::try_from(i16::from_be_bytes(*count)).unwrap(),
            columns
        );
        rows = rest;
        for _ in 0..columns {
            let (length, rest) = rows.split_first_chunk::<4>().unwrap();
            let length = usize::try_from(i32::from_be_bytes(*length)).ok();
            let (value, rest) = rest.split_at(length.unwrap_or(0));
            fields.push(length.map(|_| value.to_vec()));
            rows = rest;
        }
    }
    fields
}

fn text_columns(count: usize) -> BinaryRows {
    BinaryRows::new(vec![FieldFormat::of_receive("textrecv").unwrap(); count]).unwrap()
}

#[test]
fn rows_that_the_server_would_read_otherwise_are_left_to_it() {
    for rows in [
        &b"a\tb"[..],
        b"a\n",
        b"a\tb\tc\n",
        b"a\tb\r\n",
        b"a\r\tb\n",
        b"a\tb\n\\.\n",
        b"\\.\tb\n",
        b"\\x41\tb\n",
        b"\\101\tb\n",
        b"\\a\tb\n",
        b"\\N \tb\n",
        b"a\\\tb\tc\n",
        b"a\\\nb\tc\n",
        b"a\tb\\",
        b"a\tb\n\n",
    ] {
        let mut output = b"before".to_vec();
        assert!(
            !text_columns(2).convert(rows, &mut output),
            "{:?}",
            String::from_utf8_lossy(rows)
        );
        assert_eq!(output, b"before");
    }
}

#[test]
fn fields_are_unescaped_and_counted() {
    let mut output = Vec::new();
    assert!(text_columns(2).convert(b"a\\tb\\\\N\t\\N\n\t\\\\\n", &mut output));
    let expected = [Some(&b"a\tb\\N"[..]), None, Some(b""), Some(b"\\")];
    assert_eq!(
        fields(&output, 2),
        expected.map(|value| value.map(<[u8]>::to_vec))
    );
    let mut none = Vec::new();
    assert!(text_columns(3).convert(b"", &mut none));
    assert!(none.is_empty());
    assert!(BinaryRows::new(Vec::new()).is_none());
}

#[test]
fn values_that_no_server_writes_are_left_to_it() {
    for (receive, values) in [
        ("boolrecv", &["", "true", "T", "1"][..]),
        (
            "int2recv",
            &["", "32768", " 1", "1 ", "0x1", "1_0", "１", "-"],
        ),
        ("int4recv", &["2147483648", "1.0", "1e3"]),
        (
            "float8recv",
            &[
                "", "1e400", "1e-400", "nan", "inf", "infinity", "1d", "0x1p3", ".",
            ],
        ),
        ("float4recv", &["1e39", "1e-60"]),
        (
            "numeric_recv",
            &[
                "", ".", "1.", ".5", "1e5", "+1", "--1", "1 ", "Infinity", "1.2.3",
            ],
        ),
        (
            "uuid_recv",
            &[
                "",
                "a0eebc999c0b4ef8bb6d6bb9bd380a11",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1-",
            ],
        ),
        (
            "date_recv",
            &[
                "",
                "2023-02-29",
                "1900-02-29",
                "2024-13-01",
                "2024-00-01",
                "2024-01-00",
                "0000-01-01",
                "24-01-01",
            ],
        ),
        (
            "time_recv",
            &[
                "24:00:00",
                "23:60:00",
                "23:59:60",
                "04:00",
                "04:00:00.",
                "04:00:00.1234567",
                "04:00:00+00",
            ],
        ),
        (
            "timestamp_recv",
            &[
                "2024-01-01",
                "2024-01-01T00:00:00",
                "2024-01-01 00:00:00+00",
            ],
        ),
        (
            "timestamptz_recv",
            &[
                "2024-01-01 00:00:00",
                "2024-01-01 00:00:00 UTC",
                "2024-01-01 00:00:00+5",
                "2024-01-01 00:00:00+",
            ],
        ),
        (
            "inet_recv",
            &["", "10.0.0", "10.0.0.1/33", "::1/129", "10.0.0.1/", "::1%1"],
        ),
        (
            "macaddr_recv",
            &["08002b010203", "08-00-2b-01-02-03", "08:00:2b:01:02:0"],
        ),
        ("bytearecv", &["abc", "\\\\xabc", "\\\\xag", "\\\\001"]),
    ] {
        for value in values {
            let format = FieldFormat::of_receive(receive).unwrap();
            let mut rows = BinaryRows::new(vec![format]).unwrap();
            assert!(
                !rows.convert(format!("{value}\n").as_bytes(), &mut Vec::new()),
                "{receive} {value}"
            );
        }
    }
}

#[test]
fn arrays_that_no_server_writes_are_left_to_it() {
    for value in [
        "",
        "{",
        "}",
        "a",
        "{a,}",
        "{,a}",
        "{a b}",
        "{\"a}",
        "{\"a\"b}",
        "{{a}}",
        "[1:1]={a}",
        "{a}}",
    ] {
        let format = FieldFormat::of_receive("textrecv").unwrap().array(25);
        let mut rows = BinaryRows::new(vec![format]).unwrap();
        assert!(
            !rows.convert(format!("{value}\n").as_bytes(), &mut Vec::new()),
            "{value}"
        );
    }
}

/// Bytes that mean something here are more frequent.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling = prop::sample::select(b"0123456789-+:./ \\\t\n{}\",Nntx\r".to_vec());
    prop::collection::vec(prop_oneof![4 => telling, 1 => any::<u8>()], 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_converted_or_left(rows in bytes()) {
        for format in formats() {
            for columns in [1, 2] {
                let mut output = Vec::new();
                let mut converter = BinaryRows::new(vec![format.clone(); columns]).unwrap();
                if converter.convert(&rows, &mut output) {
                    let lines = rows.split(|byte| *byte == b'\n').count() - 1;
                    prop_assert_eq!(fields(&output, columns).len(), lines * columns);
                } else {
                    prop_assert!(output.is_empty());
                }
            }
        }
    }

    #[test]
    fn numbers_are_read_as_written(value: i64, small: i32, float: f64) {
        let mut output = Vec::new();
        let formats = ["int8recv", "int4recv", "float8recv"].map(|receive| FieldFormat::of_receive(receive).unwrap());
        prop_assume!(float.is_finite());
        let row = format!("{value}\t{small}\t{float:e}\n");
        prop_assert!(BinaryRows::new(formats.to_vec()).unwrap().convert(row.as_bytes(), &mut output));
        let expected = [value.to_be_bytes().to_vec(), small.to_be_bytes().to_vec(), float.to_be_bytes().to_vec()];
        prop_assert_eq!(fields(&output, 3), expected.map(Some));
    }
}
