//! What only S3 has: long listings, delete markers, unversioned buckets.

use std::fs;

use super::support::{S3Server, Seed, Workspace};

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_long_history_is_listed_to_its_end() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let times: Vec<String> = (0..1200)
        .map(|n| format!("2026-10-{:02}T03:{:02}:00Z", 1 + n / 60, n % 60))
        .collect();
    let bodies: Vec<Vec<u8>> = (0..1200).map(|n| vec![b'x'; 10 + n]).collect();
    let marker = |n: usize| n % 100 == 50;
    let seeds: Vec<Seed<'_>> = times
        .iter()
        .zip(&bodies)
        .enumerate()
        .map(|(n, (time, body))| {
            if marker(n) {
                Seed::DeleteMarker(time)
            } else {
                Seed::Object(time, body)
            }
        })
        .collect();
    let ids = s3.seed(&bucket, "db/infinite-prod.anon.gz", &seeds);
    let workspace = Workspace::new().with_s3(s3, &bucket, "db");

    let listed = workspace.pgferry(&["versions", "--json"]).expect_code(0);
    let json: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let rows = json.as_array().unwrap();
    assert_eq!(rows.len(), 1200);
    let mut back = 0;
    for (row, n) in rows.iter().zip((0..1200).rev()) {
        assert_eq!(row["id"], ids[n]);
        assert_eq!(row["is_delete_marker"], marker(n));
        if marker(n) {
            assert!(row["selector"].is_null());
        } else {
            let selector = if back == 0 {
                "latest".to_owned()
            } else {
                format!("~{back}")
            };
            assert_eq!(row["selector"], selector);
            assert_eq!(row["size"], 10 + n);
            back += 1;
        }
    }

    let table = workspace
        .pgferry(&["versions", "--limit", "60"])
        .expect_code(0);
    let lines: Vec<&str> = table.text().lines().collect();
    assert_eq!(lines.len(), 61);
    assert!(
        lines[1].starts_with("latest") && lines[1].ends_with(&ids[1199]),
        "{table}"
    );
    let deleted: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains("deleted"))
        .collect();
    assert!(
        deleted.len() == 1 && deleted[0].starts_with("- ") && deleted[0].ends_with(&ids[1150]),
        "{table}"
    );
    assert!(
        lines
            .iter()
            .filter(|line| !line.contains("deleted"))
            .skip(1)
            .all(|line| line.contains('%')),
        "{table}"
    );
}

#[test]
fn what_was_deleted_last_can_still_be_had() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    let body = gzip("still here");
    s3.put_object(&bucket, "db/infinite-prod.anon.gz", &body);
    s3.delete_object(&bucket, "db/infinite-prod.anon.gz");
    let workspace = Workspace::new().with_s3(s3, &bucket, "db");
    let fetched = workspace
        .pgferry(&["fetch", "--database", "infinite-prod"])
        .expect_code(0);
    assert!(fs::read(fetched.text()).unwrap() == body);
    assert!(
        fetched.stderr.contains("warning: the artefact was deleted"),
        "{fetched}"
    );
}

#[test]
fn a_bucket_without_versioning_serves_its_one_version() {
    let s3 = S3Server::shared();
    let bucket = s3.fresh_bucket();
    s3.call(
        "put_bucket_versioning",
        &serde_json::json!({"Bucket": bucket, "VersioningConfiguration": {"Status": "Suspended"}}),
    );
    let workspace = Workspace::new().with_s3(s3, &bucket, "");
    for text in ["first", "second"] {
        let body = gzip(text);
        // The harness's own call wants a version id, which there is none of.
        let latin1: String = body.iter().map(|&byte| char::from(byte)).collect();
        s3.call(
            "put_object",
            &serde_json::json!({"Bucket": bucket, "Key": "infinite-prod.anon.gz", "Body": latin1}),
        );
        let fetched = workspace.pgferry(&["fetch"]).expect_code(0);
        assert!(
            fs::read(fetched.text()).unwrap() == body,
            "{text}\n{fetched}"
        );
    }
}
