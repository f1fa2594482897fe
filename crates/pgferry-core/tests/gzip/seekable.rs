use crate::sample::{member, sql};
use flate2::read::MultiGzDecoder;
use pgferry_core::gzip::block::{Compressor, Level, next_block};
use pgferry_core::gzip::index::{self, Columns, FOOTER_SIZE, Footer, Index, Kind, Table};
use pgferry_core::gzip::member::{self, Decompressor};
use pgferry_core::gzip::{Checksums, Error, Reader, Rows, SeekableWriter, WriteError};
use proptest::prelude::*;
use std::io::Read;

/// A section and its raw bytes.
type Part = (Kind, Vec<u8>);

fn table(name: &str) -> Kind {
    Kind::Table(Table {
        schema: b"public".to_vec(),
        name: name.into(),
        columns: Columns::of(["id", "createdAt", "na\"me"]).unwrap(),
    })
}

fn site() -> Vec<Part> {
    let rows = |length| {
        let mut rows = sql(length);
        let end = rows.iter().rposition(|byte| *byte == b'\n').unwrap();
        rows.truncate(end + 1);
        rows.extend(b"\\.\n\n\n");
        rows
    };
    vec![
        (
            Kind::Preamble,
            b"-- PostgreSQL database dump\nCREATE TABLE events ();\nCOPY events FROM stdin;\n"
                .to_vec(),
        ),
        (table("events"), rows(1_400_000)),
        (
            Kind::Between,
            b"--\n-- Data for users\n--\n\nCOPY users FROM stdin;\n".to_vec(),
        ),
        (table("users"), rows(900)),
        (Kind::Between, b"COPY empty FROM stdin;\n".to_vec()),
        (table("empty"), b"\\.\n\n\n".to_vec()),
        (
            Kind::PostData,
            b"ALTER TABLE events ADD PRIMARY KEY (id);\n-- PostgreSQL database dump complete\n"
                .to_vec(),
        ),
    ]
}

/// The sections that fit into a small file.
fn small_site() -> Vec<Part> {
    let mut site = site();
    site.remove(1);
    site
}

fn lines(raw: &[u8]) -> usize {
    raw.split(|byte| *byte == b'\n').count() - 1
}

fn write(parts: &[Part]) -> Vec<u8> {
    let mut compressor = Compressor::new(Level::default());
    let (mut writer, mut file, mut block) = (SeekableWriter::new(), Vec::new(), Vec::new());
    for (kind, raw) in parts {
        writer.begin(kind.clone()).unwrap();
        let mut start = 0;
        let mut starts_in_row = false;
        while let Some(length) = next_block(&raw[start..], true) {
            let piece = &raw[start..start + length];
            start += length;
            let mut rows = Rows::NONE;
            if matches!(kind, Kind::Table(_)) {
                let lines = lines(piece);
                let terminator = if piece.ends_with(b"\\.\n\n\n") { 3 } else { 0 };
                rows = Rows {
                    ending: u32::try_from(lines - terminator).unwrap(),
                    starts_in_row,
                };
                starts_in_row = !piece.ends_with(b"\n");
            }
            let contents = compressor.compress(piece, &mut block);
            let frame = writer.block(&block, contents, rows).unwrap();
            file.extend(frame.head);
            file.extend(&block);
            file.extend(frame.tail);
            assert_eq!(writer.position(), file.len() as u64);
        }
    }
    let ending = writer.finish();
    file.extend(&ending.bytes);
    assert_eq!(ending.file_bytes, file.len() as u64);
    assert_eq!(ending.contents, Checksums::of(&raw(parts)));
    assert!(ending.has_index);
    file
}

fn raw(parts: &[Part]) -> Vec<u8> {
    parts.iter().flat_map(|(_, raw)| raw.clone()).collect()
}

fn open(file: &[u8]) -> Result<Option<Index>, index::Error> {
    let Some(footer) = Footer::parse(file, file.len() as u64)? else {
        return Ok(None);
    };
    let range = footer.index_range();
    let parts = &file[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
    Index::parse(parts, &footer).map(Some)
}

fn read(file: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    Reader::new(file).read_to_end(&mut contents)?;
    Ok(contents)
}

fn bytes_of<'a>(file: &'a [u8], member: &index::Member) -> &'a [u8] {
    let start = usize::try_from(member.offset).unwrap();
    &file[start..start + member.size as usize]
}

/// All contents, member by member through the index.
fn read_by_index(file: &[u8], index: &Index) -> Result<Vec<u8>, Error> {
    let (mut decompressor, mut raw, mut all) = (Decompressor::new(), Vec::new(), Vec::new());
    for member in index.members(0..index.member_count()) {
        decompressor.decompress(bytes_of(file, &member), &member, &mut raw)?;
        all.extend(&raw);
    }
    Ok(all)
}

#[test]
fn every_reader_gives_the_same() {
    let site = site();
    let (file, expected) = (write(&site), raw(&site));
    assert!(read(&file).unwrap() == expected);
    let mut by_flate2 = Vec::new();
    MultiGzDecoder::new(&file[..])
        .read_to_end(&mut by_flate2)
        .unwrap();
    assert!(by_flate2 == expected);
    let index = open(&file).unwrap().unwrap();
    assert!(read_by_index(&file, &index).unwrap() == expected);
    assert_eq!((index.raw_bytes(), index.raw_crc32()), {
        let sums = Checksums::of(&expected);
        (sums.bytes, sums.crc32)
    });
    assert!(write(&site) == file, "the same again");
}

#[test]
fn the_index_says_where_everything_is() {
    let site = site();
    let (file, expected) = (write(&site), raw(&site));
    let index = open(&file).unwrap().unwrap();
    let kinds: Vec<_> = index
        .sections()
        .iter()
        .map(|section| section.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        site.iter()
            .map(|(kind, _)| kind.clone())
            .collect::<Vec<_>>()
    );
    let mut decompressor = Decompressor::new();
    for (section, (_, part)) in index.sections().iter().zip(&site) {
        let range = usize::try_from(section.raw_range.start).unwrap()
            ..usize::try_from(section.raw_range.end).unwrap();
        assert_eq!(expected[range], part[..]);
        let mut contents: Vec<u8> = Vec::new();
        let (mut raw, mut end) = (Vec::new(), section.file_range.start);
        for member in index.members(section.members.clone()) {
            assert_eq!(member.offset, end);
            assert_eq!(
                member.raw_offset,
                section.raw_range.start + contents.len() as u64
            );
            assert!(!member.starts_in_row);
            end += u64::from(member.size);
            decompressor
                .decompress(bytes_of(&file, &member), &member, &mut raw)
                .unwrap();
            contents.extend(&raw);
        }
        assert_eq!(end, section.file_range.end);
        assert_eq!(contents, *part);
    }
    let tables: Vec<_> = index
        .tables()
        .map(|(table, section)| (&table.name[..], section.rows, section.members.len()))
        .collect();
    let rows = |position: usize| lines(&site[position].1) as u64 - 3;
    assert_eq!(
        tables,
        [
            (&b"events"[..], rows(1), 3),
            (b"users", rows(3), 1),
            (b"empty", 0, 1)
        ]
    );
    let (events, _) = index.tables().next().unwrap();
    assert_eq!(events.schema, b"public");
    assert_eq!(
        events.columns.iter().collect::<Vec<_>>(),
        [&b"id"[..], b"createdAt", b"na\"me"]
    );
    assert_eq!(
        format!("{:?}", events.columns),
        r#"["id", "createdAt", "na\"me"]"#
    );
}

#[test]
fn members_are_found_without_the_index() {
    let file = write(&site());
    let index = open(&file).unwrap().unwrap();
    let (mut sizes, mut rest) = (Vec::new(), &file[..]);
    while let Some(size) = member::size(rest) {
        sizes.push(size);
        rest = &rest[size as usize..];
    }
    assert_eq!(
        sizes,
        index
            .members(0..index.member_count())
            .map(|member| member.size)
            .collect::<Vec<_>>()
    );
    assert_eq!(member::size(&member(b"an ordinary one", 0)), None);
    assert_eq!(member::size(&file[..20]), None);
}

#[test]
fn long_rows_are_cut_and_said_so() {
    let mut rows = vec![b'x'; 1_200_000];
    rows.extend(b"\nshort\n\\.\n\n\n");
    let site = [(Kind::Preamble, vec![]), (table("documents"), rows.clone())];
    let file = write(&site);
    let index = open(&file).unwrap().unwrap();
    let members: Vec<_> = index
        .members(0..9)
        .map(|member| (member.rows, member.starts_in_row))
        .collect();
    assert_eq!(members, [(0, false), (0, true), (2, true)]);
    assert_eq!(index.sections()[0].members, 0..0);
    assert!(read_by_index(&file, &index).unwrap() == rows);
}

#[test]
fn nothing_at_all_is_a_file_too() {
    for parts in [vec![], vec![(Kind::Preamble, vec![])]] {
        let file = write(&parts);
        assert_eq!(read(&file).unwrap(), b"");
        let index = open(&file).unwrap().unwrap();
        assert_eq!(
            (index.sections().len(), index.member_count()),
            (parts.len(), 0)
        );
    }
}

#[test]
fn an_index_of_many_parts() {
    let mut site = vec![(Kind::Preamble, b"SET x;\n".to_vec())];
    for number in 0..2000 {
        site.push((table(&format!("table_{number}")), b"1\n\\.\n\n\n".to_vec()));
        site.push((Kind::Between, b"COPY;\n".to_vec()));
    }
    let file = write(&site);
    let footer = Footer::parse(&file, file.len() as u64).unwrap().unwrap();
    assert!(footer.index_bytes > 5 * 8192);
    let index = open(&file).unwrap().unwrap();
    assert_eq!(index.tables().count(), 2000);
    assert_eq!(read_by_index(&file, &index).unwrap(), raw(&site));
    let mut by_flate2 = Vec::new();
    MultiGzDecoder::new(&file[..])
        .read_to_end(&mut by_flate2)
        .unwrap();
    assert_eq!(by_flate2, raw(&site));
}

#[test]
fn the_footer_is_found_in_the_end_of_the_file_alone() {
    let file = write(&site());
    let size = file.len() as u64;
    let expected = Footer::parse(&file, size).unwrap();
    assert!(expected.is_some());
    for length in [FOOTER_SIZE, FOOTER_SIZE + 1, 4096] {
        let end = &file[file.len() - length..];
        assert_eq!(Footer::parse(end, size).unwrap(), expected);
    }
    assert_eq!(Footer::parse(&file[file.len() - 63..], size), Ok(None));
    // Two files in one: the footer speaks of the second only.
    let place = Footer::parse(&file, 2 * size).unwrap_err();
    assert!(matches!(place, index::Error::Place { .. }));
}

#[test]
fn ordinary_files_have_no_index() {
    let file = write(&small_site());
    for file in [
        member(&sql(1000), 0),
        vec![],
        vec![0; 64],
        [&file[..], &[0; 3]].concat(),
        file[..file.len() - 1].to_vec(),
    ] {
        assert_eq!(open(&file), Ok(None));
    }
}

#[test]
fn an_index_too_large_is_left_out() {
    let mut writer = SeekableWriter::new();
    writer.begin(Kind::Preamble).unwrap();
    let table = |columns| {
        let name = vec![b'c'; 60_000];
        Kind::Table(Table {
            schema: vec![],
            name: vec![],
            columns: Columns::of(vec![name; columns]).unwrap(),
        })
    };
    writer.begin(table(200)).unwrap();
    writer.begin(table(200)).unwrap();
    let ending = writer.finish();
    assert!(!ending.has_index);
    assert_eq!(
        (read(&ending.bytes).unwrap(), open(&ending.bytes)),
        (vec![], Ok(None))
    );
}

#[test]
fn the_writer_refuses_what_the_format_cannot_say() {
    let mut writer = SeekableWriter::new();
    let contents = Checksums::of(b"a\n");
    assert_eq!(
        writer.block(b"", contents, Rows::NONE),
        Err(WriteError::NoSection)
    );
    writer.begin(Kind::Preamble).unwrap();
    assert_eq!(writer.begin(Kind::Preamble), Err(WriteError::SectionOrder));
    let rows = Rows {
        ending: 1,
        starts_in_row: false,
    };
    assert_eq!(
        writer.block(b"", contents, rows),
        Err(WriteError::Rows { rows: 1, raw: 2 })
    );
    writer.begin(table("t")).unwrap();
    let too_many = Rows { ending: 3, ..rows };
    assert_eq!(
        writer.block(b"", contents, too_many),
        Err(WriteError::Rows { rows: 3, raw: 2 })
    );
    let huge = Checksums {
        bytes: member::MAX_RAW_SIZE + 1,
        ..contents
    };
    assert!(matches!(
        writer.block(b"", huge, rows),
        Err(WriteError::BlockTooLarge { .. })
    ));
    writer.begin(Kind::PostData).unwrap();
    assert_eq!(writer.begin(Kind::Between), Err(WriteError::SectionOrder));
    assert_eq!(writer.position(), 0);
}

/// What every way of reading makes of a damaged file: an error, or the contents.
fn assert_error_or_same(file: &[u8], expected: &[u8], damage: &str) {
    if let Ok(contents) = read(file) {
        assert!(contents == expected, "{damage}: read front to back");
    }
    if let Ok(Some(index)) = open(file)
        && let Ok(contents) = read_by_index(file, &index)
    {
        assert!(contents == expected, "{damage}: read by the index");
        assert_eq!(index.tables().count(), 2, "{damage}: index");
    }
}

#[test]
fn a_flipped_bit_is_found_or_changes_nothing() {
    let site = small_site();
    let (file, expected) = (write(&site), raw(&site));
    let mut found = 0;
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            assert_error_or_same(&flipped, &expected, &format!("bit {bit} of byte {at}"));
            let unseen = open(&flipped).is_ok_and(|index| {
                index.is_some_and(|index| read_by_index(&flipped, &index).is_ok())
            });
            found += usize::from(!unseen);
        }
    }
    // What stays unseen are the bits before the byte boundary of a sync flush, which deflate leaves without a meaning.
    let unseen = file.len() * 8 - found;
    assert!(
        unseen <= 7 * site.len(),
        "{unseen} flipped bits went unseen"
    );
}

#[test]
fn a_file_cut_anywhere_is_found() {
    let site = small_site();
    let (file, expected) = (write(&site), raw(&site));
    let index = open(&file).unwrap().unwrap();
    for length in 0..file.len() {
        let cut = &file[..length];
        assert_eq!(open(cut), Ok(None), "cut to {length}");
        // Between two members nothing is missing that gzip itself knows of.
        let between = index
            .members(0..index.member_count())
            .any(|member| member.offset == length as u64);
        if !between {
            assert_error_or_same(cut, &expected, &format!("cut to {length}"));
        }
    }
}

#[test]
fn an_index_of_another_file_is_refused() {
    let (one, mut other) = (write(&small_site()), small_site());
    // The same lengths, other contents: only the checksums differ.
    let last = other.len() - 1;
    other[last].1[0] ^= 1;
    let two = write(&other);
    let at = |file: &[u8]| {
        usize::try_from(
            Footer::parse(file, file.len() as u64)
                .unwrap()
                .unwrap()
                .index_offset,
        )
        .unwrap()
    };
    let mixed = [&two[..at(&two)], &one[at(&one)..]].concat();
    let outcome = open(&mixed).map(|index| read_by_index(&mixed, &index.unwrap()));
    assert!(!matches!(outcome, Ok(Ok(_))), "{outcome:?}");
}

#[test]
fn a_footer_of_a_newer_version_is_named() {
    let mut file = write(&small_site());
    let start = file.len() - FOOTER_SIZE + 17;
    file[start] = 2;
    let checksum = crate::sample::crc(&file[start..start + 33]);
    file[start + 33..start + 37].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(open(&file), Err(index::Error::Version(2)));
    file[start + 5] ^= 1;
    assert_eq!(open(&file), Err(index::Error::FooterChecksum));
}

/// An index of these bytes in one part, behind nothing, with every checksum right.
fn crafted(index: &[u8], raw_bytes: u64, raw_crc32: u32) -> Vec<u8> {
    let carrier = |kind: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 1).unwrap();
        let mut out = vec![0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff];
        out.extend((length + 4).to_le_bytes());
        out.extend(b"PF");
        out.extend(length.to_le_bytes());
        out.push(kind);
        out.extend(content);
        out.extend([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out
    };
    let mut footer = vec![1];
    footer.extend(0_u64.to_le_bytes());
    footer.extend((index.len() as u64).to_le_bytes());
    footer.extend(crate::sample::crc(index).to_le_bytes());
    footer.extend(raw_bytes.to_le_bytes());
    footer.extend(raw_crc32.to_le_bytes());
    footer.extend(crate::sample::crc(&footer).to_le_bytes());
    [carrier(b'I', index), carrier(b'F', &footer)].concat()
}

#[test]
fn a_hostile_index_is_refused() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    let member =
        |size: &[u8], raw: &[u8], rows: &[u8]| [&[1, 2, 1], size, raw, rows, &[0; 4]].concat();
    let cases: [(&str, Vec<u8>); 14] = [
        ("more sections than bytes", huge.to_vec()),
        ("a number of eleven bytes", [&[0x80; 10][..], &[0]].concat()),
        ("a number above 64 bits", [&[0xff; 9][..], &[2]].concat()),
        ("no end to a number", vec![0x80]),
        ("an unknown section", vec![1, 9, 0]),
        ("a preamble later", vec![2, 2, 0, 0, 0]),
        ("post-data earlier", vec![2, 3, 0, 2, 0]),
        ("a name of 2^64 bytes", [&[1, 1][..], &huge, &[0]].concat()),
        (
            "columns without end",
            [&[1, 1, 0, 0][..], &huge, &[0]].concat(),
        ),
        ("members without end", [&[1, 2][..], &huge].concat()),
        ("a size below that of a frame", member(&[30], &[0], &[0])),
        (
            "contents above the limit",
            member(&[31], &[0x81, 0x80, 0x80, 8], &[0]),
        ),
        ("rows outside a table", member(&[31], &[1], &[2])),
        ("bytes behind the last section", vec![1, 2, 0, 0]),
    ];
    for (case, bytes) in cases {
        let outcome = open(&crafted(&bytes, 0, 0));
        assert!(
            matches!(outcome, Err(index::Error::Malformed { .. })),
            "{case}: {outcome:?}"
        );
    }
    let sums = |bytes: &[u8], raw, crc| match open(&crafted(bytes, raw, crc)) {
        Err(index::Error::Sum { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        sums(&member(&[31], &[0], &[0]), 0, 0),
        "sizes of its members"
    );
    assert_eq!(sums(&[1, 2, 0], 1, 0), "contents of its members");
    assert_eq!(sums(&[1, 2, 0], 0, 1), "checksums of its members");
    assert!(open(&crafted(&[1, 2, 0], 0, 0)).unwrap().is_some());
}

#[test]
fn a_hostile_footer_is_refused() {
    let file = write(&small_site());
    let content = file.len() - 47;
    let with = |at: usize, value: u64, length: usize| {
        let mut file = file.clone();
        file[content + at..content + at + length].copy_from_slice(&value.to_le_bytes()[..length]);
        let checksum = crate::sample::crc(&file[content..content + 33]);
        file[content + 33..content + 37].copy_from_slice(&checksum.to_le_bytes());
        open(&file).unwrap_err()
    };
    assert!(matches!(with(1, u64::MAX, 8), index::Error::Place { .. }));
    assert!(matches!(with(1, 0, 8), index::Error::Place { .. }));
    assert!(matches!(
        with(9, u64::MAX, 8),
        index::Error::TooLarge { .. }
    ));
    assert!(matches!(with(9, 0, 8), index::Error::Place { .. }));
    assert_eq!(with(17, 1, 4), index::Error::Checksum);
    assert!(matches!(with(21, u64::MAX, 8), index::Error::Sum { .. }));
    assert!(matches!(with(29, 1, 4), index::Error::Sum { .. }));
}

#[test]
fn a_member_that_is_not_the_one_in_the_index_is_refused() {
    let file = write(&small_site());
    let index = open(&file).unwrap().unwrap();
    let first = index.member(0).unwrap();
    let bytes = bytes_of(&file, &first);
    let (mut decompressor, mut raw) = (Decompressor::new(), vec![1, 2, 3]);
    let mut fault = |bytes: &[u8], member: index::Member| {
        let error = decompressor
            .decompress(bytes, &member, &mut raw)
            .unwrap_err();
        assert!(raw.is_empty());
        error
    };
    let mismatch = |what| Error::IndexMismatch {
        member: 1,
        offset: 0,
        what,
    };
    assert_eq!(fault(&bytes[1..], first), mismatch("other size"));
    assert_eq!(fault(&[], first), mismatch("other size"));
    assert_eq!(
        fault(&[], index::Member { size: 0, ..first }),
        mismatch("other header")
    );
    let longer = &file[..=bytes.len()];
    assert_eq!(
        fault(
            longer,
            index::Member {
                size: first.size + 1,
                ..first
            }
        ),
        mismatch("other header")
    );
    assert_eq!(
        fault(bytes, index::Member { crc32: 0, ..first }),
        mismatch("other checksum")
    );
    let less = index::Member {
        raw_size: first.raw_size - 1,
        ..first
    };
    let error = fault(bytes, less);
    assert!(
        matches!(error, Error::Corrupt { .. } | Error::IndexMismatch { .. }),
        "{error:?}"
    );
    let more = index::Member {
        raw_size: first.raw_size + 1,
        ..first
    };
    assert_eq!(fault(bytes, more), mismatch("other length of its contents"));
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let rows = prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..400);
    let section = (any::<Option<String>>(), rows).prop_map(|(name, raw)| match name {
        Some(name) => (table(&name), raw),
        None => (Kind::Between, raw),
    });
    prop::collection::vec(section, 0..8)
}

proptest! {
    #[test]
    fn files_round_trip(parts in parts()) {
        let file = write(&parts);
        let expected = raw(&parts);
        prop_assert_eq!(&read(&file).unwrap(), &expected);
        let index = open(&file).unwrap().unwrap();
        prop_assert_eq!(&read_by_index(&file, &index).unwrap(), &expected);
        prop_assert_eq!(index.sections().len(), parts.len());
        for (section, (kind, raw)) in index.sections().iter().zip(&parts) {
            prop_assert_eq!(&section.kind, kind);
            prop_assert_eq!(section.raw_range.end - section.raw_range.start, raw.len() as u64);
        }
    }

    #[test]
    fn any_bytes_as_an_index_never_panic(bytes in prop::collection::vec(any::<u8>(), 1..300)) {
        if let Ok(Some(index)) = open(&crafted(&bytes, 0, 0)) {
            prop_assert_eq!(index.member_count(), 0);
        }
    }

    #[test]
    fn a_changed_index_with_right_checksums_never_panics(
        at in any::<prop::sample::Index>(), value in any::<u8>(),
    ) {
        let file = write(&small_site());
        let footer = Footer::parse(&file, file.len() as u64).unwrap().unwrap();
        let start = usize::try_from(footer.index_offset).unwrap() + 17;
        let mut index = file[start..start + usize::try_from(footer.index_bytes).unwrap()].to_vec();
        let at = at.index(index.len());
        index[at] = value;
        let changed = Footer { index_crc32: crate::sample::crc(&index), ..footer };
        let tail_start = start + index.len();
        let parts = [&file[start - 17..start], &index, &file[tail_start..tail_start + 10]].concat();
        if let Ok(index) = Index::parse(&parts, &changed) {
            prop_assert_eq!(index.raw_bytes(), footer.raw_bytes);
            if let Ok(contents) = read_by_index(&file, &index) {
                prop_assert_eq!(contents, raw(&small_site()));
            }
        }
    }
}
