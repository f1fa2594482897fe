//! Rows in COPY's binary format: what pgferry makes of text is what the server itself writes.

use pgferry_core::dump::copy_binary::{BinaryRows, FieldFormat, HEADER, TRAILER};

use super::support::Cluster;

/// Types, the functions that read them, and values as SQL.
const VALUES: &[(&str, &str, &[&str])] = &[
    (
        "text",
        "textrecv",
        &[
            "''",
            "'a'",
            "E'a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh'",
            "'\\N'",
            "'\\.'",
            "'naïve ☃ 🎉'",
            "NULL",
        ],
    ),
    ("varchar(7)", "varcharrecv", &["'abc'", "'1234567'", "NULL"]),
    ("char(5)", "bpcharrecv", &["'abc'", "''"]),
    (
        "json",
        "json_recv",
        &["'{\"a\": \"\\u0040\\n\"}'", "'[1,  2]'"],
    ),
    (
        "jsonb",
        "jsonb_recv",
        &[
            "'{\"b\": [1, null, \"x\\\\y\"], \"a\": 1e10}'",
            "'null'",
            "NULL",
        ],
    ),
    (
        "bytea",
        "bytearecv",
        &["''", "'\\x00ff5c0a'", "'abc\\\\def'"],
    ),
    ("boolean", "boolrecv", &["true", "false", "NULL"]),
    ("smallint", "int2recv", &["0", "-32768", "32767"]),
    (
        "integer",
        "int4recv",
        &["0", "-2147483648", "2147483647", "42", "NULL"],
    ),
    (
        "bigint",
        "int8recv",
        &["0", "-9223372036854775808", "9223372036854775807"],
    ),
    ("oid", "oidrecv", &["0", "4294967295"]),
    (
        "real",
        "float4recv",
        &[
            "0",
            "'-0'",
            "1",
            "0.1",
            "-3.4028235e38",
            "1.17549435e-38",
            "1e-45",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "16777216",
            "99.7",
        ],
    ),
    (
        "double precision",
        "float8recv",
        &[
            "0",
            "'-0'",
            "0.1",
            "1.7976931348623157e308",
            "4.9e-324",
            "2.2250738585072014e-308",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "pi()",
            "1e15",
            "123456789012345680",
        ],
    ),
    (
        "numeric",
        "numeric_recv",
        &[
            "0",
            "0.00",
            "1",
            "-1",
            "10",
            "9999",
            "10000",
            "10001",
            "100000000",
            "0.1",
            "0.0001",
            "0.00001",
            "0.000010000",
            "1.5",
            "-12345.67890",
            "1234567890123456789012345678901234567890.0123456789",
            "1e100",
            "1e-100",
            "'NaN'",
            "100.00",
            "40000.0004",
            "NULL",
        ],
    ),
    ("numeric(9,6)", "numeric_recv", &["38.0001", "-84.5", "0"]),
    (
        "uuid",
        "uuid_recv",
        &[
            "'00000000-0000-0000-0000-000000000000'",
            "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
        ],
    ),
    (
        "date",
        "date_recv",
        &[
            "'2000-01-01'",
            "'1999-12-31'",
            "'2024-02-29'",
            "'1900-03-01'",
            "'0001-01-01'",
            "'9999-12-31'",
            "'1582-10-04'",
            "'infinity'",
            "'-infinity'",
        ],
    ),
    (
        "time",
        "time_recv",
        &["'00:00'", "'23:59:59.999999'", "'04:05:06.7'"],
    ),
    (
        "timestamp",
        "timestamp_recv",
        &[
            "'2000-01-01'",
            "'1999-12-31 23:59:59.999999'",
            "'2026-11-21 04:00:00.25'",
            "'0001-01-01'",
            "'9999-12-31 23:59:59'",
            "'infinity'",
            "'-infinity'",
        ],
    ),
    (
        "timestamp(3)",
        "timestamp_recv",
        &["'2026-11-21 04:00:00.1259'"],
    ),
    (
        "timestamptz",
        "timestamptz_recv",
        &[
            "'2000-01-01 00:00+00'",
            "'2026-11-21 04:00:00.25+05:45'",
            "'1850-01-01 12:00+00'",
            "'2024-07-01 12:00+00'",
            "'infinity'",
            "'-infinity'",
        ],
    ),
    (
        "inet",
        "inet_recv",
        &[
            "'10.0.0.7'",
            "'10.0.0.7/8'",
            "'0.0.0.0/0'",
            "'::1'",
            "'2001:db8::1/64'",
            "'::ffff:1.2.3.4'",
        ],
    ),
    (
        "cidr",
        "cidr_recv",
        &["'10.0.0.0/8'", "'192.168.1.1'", "'2001:db8::/32'"],
    ),
    ("macaddr", "macaddr_recv", &["'08:00:2b:01:02:03'"]),
    (
        "text[]",
        "array_recv",
        &[
            "'{}'",
            "ARRAY['a']",
            "ARRAY['', 'null', NULL, 'NULL', 'a b', 'a,b', '{', '\"', E'\\\\', E'\\n\\t', 'é']",
            "NULL",
        ],
    ),
    ("varchar(9)[]", "array_recv", &["ARRAY['music', 'art']"]),
    ("integer[]", "array_recv", &["ARRAY[1, NULL, -3]", "'{}'"]),
    (
        "jsonb[]",
        "array_recv",
        &["ARRAY['{\"a\": [1, 2]}', 'null']::jsonb[]"],
    ),
    (
        "timestamptz[]",
        "array_recv",
        &["ARRAY['2024-01-01 00:00+00', NULL]::timestamptz[]"],
    ),
];

/// What is left to the server.
const AS_TEXT: &[(&str, &str, &str)] = &[
    ("date", "date_recv", "'0044-03-15 BC'"),
    ("date", "date_recv", "'12024-01-01'"),
    ("time", "time_recv", "'24:00'"),
    ("timestamp", "timestamp_recv", "'0044-03-15 12:00 BC'"),
    ("timestamptz", "timestamptz_recv", "'12024-01-01 00:00+00'"),
    ("numeric", "numeric_recv", "'Infinity'"),
    ("integer[]", "array_recv", "'{{1,2},{3,4}}'"),
    ("integer[]", "array_recv", "'[0:1]={1,2}'"),
];

fn format(cluster: &Cluster, database: &str, name: &str, receive: &str) -> FieldFormat {
    let ask = |what: &str| {
        let from = "FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem";
        cluster.psql(
            database,
            &format!("SELECT {what} {from} WHERE t.oid = '{name}'::regtype"),
        )
    };
    assert_eq!(ask("t.typreceive"), receive, "{name}");
    if receive == "array_recv" {
        let oid = ask("e.oid").parse().unwrap();
        FieldFormat::of_receive(&ask("e.typreceive"))
            .unwrap()
            .array(oid)
    } else {
        FieldFormat::of_receive(receive).unwrap()
    }
}

/// Rows of one column, as the server writes them in both formats.
fn copied(
    cluster: &Cluster,
    database: &str,
    name: &str,
    values: &[&str],
    zone: &str,
) -> [Vec<u8>; 2] {
    let rows: Vec<String> = values
        .iter()
        .map(|value| format!("(({value})::{name})"))
        .collect();
    ["", "(FORMAT binary)"].map(|format| {
        let copy = format!("COPY (VALUES {}) TO STDOUT {format}", rows.join(", "));
        let zone = format!("SET TimeZone = '{zone}'");
        cluster.output("psql", database, &["-Xq", "-c", &zone, "-c", &copy])
    })
}

fn converted(format: FieldFormat, rows: &[u8]) -> Option<Vec<u8>> {
    let mut output = HEADER.to_vec();
    let is_converted = BinaryRows::new(vec![format])
        .unwrap()
        .convert(rows, &mut output);
    if !is_converted {
        assert_eq!(
            output, HEADER,
            "what can't be converted leaves nothing behind"
        );
        return None;
    }
    output.extend_from_slice(TRAILER);
    Some(output)
}

#[test]
fn every_type_is_written_as_the_server_writes_it() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    for (name, receive, values) in VALUES {
        for zone in ["UTC", "Asia/Kathmandu", "America/New_York"] {
            let [text, binary] = copied(cluster, &database, name, values, zone);
            let format = format(cluster, &database, name, receive);
            let shown = String::from_utf8_lossy(&text).into_owned();
            let converted = converted(format, &text).unwrap_or_else(|| panic!("{name}: {shown}"));
            assert_eq!(converted, binary, "{name}: {shown}");
        }
    }
}

#[test]
fn what_is_not_known_is_left_to_the_server() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    for (name, receive, value) in AS_TEXT {
        let format = format(cluster, &database, name, receive);
        let [text, _] = copied(cluster, &database, name, &[value], "UTC");
        assert_eq!(converted(format, &text), None, "{name} {value}");
    }
}
