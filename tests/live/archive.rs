//! Archives that were rewritten: stock pg_restore makes of them what it makes of the original.

use pgferry_core::dump::archive::{
    ArchiveReader, ArchiveWriter, CodecError, Compression, Decoder, Encoder, Event,
};

use super::support::{Cluster, Workspace};

/// The archive with every stream of data encoded anew, and the positions of its blocks filled in.
fn recompressed(bytes: &[u8], compression: Compression) -> Vec<u8> {
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
    let rewrite = stage.unwrap().0.finish().unwrap();
    let start = usize::try_from(rewrite.offset).unwrap();
    out[start..start + rewrite.bytes.len()].copy_from_slice(&rewrite.bytes);
    out
}

#[test]
fn pg_restore_makes_the_same_of_a_rewritten_archive() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    cluster.load(&database, "oddities.sql", &[]);
    let original = cluster.dump(&database, &["--no-owner", "--no-acl"]);
    let archive = cluster.dump(&database, &["--format=custom"]);
    let printed = |workspace: &Workspace, name: &str| {
        let mut pg_restore = workspace.command("pg_restore");
        pg_restore.args(["--file=-", name]);
        let sql = workspace.run(pg_restore, b"").expect_code(0).stdout;
        let lines = String::from_utf8_lossy(&sql).into_owned();
        lines
            .lines()
            .filter(|line| !line.contains("restrict "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for compression in [
        Compression::NONE,
        Compression::gzip(1),
        Compression::gzip(9),
    ] {
        let copy = cluster.fresh_database();
        let workspace = Workspace::new().with_database(cluster, &copy);
        workspace.write("original.dump", &archive);
        let path = workspace.write("rewritten.dump", recompressed(&archive, compression));
        assert_eq!(
            printed(&workspace, "rewritten.dump"),
            printed(&workspace, "original.dump")
        );
        // In parallel, which needs the positions.
        let mut pg_restore = workspace.command("pg_restore");
        let jobs = [
            "--jobs=2",
            "--exit-on-error",
            "--no-owner",
            "--no-acl",
            "--dbname",
            copy.as_str(),
        ];
        pg_restore.args(jobs).arg(&path);
        workspace.run(pg_restore, b"").expect_code(0);
        assert!(cluster.dump(&copy, &["--no-owner", "--no-acl"]) == original);
    }
}
