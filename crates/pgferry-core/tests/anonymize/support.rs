//! Runs of the anonymiser, and how to compare what comes out.

use pgferry_core::anonymize::{AnonymizeError, AnonymizeReport, Anonymizer, Columns, Key, Options};
use pgferry_core::dump::schema::Schema;

pub fn run_with<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    options: &Options,
) -> Result<(Vec<u8>, AnonymizeReport), AnonymizeError> {
    let mut anonymizer = Anonymizer::new(options.clone());
    let mut output = Vec::new();
    for piece in pieces {
        anonymizer.feed(piece, &mut output)?;
    }
    let report = anonymizer.finish(&mut output)?;
    Ok((output, report))
}

pub fn run<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    columns: &Columns,
) -> Result<(Vec<u8>, AnonymizeReport), AnonymizeError> {
    let options = Options {
        key: Some(Key::new(b"test")),
        columns: columns.clone(),
        ..Options::default()
    };
    run_with(pieces, &options)
}

pub fn whole(input: &[u8]) -> Vec<u8> {
    run([input], &Columns::default()).unwrap().0
}

pub fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The expected output, at every split in two and in pieces of every size, and once more on the output itself.
pub fn check_with(input: &[u8], expected: &[u8], columns: &Columns) {
    let (output, report) = run([input], columns).unwrap();
    assert_eq!(shown(&output), shown(expected));
    for size in 1..=input.len() {
        let (output, pieces) = run(input.chunks(size), columns).unwrap();
        assert_eq!(shown(&output), shown(expected), "reads of {size}");
        assert_eq!(pieces, report, "reads of {size}");
    }
    for at in 0..input.len() {
        let (left, right) = input.split_at(at);
        assert_eq!(
            shown(&run([left, right], columns).unwrap().0),
            shown(expected),
            "split at {at}"
        );
    }
    let (again, report) = run([expected], columns).unwrap();
    assert_eq!(shown(&again), shown(expected), "a second time");
    assert_eq!(report.replaced, 0, "a second time");
}

pub fn check(input: &str, expected: &str) {
    check_with(input.as_bytes(), expected.as_bytes(), &Columns::default());
}

pub fn copy(rows: &str) -> String {
    format!("COPY public.t (a, b) FROM stdin;\n{rows}\n\\.\n")
}

/// What is known of table public.t with columns of these names and types.
pub fn table_t(columns: &str) -> Columns {
    let mut schema = Schema::new();
    schema.observe_sql(format!("CREATE TABLE public.t ({columns});").as_bytes());
    Columns::from(&schema)
}
