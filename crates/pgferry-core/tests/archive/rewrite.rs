//! What is read is written again.

use pgferry_core::dump::archive::{
    ArchiveReader, ArchiveWriter, CHUNK_LIMIT, CodecError, Compression, Decoder, Encoder, Event,
    Position, TocRewrite,
};

use crate::support::{ARCHIVES, Seen, archive, contents, decodable, parse};

/// Writes every event as it comes, and gives the archive as on a pipe, and its table of contents as it should be.
pub fn copied(bytes: &[u8]) -> (Vec<u8>, TocRewrite) {
    let mut reader = ArchiveReader::new();
    let mut writer = None;
    let mut out = Vec::new();
    for mut input in bytes.chunks(1000) {
        while let Some(event) = reader.next(&mut input).unwrap() {
            if event == Event::Toc {
                let (header, toc) = (
                    reader.header().unwrap().clone(),
                    reader.toc().unwrap().clone(),
                );
                writer = Some(ArchiveWriter::new(header, toc));
            }
            if let Some(writer) = &mut writer {
                writer.copy(&event, &mut out).unwrap();
                assert_eq!(writer.offset(), out.len() as u64);
            }
        }
    }
    reader.finish().unwrap();
    (out, writer.unwrap().finish().unwrap())
}

pub fn overwritten(mut archive: Vec<u8>, rewrite: &TocRewrite) -> Vec<u8> {
    let start = usize::try_from(rewrite.offset).unwrap();
    assert_eq!(rewrite.archive_length, archive.len() as u64);
    archive[start..start + rewrite.bytes.len()].copy_from_slice(&rewrite.bytes);
    archive
}

#[test]
fn a_copy_is_the_same_bytes() {
    for (name, bytes) in ARCHIVES {
        let (copy, rewrite) = copied(bytes);
        if name.contains("pipe") {
            assert!(copy == *bytes, "{name}");
            // The positions are right: the reader checks each that is known.
            let parsed = parse([overwritten(copy, &rewrite).as_slice()])
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let unknown = parsed
                .toc
                .entries()
                .iter()
                .filter(|entry| entry.position == Position::Unknown);
            assert_eq!(unknown.count(), 0, "{name}");
        } else {
            assert!(overwritten(copy, &rewrite) == *bytes, "{name}");
        }
    }
}

/// Decodes every stream and encodes it again.
pub fn recompressed(bytes: &[u8], compression: Compression) -> (Vec<u8>, TocRewrite) {
    let mut reader = ArchiveReader::new();
    let mut stage: Option<(ArchiveWriter, Decoder)> = None;
    let mut encoder = Encoder::new(compression).unwrap();
    let mut out = Vec::new();
    let mut input = bytes;
    while let Some(event) = reader.next(&mut input).unwrap() {
        if event == Event::Toc {
            let mut header = reader.header().unwrap().clone();
            let decoder = Decoder::new(header.compression.algorithm).unwrap();
            header.compression = compression;
            stage = Some((
                ArchiveWriter::new(header, reader.toc().unwrap().clone()),
                decoder,
            ));
        }
        let Some((writer, decoder)) = &mut stage else {
            continue;
        };
        match &event {
            Event::Data(piece) => decoder
                .decode(piece.bytes, |plain| {
                    encoder.encode(plain, |stored| -> Result<(), CodecError> {
                        writer.data(stored, &mut out).unwrap();
                        Ok(())
                    })
                })
                .unwrap(),
            Event::BlockEnd { entry }
                if reader.toc().unwrap().entries()[*entry].holds_large_objects() =>
            {
                writer.copy(&event, &mut out).unwrap();
            }
            Event::LargeObjectEnd | Event::BlockEnd { .. } => {
                decoder.finish().unwrap();
                decoder.reset();
                let end: Result<(), CodecError> = encoder.finish(|stored| {
                    writer.data(stored, &mut out).unwrap();
                    Ok(())
                });
                end.unwrap();
                writer.copy(&event, &mut out).unwrap();
            }
            _ => writer.copy(&event, &mut out).unwrap(),
        }
    }
    reader.finish().unwrap();
    (out, stage.unwrap().0.finish().unwrap())
}

#[test]
fn another_compression_holds_the_same_data() {
    for (name, bytes) in ARCHIVES {
        let original = parse([*bytes]).unwrap();
        if !decodable(&original) {
            continue;
        }
        for compression in [
            Compression::NONE,
            Compression::gzip(1),
            Compression::gzip(-1),
        ] {
            let (piped, rewrite) = recompressed(bytes, compression);
            for rewritten in [piped.clone(), overwritten(piped, &rewrite)] {
                let rewritten =
                    parse([rewritten.as_slice()]).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(contents(&rewritten), contents(&original), "{name}");
                assert_eq!(
                    rewritten.header.compression.algorithm,
                    compression.algorithm
                );
            }
        }
    }
}

#[test]
fn long_data_come_in_chunks_of_bounded_length() {
    let parsed = parse([archive("odd-15-level-1")]).unwrap();
    let mut header = parsed.header;
    header.compression = Compression::NONE;
    let entries: Vec<_> = parsed
        .toc
        .into_entries()
        .into_iter()
        .filter(|entry| entry.is("TABLE DATA"))
        .take(1)
        .collect();
    // A selective dump of a partitioned table has no data of its own.
    assert_eq!(entries.len(), 0);
    let mut entries = crate::made::toc().into_entries();
    entries.truncate(2);
    let mut writer = ArchiveWriter::new(
        header,
        pgferry_core::dump::archive::Toc::new(entries).unwrap(),
    );
    let mut out = Vec::new();
    let long = vec![b'x'; 2 * CHUNK_LIMIT + 1];
    writer.start(&mut out).unwrap();
    writer.begin_block(1, &mut out).unwrap();
    writer.data(&[], &mut out).unwrap();
    writer.data(&long, &mut out).unwrap();
    writer.end_block(&mut out).unwrap();
    writer.finish().unwrap();
    let lengths: Vec<u32> = parse([out.as_slice()])
        .unwrap()
        .seen
        .iter()
        .filter_map(|seen| {
            if let Seen::Chunk { length, .. } = seen {
                Some(*length)
            } else {
                None
            }
        })
        .collect();
    let limit = u32::try_from(CHUNK_LIMIT).unwrap();
    assert_eq!(lengths, [limit, limit, 1]);
}
