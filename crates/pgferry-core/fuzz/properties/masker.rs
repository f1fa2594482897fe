//! What must hold of the masker, whatever the dump is.

use pgferry_core::anonymize::{AnonymizeError, Anonymizer, Columns, Key, Options, Rules};

/// Whatever the bytes are: no panic; any split gives the same; and what was masked is not changed a second time.
pub fn holds(input: &[u8]) {
    let Ok(whole) = masked(input, input.len()) else {
        return;
    };
    assert_eq!(masked(input, 1).as_ref(), Ok(&whole));
    assert_eq!(masked(input, 7).as_ref(), Ok(&whole));
    assert_eq!(masked(&whole, whole.len()), Ok(whole.clone()));
}

fn masked(input: &[u8], length: usize) -> Result<Vec<u8>, String> {
    let options = Options {
        key: Some(Key::new(b"fuzz")),
        columns: Columns::default(),
        rules: Rules::default(),
    };
    let mut anonymizer = Anonymizer::new(options);
    let mut output = Vec::new();
    let text = |error: AnonymizeError| error.to_string();
    for piece in input.chunks(length.max(1)) {
        anonymizer.feed(piece, &mut output).map_err(text)?;
    }
    anonymizer.finish(&mut output).map_err(text)?;
    Ok(output)
}
