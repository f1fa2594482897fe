//! The body of the fuzz target `archive`, which `hostile` replays over a small corpus.

use pgferry_core::dump::archive::{
    ArchiveReader, ArchiveWriter, CodecError, Decoder, Event, Position,
};

/// What one stream may decode to before the fuzzer gives it up.
const DECODED_LIMIT: usize = 1 << 20;

/// Whatever the bytes are: no panic; and if they are an archive, a copy of it is the same archive.
///
/// The first byte says how long the pieces are in which the others come.
pub fn check(input: &[u8]) {
    let Some((length, archive)) = input.split_first() else {
        return;
    };
    let length = usize::from(*length) * 16 + 1;
    let mut reader = ArchiveReader::with_toc_limit(1 << 20);
    let mut writer: Option<ArchiveWriter> = None;
    let mut decoder = None;
    let mut given = 0;
    let mut copy = Vec::new();
    for mut piece in archive.chunks(length) {
        loop {
            let event = match reader.next(&mut piece) {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(error) => {
                    assert!(error.offset <= archive.len() as u64);
                    assert!(!error.to_string().is_empty());
                    return;
                }
            };
            match &event {
                Event::Toc => {
                    let header = reader.header().expect("a header").clone();
                    let toc = reader.toc().expect("a table of contents").clone();
                    for table in toc.tables() {
                        drop(table.copy_target());
                    }
                    drop((toc.encoding(), toc.standard_conforming_strings()));
                    assert!(
                        toc.search_path_statement()
                            .is_none_or(|sql| !sql.contains(&0))
                    );
                    assert!(
                        header
                            .created
                            .date_time()
                            .is_none_or(|created| created.year()
                                == 1900 + i16::try_from(header.created.year).unwrap_or_default())
                    );
                    assert!(
                        header
                            .server_major()
                            .is_none_or(|major| major.to_string().len() <= 10)
                    );
                    decoder = Decoder::new(header.compression.algorithm).ok();
                    writer = Some(ArchiveWriter::new(header, toc));
                }
                Event::Data(piece) if given < DECODED_LIMIT => {
                    let outcome = decoder.as_mut().map(|decoder| {
                        decoder.decode(piece.bytes, |plain| {
                            given += plain.len();
                            if given < DECODED_LIMIT {
                                Ok(())
                            } else {
                                Err(CodecError::Truncated)
                            }
                        })
                    });
                    if let Some(Err(_)) = outcome {
                        decoder = None;
                    }
                }
                Event::LargeObjectEnd | Event::BlockEnd { .. } => {
                    given = 0;
                    if let Some(decoder) = &mut decoder {
                        drop(decoder.finish());
                        decoder.reset();
                    }
                }
                _ => {}
            }
            if let Some(writer) = &mut writer {
                writer
                    .copy(&event, &mut copy)
                    .expect("what was read can be written");
            }
        }
    }
    if reader.finish().is_err() {
        return;
    }
    let rewrite = writer.expect("a whole archive").finish().expect("all data");
    // A pipe has no position, a file has all of them; what is between no pg_dump writes.
    let toc = reader.toc().expect("a table of contents");
    let known = toc
        .entries()
        .iter()
        .filter(|entry| matches!(entry.position, Position::Known(_)))
        .count();
    if known > 0 {
        let start = usize::try_from(rewrite.offset).expect("an offset in memory");
        copy.splice(start..start + rewrite.bytes.len(), rewrite.bytes);
    }
    if known == 0 || known == toc.entries().iter().filter(|entry| entry.has_data).count() {
        assert!(copy == archive, "the copy differs");
    } else {
        assert_eq!(copy.len(), archive.len());
    }
}
