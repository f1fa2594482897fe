//! What must hold of COPY text, whatever stands in it.

use pgferry_core::dump::copy_text;

pub fn holds(input: &[u8]) {
    let field = copy_text::encode(input);
    assert_eq!(copy_text::decode(&field).as_deref(), Some(input));
    assert_eq!(copy_text::fields(&field).count(), 1);
    assert_eq!(copy_text::row_end(&field), None);

    let end = copy_text::row_end(input).unwrap_or(input.len());
    let row = input.get(..end).unwrap_or_default();
    let fields: Vec<_> = copy_text::fields(row).collect();
    assert_eq!(fields.join(b"\t".as_slice()), row);
    for field in fields {
        if let Some(value) = copy_text::decode(field) {
            assert!(value.len() <= field.len());
            let again = copy_text::encode(&value);
            assert_eq!(copy_text::decode(&again).as_deref(), Some(&*value));
        } else {
            assert_eq!(field, copy_text::NULL);
        }
    }
}
