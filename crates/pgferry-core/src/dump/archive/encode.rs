use super::entry::{Entry, Position, Section};
use super::header::{Algorithm, Compression, Header, Version};
use super::header_reader::{CUSTOM_FORMAT, INTEGER_SIZE, MAGIC, OFFSET_SIZE};
use super::text::Text;
use super::toc::Toc;
use super::writer::WriteError;

/// `WriteInt` of `pg_backup_archiver.c`.
pub(super) fn int(value: i32, out: &mut Vec<u8>) {
    out.push(u8::from(value < 0));
    out.extend_from_slice(&value.unsigned_abs().to_le_bytes());
}

/// `WriteStr`.
fn text(value: Option<&[u8]>, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let Some(bytes) = value else {
        int(-1, out);
        return Ok(());
    };
    if memchr::memchr(0, bytes).is_some() {
        return Err(WriteError::Nul);
    }
    int(
        i32::try_from(bytes.len()).map_err(|_too_long| WriteError::TooLong)?,
        out,
    );
    out.extend_from_slice(bytes);
    Ok(())
}

fn optional(value: Option<&Text>, out: &mut Vec<u8>) -> Result<(), WriteError> {
    text(value.map(Text::as_bytes), out)
}

/// `WriteOffset`. Its length does not depend on its value, so a table of contents can be written over another.
fn position(value: Position, out: &mut Vec<u8>) {
    let (state, offset) = match value {
        Position::Unknown => (1, 0),
        Position::Known(offset) => (2, offset),
        Position::NoData => (3, 0),
    };
    out.push(state);
    out.extend_from_slice(&offset.to_le_bytes());
}

/// `WriteHead`.
pub(super) fn header(header: &Header, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let Version {
        major,
        minor,
        revision,
    } = header.version;
    if !(Version::OLDEST..=Version::NEWEST).contains(&header.version) {
        return Err(WriteError::Version(header.version));
    }
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[
        major,
        minor,
        revision,
        INTEGER_SIZE,
        OFFSET_SIZE,
        CUSTOM_FORMAT,
    ]);
    compression(header.version, header.compression, out)?;
    let created = &header.created;
    for value in [
        created.second,
        created.minute,
        created.hour,
        created.day,
        created.month,
        created.year,
        created.daylight_saving,
    ] {
        int(value, out);
    }
    for value in [
        &header.database,
        &header.server_version,
        &header.dump_version,
    ] {
        optional(value.as_ref(), out)?;
    }
    Ok(())
}

fn compression(
    version: Version,
    compression: Compression,
    out: &mut Vec<u8>,
) -> Result<(), WriteError> {
    if version >= Version::ALGORITHM {
        out.push(compression.algorithm.to_byte());
        return Ok(());
    }
    match (compression.algorithm, compression.level) {
        (Algorithm::None, _) => int(0, out),
        (Algorithm::Gzip, level @ (-1 | 1..=9)) => int(level, out),
        _ => {
            return Err(WriteError::Compression {
                compression,
                version,
            });
        }
    }
    Ok(())
}

/// `WriteToc`.
pub(super) fn toc(version: Version, toc: &Toc, out: &mut Vec<u8>) -> Result<(), WriteError> {
    int(
        i32::try_from(toc.entries().len()).map_err(|_too_many| WriteError::TooLong)?,
        out,
    );
    toc.entries()
        .iter()
        .try_for_each(|value| entry(version, value, out))
}

fn entry(version: Version, entry: &Entry, out: &mut Vec<u8>) -> Result<(), WriteError> {
    int(entry.dump_id, out);
    int(i32::from(entry.has_data), out);
    text(Some(entry.catalog.to_string().as_bytes()), out)?;
    text(Some(entry.oid.to_string().as_bytes()), out)?;
    optional(entry.tag.as_ref(), out)?;
    optional(entry.description.as_ref(), out)?;
    int(
        match entry.section {
            Section::None => 1,
            Section::PreData => 2,
            Section::Data => 3,
            Section::PostData => 4,
        },
        out,
    );
    for value in [
        &entry.definition,
        &entry.drop_statement,
        &entry.copy_statement,
        &entry.namespace,
        &entry.tablespace,
    ] {
        optional(value.as_ref(), out)?;
    }
    if version >= Version::ACCESS_METHOD {
        optional(entry.access_method.as_ref(), out)?;
    }
    if version >= Version::RELATION_KIND {
        int(entry.relation_kind, out);
    }
    optional(entry.owner.as_ref(), out)?;
    text(Some(if entry.with_oids { b"true" } else { b"false" }), out)?;
    for dependency in &entry.dependencies {
        text(Some(dependency.to_string().as_bytes()), out)?;
    }
    text(None, out)?;
    position(entry.position, out);
    Ok(())
}
