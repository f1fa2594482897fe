//! Looks of addresses of mail and networks, of identifiers, hashes and keys: values, and what nearly is one.

use pgferry_core::anonymize::survey::Look;

use crate::support::check;

#[test]
fn email() {
    check(
        Look::Email,
        &[
            "ann@example.net",
            "Ann.Lee+news@Mail.Example.org",
            "o'brien@example.ie",
            "Ann Lee <ann@example.net>",
            "mailto:ann@example.net",
            "\"q uoted\"@example.net",
            "ünïcode@exämple.org",
            "x@xn--e1afmkfd.xn--p1ai",
        ],
        &[
            "a@b",
            "@handle",
            "user@localhost",
            "3@4.5",
            "pkg@1.2.3",
            "write to ann@example.net",
            "ann@example.net, bob@example.net",
            "ann at example.net",
            "ann@@example.net",
            "https://ann@example.net/x",
        ],
    );
}

#[test]
fn ip_address() {
    check(
        Look::IpAddress,
        &[
            "10.1.1.7",
            "192.168.0.0/16",
            "255.255.255.255",
            "::1",
            "2001:db8::8a2e:370:7334",
            "fe80::1/64",
            "::ffff:192.0.2.1",
            "2001:0db8:0000:0000:0000:8a2e:0370:7334",
        ],
        &[
            "1.2.3",
            "256.1.1.1",
            "1.2.3.4.5",
            "10.0.0.1:80",
            "12:30:45",
            "08:00:2b:01:02:03",
            "bad::cafe",
            "10.1.1.7/33",
            "10.1.1.x",
            "2024-01-01 01:00:00",
        ],
    );
}

#[test]
fn url() {
    check(
        Look::Url,
        &[
            "https://img.example.org/u/1.png",
            "http://localhost:3000",
            "ftp://example.org/x",
            "s3://bucket/key",
            "HTTPS://EXAMPLE.ORG",
            "www.example.org",
            "https://[::1]/x",
            "postgres://u:p@host/db",
        ],
        &[
            "example.org",
            "/u/1.png",
            "https:",
            "https://",
            "see https://example.org",
            "mailto:ann@example.net",
            "a://b",
            "www.",
            "C:\\x",
            "://x",
        ],
    );
}

#[test]
fn uuid() {
    check(
        Look::Uuid,
        &[
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "00000000-0000-0000-0000-000000000000",
            "F7CB07BA-E139-D0A6-734E-CE61B109F88D",
            "{f7cb07ba-e139-d0a6-734e-ce61b109f88d}",
            "urn:uuid:f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "12345678-1234-1234-1234-123456789012",
            "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
            "7A0c2c72-1703-b09c-b031-38c960fb9537",
        ],
        &[
            "f7cb07bae139d0a6734ece61b109f88d",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88",
            "g7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "f7cb07ba-e139-d0a6-734ece61b109f88d-",
            "f7cb07ba",
            "f7cb07ba-e139",
            "f7cb07ba_e139_d0a6_734e_ce61b109f88d",
            "event-f7cb07ba-e139-d0a6-734e-ce61b109f88d",
        ],
    );
}

#[test]
fn password_hash() {
    check(
        Look::PasswordHash,
        &[
            "$2b$12$6e6fdf956d04289354dcf1619e28fe77",
            "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWA",
            "$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81",
            "$6$rounds=5000$salt1234$abcdefghijklmnop",
            "pbkdf2_sha256$260000$abcdefgh$dGhpcyBpcyBub3QgYSBoYXNo",
            "{SSHA}MTIzNDU2Nzg5MGFiY2RlZg==",
            "md55f4dcc3b5aa765d61d8327deb882cf99",
            "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy",
            "$P$BDyY3CVfuyJ8Vxv0/abcdefghij12",
            "scrypt:32768:8:1$Nz9yXq$0123456789abcdef",
        ],
        &[
            "$2b$12$short",
            "2b$12$6e6fdf956d04289354dcf1619e28fe77",
            "$100",
            "$1 $2 $3 $4 $5 $6 $7 $8",
            "$argon2id$",
            "{SHAPE} of things to come",
            "md5 of the file that came",
            "$2b$1x$6e6fdf956d04289354dcf1619e28fe77",
            "scrypt is slow, bcrypt is old",
            "$HOME/.config/some/long/path/x",
        ],
    );
}

#[test]
fn digest() {
    check(
        Look::Digest,
        &[
            "d41d8cd98f00b204e9800998ecf8427e",
            "D41D8CD98F00B204E9800998ECF8427E",
            "7c92cf1eee8d99cc85f8355a3d6e4b86",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ],
        &[
            "d41d8cd98f00b204e9800998ecf8427",
            "d41d8cd98f00b204e9800998ecf8427g",
            "00000000000000000000000000000000",
            "12345678901234567890123456789012",
            "D41d8cd98f00b204e9800998ecf8427e",
            "abababababababababababababababab",
            "/events/7c92cf1eee8d99cc85f8355a3",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
        ],
    );
}

#[test]
fn token() {
    // Made up, and put together here so that no scanner for leaked keys stops at this file.
    let with = |prefix: &str| format!("{prefix}4eC39HqLyjWDarjtT1zdp7dcAb3Z");
    let made: Vec<String> = [
        "sk_live_", "ghp_", "glpat-", "xoxb-", "AKIA", "AIza", "hf_", "whsec_",
    ]
    .map(with)
    .to_vec();
    let mut hits: Vec<&str> = made.iter().map(String::as_str).collect();
    hits.extend([
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    ]);
    check(
        Look::Token,
        &hits,
        &[
            "sk_live_",
            "key-value-store-of-the-house",
            "AKIA",
            "npm_install_all_the_things_now",
            "eyJhbGciOiJIUzI1NiJ9",
            "-----BEGIN CERTIFICATE-----",
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "sk-SK",
            "hf_model",
            "eyJ.a.b.c.d.e.f.g.h.i.j.k",
        ],
    );
}

#[test]
fn random() {
    check(
        Look::Random,
        &[
            "4eC39HqLyjWDarjtT1zdp7dc",
            "dGhpc2lzYXZlcnlzZWNyZXR2YWx1ZTEyMw==",
            "cjld2cjxh0000qzrmn831i7rn",
            "507f1f77bcf86cd799439011",
            "Zm9v+YmFyL2Jhejk4NzY1NDMyMQ",
            "a8F3k2-Lm9Qz_7Xv1Tb4Rn6",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "x7k2m9p4q1w8e5r6t3y0u2i4",
        ],
        &[
            "f7cb07ba-e139-d0a6-734e-ce61b109f88d",
            "20180311-migration.js",
            "/events/7c92cf1eee8d99cc85f8355a3d6e4b86",
            "CamelCaseIdentifierNumber2",
            "IMG_20180311_Lexington_0012.JPG",
            "summer-festival-2024-opening-night",
            "00000000000000000000000000000001",
            "12345678901234567890",
            "America/Argentina/Buenos_Aires",
            "2024-01-01T10:00:00.000000Z",
            "AAAAAAAAAAAAAAAAAAAAAAAAAA1b",
            "img1.events.example-site.org",
            "Bluegrass Online Organizer Opening",
        ],
    );
}
