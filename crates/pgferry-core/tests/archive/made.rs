//! Archives that the writer makes from nothing: versions that no `pg_dump` at hand writes, and seeds for the fuzzer.

use pgferry_core::dump::archive::{
    Algorithm, ArchiveWriter, Compression, Created, Encoder, Entry, Header, Position, Section, Toc,
    Version, WriteError,
};

use crate::support::{contents, parse};

pub fn header(minor: u8, compression: Compression) -> Header {
    Header {
        version: Version {
            major: 1,
            minor,
            revision: 0,
        },
        compression,
        created: Created {
            second: 60,
            minute: 59,
            hour: 23,
            day: 31,
            month: 11,
            year: 125,
            daylight_saving: -1,
        },
        database: Some("shop".into()),
        server_version: Some("15.18".into()),
        dump_version: None,
    }
}

fn entry(dump_id: i32, description: &str, tag: &str, section: Section) -> Entry {
    Entry {
        dump_id,
        has_data: section == Section::Data,
        catalog: 1259,
        oid: u32::MAX,
        tag: Some(tag.into()),
        description: Some(description.into()),
        section,
        definition: Some("".into()),
        drop_statement: None,
        copy_statement: None,
        namespace: Some("public".into()),
        tablespace: None,
        access_method: None,
        relation_kind: 0,
        owner: Some(b"\xff\n".as_slice().into()),
        with_oids: false,
        dependencies: vec![107, 7],
        position: Position::NoData,
    }
}

pub fn toc() -> Toc {
    let mut items = entry(3, "TABLE DATA", "items", Section::Data);
    items.copy_statement = Some("COPY public.items (id, name) FROM stdin;\n".into());
    let mut extension = entry(1, "EXTENSION", "citext", Section::PreData);
    extension.namespace = None;
    let mut large_objects = entry(i32::MAX, "BLOBS", "BLOBS", Section::Data);
    large_objects.namespace = None;
    Toc::new(vec![
        extension,
        items,
        large_objects,
        entry(4, "INDEX", "items_key", Section::PostData),
    ])
    .unwrap()
}

/// An archive of one table and three large objects, its positions known.
pub fn archive(minor: u8, compression: Compression) -> Result<Vec<u8>, WriteError> {
    with_rows(minor, compression, b"1\tone\n2\ttwo\n\\.\n\n\n")
}

/// The same, with these data of the table.
pub fn with_rows(minor: u8, compression: Compression, rows: &[u8]) -> Result<Vec<u8>, WriteError> {
    let mut writer = ArchiveWriter::new(header(minor, compression), toc());
    let mut encoder = Encoder::new(compression).unwrap();
    let mut out = Vec::new();
    let mut stored = |bytes: &[u8]| {
        let mut stored = Vec::new();
        let mut keep = |piece: &[u8]| -> Result<(), pgferry_core::dump::archive::CodecError> {
            stored.extend_from_slice(piece);
            Ok(())
        };
        encoder.encode(bytes, &mut keep).unwrap();
        encoder.finish(&mut keep).unwrap();
        stored
    };
    writer.start(&mut out)?;
    writer.begin_block(1, &mut out)?;
    writer.data(&stored(rows), &mut out)?;
    writer.end_block(&mut out)?;
    writer.begin_block(2, &mut out)?;
    for (oid, bytes) in [(1, &b""[..]), (1 << 31, b"half"), (u32::MAX, b"the last")] {
        writer.begin_large_object(oid, &mut out)?;
        writer.data(&stored(bytes), &mut out)?;
        writer.end_large_object(&mut out)?;
    }
    writer.end_block(&mut out)?;
    let rewrite = writer.finish()?;
    assert_eq!(rewrite.archive_length, out.len() as u64);
    let start = usize::try_from(rewrite.offset).unwrap();
    out[start..start + rewrite.bytes.len()].copy_from_slice(&rewrite.bytes);
    Ok(out)
}

/// One archive of each version, and compressed as its header can say.
pub fn archives() -> Vec<Vec<u8>> {
    (12..=16)
        .flat_map(|minor| {
            [Compression::NONE, Compression::gzip(9)].map(|how| archive(minor, how).unwrap())
        })
        .collect()
}

#[test]
fn every_version_is_read_as_it_was_written() {
    for minor in 12..=16 {
        for compression in [
            Compression::NONE,
            Compression::gzip(-1),
            Compression::gzip(9),
        ] {
            let bytes = archive(minor, compression).unwrap();
            let parsed =
                parse([bytes.as_slice()]).unwrap_or_else(|error| panic!("1.{minor}: {error}"));
            let mut expected = header(minor, compression);
            if minor >= 15 && compression.algorithm == Algorithm::Gzip {
                expected.compression.level = -1;
            }
            assert_eq!(parsed.header, expected);
            for (read, written) in parsed.toc.entries().iter().zip(toc().entries()) {
                assert_eq!(
                    matches!(read.position, Position::Known(_)),
                    written.has_data
                );
                assert_eq!(
                    &Entry {
                        position: Position::NoData,
                        ..read.clone()
                    },
                    written
                );
            }
            let contents = contents(&parsed);
            let expected: [(&str, Option<u32>, &[u8]); 4] = [
                (
                    "TABLE DATA public.items",
                    None,
                    b"1\tone\n2\ttwo\n\\.\n\n\n",
                ),
                ("BLOBS BLOBS", Some(1), b""),
                ("BLOBS BLOBS", Some(1 << 31), b"half"),
                ("BLOBS BLOBS", Some(u32::MAX), b"the last"),
            ];
            let expected =
                expected.map(|(entry, oid, bytes)| (entry.to_owned(), oid, bytes.to_vec()));
            assert_eq!(contents, expected);
        }
    }
}

#[test]
fn fields_that_a_version_lacks_are_left_out() {
    let mut entries = toc().into_entries();
    entries[1].access_method = Some("heap".into());
    entries[1].relation_kind = i32::from(b'r');
    for (minor, method, kind) in [
        (12, false, false),
        (13, false, false),
        (14, true, false),
        (15, true, false),
        (16, true, true),
    ] {
        let mut entries = entries.clone();
        for entry in &mut entries {
            entry.has_data = false;
        }
        let mut writer =
            ArchiveWriter::new(header(minor, Compression::NONE), Toc::new(entries).unwrap());
        let mut out = Vec::new();
        writer.start(&mut out).unwrap();
        let read = &parse([out.as_slice()]).unwrap().toc.into_entries()[1];
        assert_eq!(
            (read.access_method.is_some(), read.relation_kind != 0),
            (method, kind),
            "1.{minor}"
        );
    }
}

#[test]
fn what_a_format_cannot_say_is_an_error() {
    let lz4 = Compression {
        algorithm: Algorithm::Lz4,
        level: -1,
    };
    let start = |header: Header, toc: Toc| ArchiveWriter::new(header, toc).start(&mut Vec::new());
    let version = header(14, lz4).version;
    assert_eq!(
        start(header(14, lz4), toc()),
        Err(WriteError::Compression {
            compression: lz4,
            version
        })
    );
    assert_eq!(start(header(15, lz4), toc()), Ok(()));
    let level = Compression::gzip(0);
    assert_eq!(
        start(header(14, level), toc()),
        Err(WriteError::Compression {
            compression: level,
            version
        })
    );
    let version = header(17, lz4).version;
    assert_eq!(
        start(header(17, lz4), toc()),
        Err(WriteError::Version(version))
    );
    let mut entries = toc().into_entries();
    entries[0].tag = Some(b"a\0b".as_slice().into());
    assert_eq!(
        start(header(16, lz4), Toc::new(entries).unwrap()),
        Err(WriteError::Nul)
    );
}

#[test]
fn steps_out_of_turn_are_errors() {
    let started = || {
        let mut writer = ArchiveWriter::new(header(16, Compression::NONE), toc());
        writer.start(&mut Vec::new()).unwrap();
        writer
    };
    let out = &mut Vec::new();
    let turn = |result: Result<(), WriteError>| {
        assert!(
            matches!(result, Err(WriteError::OutOfTurn(_))),
            "{result:?}"
        );
    };

    turn(ArchiveWriter::new(header(16, Compression::NONE), toc()).begin_block(1, out));
    turn(started().start(out));
    turn(started().data(b"a", out));
    turn(started().end_block(out));
    turn(started().begin_large_object(1, out));
    for wrong in [0, 2, 3, 4] {
        let awaited = "TABLE DATA public.items".to_owned();
        assert_eq!(
            started().begin_block(wrong, out),
            Err(WriteError::Order {
                found: wrong,
                awaited
            })
        );
    }
    assert_eq!(
        started().finish(),
        Err(WriteError::Missing("TABLE DATA public.items".to_owned()))
    );

    let mut writer = started();
    writer.begin_block(1, out).unwrap();
    turn(writer.begin_block(2, out));
    turn(writer.begin_large_object(1, out));
    turn(writer.end_large_object(out));
    writer.end_block(out).unwrap();
    turn(writer.end_block(out));
    writer.begin_block(2, out).unwrap();
    turn(writer.data(b"a", out));
    assert_eq!(
        writer.begin_large_object(0, out),
        Err(WriteError::LargeObjectZero)
    );
    writer.begin_large_object(1, out).unwrap();
    turn(writer.begin_large_object(2, out));
    turn(writer.end_block(out));
    assert!(matches!(writer.finish(), Err(WriteError::OutOfTurn(_))));
}

#[test]
fn dump_ids_are_unique() {
    let mut entries = toc().into_entries();
    entries[3].dump_id = 3;
    assert_eq!(
        Toc::new(entries.clone()).unwrap_err().to_string(),
        "dump id 3 is used twice"
    );
    entries[3].dump_id = 0;
    assert_eq!(
        Toc::new(entries).unwrap_err().to_string(),
        "0 is no dump id"
    );
}
