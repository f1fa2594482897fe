//! What the archives hold, against what was put in.

use pgferry_core::dump::archive::{Algorithm, Compression, Position, Section, Version};

use crate::support::{ARCHIVES, Seen, archive, contents, decodable, parse};

#[test]
fn every_archive_is_read_to_its_end() {
    for (name, bytes) in ARCHIVES {
        let parsed = parse([*bytes]).unwrap_or_else(|error| panic!("{name}: {error}"));
        let with_data = parsed
            .toc
            .entries()
            .iter()
            .filter(|entry| entry.has_data)
            .count();
        let blocks = parsed
            .seen
            .iter()
            .filter(|seen| matches!(seen, Seen::BlockEnd(_)))
            .count();
        assert_eq!(blocks, with_data, "{name}");
        if decodable(&parsed) {
            contents(&parsed);
        }
    }
}

#[test]
fn headers_say_what_pg_dump_was_told() {
    for (name, minor, algorithm, level, major) in [
        ("odd-15", 14, Algorithm::Gzip, -1, 15),
        ("odd-15-level-1", 14, Algorithm::Gzip, 1, 15),
        ("odd-15-z0-pipe", 14, Algorithm::None, 0, 15),
        ("odd-17", 16, Algorithm::Gzip, -1, 17),
        ("odd-17-lz4", 16, Algorithm::Lz4, -1, 17),
        ("odd-17-zstd", 16, Algorithm::Zstd, -1, 17),
        ("odd-18", 16, Algorithm::Gzip, -1, 18),
        ("odd-18-z0-pipe", 16, Algorithm::None, 0, 18),
    ] {
        let header = parse([archive(name)]).expect(name).header;
        assert_eq!(
            header.version,
            Version {
                major: 1,
                minor,
                revision: 0
            },
            "{name}"
        );
        assert_eq!(
            header.compression,
            Compression { algorithm, level },
            "{name}"
        );
        assert_eq!(header.server_major(), Some(major), "{name}");
        assert_eq!(header.dump_major(), Some(major), "{name}");
        assert_eq!(
            header.database.as_ref().map(ToString::to_string).as_deref(),
            Some("odd"),
            "{name}"
        );
        assert_eq!(
            header.created.date_time().expect(name).year(),
            1900 + i16::try_from(header.created.year).unwrap()
        );
    }
}

#[test]
fn settings_and_extensions_are_known_before_the_data() {
    for (name, _) in ARCHIVES.iter().filter(|(name, _)| name.starts_with("odd")) {
        let toc = parse([archive(name)]).expect(name).toc;
        assert_eq!(toc.encoding().expect(name), "UTF8");
        assert_eq!(toc.standard_conforming_strings(), Some(true));
        assert_eq!(
            toc.search_path_statement().expect(name),
            &"SELECT pg_catalog.set_config('search_path', '', false);\n"
        );
    }
    for name in ["odd-15", "odd-17", "odd-18"] {
        let toc = parse([archive(name)]).expect(name).toc;
        let extensions: Vec<String> = toc.extensions().map(ToString::to_string).collect();
        assert_eq!(extensions, ["citext", "uuid-ossp"], "{name}");
    }
}

#[test]
fn tables_have_the_columns_that_are_copied() {
    for name in ["odd-15", "odd-15-z0-pipe", "odd-17", "odd-18"] {
        let parsed = parse([archive(name)]).expect(name);
        let columns = |namespace: &str, table: &str| -> Vec<String> {
            let found = parsed.toc.tables().find(|data| {
                data.namespace().is_some_and(|text| text == namespace)
                    && data.name().is_some_and(|text| text == table)
            });
            let target = found
                .expect(table)
                .copy_target()
                .expect(table)
                .expect(table);
            assert_eq!(target.table.to_string(), table);
            target.columns.iter().map(ToString::to_string).collect()
        };
        assert_eq!(columns("public", "members"), ["org", "email"]);
        assert_eq!(columns("public", "no_columns"), [""; 0]);
        assert_eq!(columns("public", "generated"), ["a", "c"]);
        assert_eq!(
            columns("we\"ird.schema", "ta ble;"),
            ["co,l(1)", "FROM stdin;", "select"]
        );
    }
    // Inserts have no COPY statement.
    let parsed = parse([archive("odd-15-inserts")]).expect("inserts");
    assert!(parsed.toc.tables().count() > 10);
    assert!(
        parsed
            .toc
            .tables()
            .all(|data| data.copy_target() == Ok(None))
    );
}

#[test]
fn data_are_what_pg_dump_copied() {
    for name in [
        "odd-15",
        "odd-15-z0-pipe",
        "odd-17",
        "odd-17-z0-pipe",
        "odd-18",
        "odd-18-z0-pipe",
    ] {
        let contents = contents(&parse([archive(name)]).expect(name));
        let of = |entry: &str, oid| {
            let found = contents
                .iter()
                .find(|(known, object, _)| known == entry && *object == oid);
            &found
                .unwrap_or_else(|| panic!("{name}: no {entry} {oid:?}"))
                .2[..]
        };
        assert_eq!(
            of("TABLE DATA public.members", None),
            b"1\tm@example.net\n1\tn@example.net\n2\tm@example.net\n\\.\n\n\n"
        );
        assert_eq!(of("TABLE DATA public.no_columns", None), b"\n\n\\.\n\n\n");
        let large_objects: Vec<(u32, usize)> = contents
            .iter()
            .filter_map(|(_, oid, bytes)| Some((((*oid)?), bytes.len())))
            .collect();
        assert_eq!(
            large_objects,
            [
                (424_242, 39),
                (424_243, 0),
                (424_244, 20_000),
                (4_000_000_000, 24)
            ],
            "{name}"
        );
    }
}

#[test]
fn positions_are_known_where_pg_dump_could_seek() {
    for (name, bytes) in ARCHIVES {
        let parsed = parse([*bytes]).expect(name);
        for entry in parsed.toc.entries().iter().filter(|entry| entry.has_data) {
            let known = matches!(entry.position, Position::Known(_));
            assert_eq!(known, !name.contains("pipe"), "{name}: {entry}");
        }
    }
}

#[test]
fn entries_stand_in_their_sections_with_their_fields() {
    let toc = parse([archive("odd-15")]).expect("odd-15").toc;
    let names = |section| {
        toc.in_section(section)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert!(names(Section::PreData).contains(&"TABLE public.contacts".to_owned()));
    assert!(names(Section::Data).contains(&"BLOBS BLOBS".to_owned()));
    assert!(
        names(Section::PostData)
            .contains(&"FK CONSTRAINT public.contact_links contact_links_other_fkey".to_owned())
    );
    assert!(names(Section::None).contains(&"COMMENT SCHEMA \"infinite-prod\"".to_owned()));

    let table = toc
        .of_kind("TABLE")
        .find(|entry| entry.to_string() == "TABLE public.contacts")
        .expect("contacts");
    let data = toc
        .tables()
        .find(|data| data.name().is_some_and(|name| name == "contacts"))
        .expect("its data");
    assert_eq!(table.catalog, 1259);
    assert_eq!(data.entry.dependencies, [table.dump_id]);
    assert_eq!(toc.entry(table.dump_id), Some(table));
    assert!(
        table
            .owner
            .as_ref()
            .is_some_and(|owner| owner == "postgres")
    );
    assert!(
        table
            .access_method
            .as_ref()
            .is_some_and(|method| method == "heap")
    );
    assert!(
        table
            .drop_statement
            .as_ref()
            .is_some_and(|sql| sql == "DROP TABLE public.contacts;\n")
    );
    assert_eq!(table.relation_kind, 0);

    let toc = parse([archive("odd-17")]).expect("odd-17").toc;
    let kinds: Vec<i32> = ["TABLE public.contacts", "TABLE public.parts"]
        .iter()
        .map(|name| {
            toc.of_kind("TABLE")
                .find(|entry| entry.to_string() == *name)
                .expect(name)
                .relation_kind
        })
        .collect();
    assert_eq!(kinds, [i32::from(b'r'), i32::from(b'p')]);
}
