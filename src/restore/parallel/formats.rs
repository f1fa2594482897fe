//! The binary formats of a table's columns, as the server that is loaded has them.

use pgferry_core::dump::ObjectName;
use pgferry_core::dump::copy_binary::{BinaryRows, FieldFormat};

use crate::restore::RestoreError;
use crate::target::{Session, quote_literal};

/// What converts rows of these columns. `None` where the type of one has no format that is known.
pub(super) async fn of(
    session: &Session,
    table: &ObjectName<'_>,
    columns: &[Vec<u8>],
) -> Result<Option<BinaryRows>, RestoreError> {
    let names: Result<Vec<&str>, _> = columns.iter().map(|name| str::from_utf8(name)).collect();
    let Ok(names) = names else {
        return Ok(None);
    };
    if names.is_empty() {
        return Ok(None);
    }
    let lines = session.column(&query(&table.to_string(), &names)).await?;
    let formats: Option<Vec<FieldFormat>> = lines.iter().map(|line| format(line)).collect();
    // A column that is not there is the server's to complain of.
    Ok(formats
        .filter(|formats| formats.len() == names.len())
        .and_then(BinaryRows::new))
}

/// `textrecv`, or `array_recv 25 textrecv`.
fn format(line: &str) -> Option<FieldFormat> {
    let mut words = line.split(' ');
    let receive = words.next()?;
    if receive != "array_recv" {
        return FieldFormat::of_receive(receive);
    }
    let element_oid = words.next()?.parse().ok()?;
    Some(FieldFormat::of_receive(words.next()?)?.array(element_oid))
}

/// For each column, in this order, the function in C that reads its type; for arrays also the type of the elements, and the
/// function that reads those. Domains are read as what they are made of.
fn query(table: &str, columns: &[&str]) -> String {
    let table = quote_literal(table);
    let columns: Vec<String> = columns.iter().map(|name| quote_literal(name)).collect();
    let columns = columns.join(", ");
    let (column, element) = (base_of("a.atttypid"), base_of("b.typelem"));
    format!(
        "SELECT {receive_b} || CASE WHEN {receive_b} = 'array_recv'
                THEN ' ' || b.typelem || ' ' || COALESCE({receive_e}, '') ELSE '' END
         FROM pg_catalog.unnest(ARRAY[{columns}]) WITH ORDINALITY AS w (name, position)
         JOIN pg_catalog.pg_attribute a ON a.attname = w.name AND a.attrelid = pg_catalog.to_regclass({table})
         JOIN pg_catalog.pg_type b ON b.oid = {column}
         LEFT JOIN pg_catalog.pg_type e ON e.oid = {element}
         ORDER BY w.position",
        receive_b = receive_of("b"),
        receive_e = receive_of("e"),
    )
}

/// The type that a domain is made of in the end, or the type itself.
fn base_of(oid: &str) -> String {
    format!(
        "(WITH RECURSIVE up (type, depth) AS (
             SELECT {oid}, 0
           UNION ALL
             SELECT d.typbasetype, depth + 1 FROM up JOIN pg_catalog.pg_type d ON d.oid = up.type AND d.typtype = 'd')
          SELECT type FROM up ORDER BY depth DESC LIMIT 1)"
    )
}

/// Extensions have their own functions by other names, in the same C.
fn receive_of(alias: &str) -> String {
    format!(
        "COALESCE((SELECT p.prosrc FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            WHERE p.oid = {alias}.typreceive AND l.lanname = 'internal'), '')"
    )
}
