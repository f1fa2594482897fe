//! The settings that there are.

/// What a value looks like in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Word,
    Number,
    Truth,
    /// A list of words; in the environment separated by commas.
    List,
    /// A list of [`super::Hook`]s, each a word of JSON.
    Hooks,
}

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// `section.name` in a settings file, `name` at its top.
    pub name: &'static str,
    pub shape: Shape,
    /// Environment variables, the first one that is set wins.
    pub environment: &'static [&'static str],
    pub description: &'static str,
}

impl Key {
    /// Whether the value is not to be printed.
    pub fn is_secret(&self) -> bool {
        matches!(self.name, "backup.checkin_url" | "backup.webhook_url")
    }
}

const fn key(
    name: &'static str,
    shape: Shape,
    environment: &'static [&'static str],
    description: &'static str,
) -> Key {
    Key {
        name,
        shape,
        environment,
        description,
    }
}

/// Every setting, in the order in which `pgferry config` prints them. `S3_BUCKET` and `S3_PATH` together are a second
/// spelling of `PGFERRY_STORE`.
pub const KEYS: &[Key] = &[
    key(
        "store",
        Shape::Word,
        &["PGFERRY_STORE"],
        "where versions live",
    ),
    key(
        "database",
        Shape::Word,
        &["PGFERRY_DATABASE"],
        "the database whose backups are meant",
    ),
    key(
        "kind",
        Shape::Word,
        &["PGFERRY_KIND"],
        "the kind that fetch and restore take",
    ),
    key(
        "s3.region",
        Shape::Word,
        &["AWS_REGION", "AWS_DEFAULT_REGION"],
        "the bucket's region; a profile may say it too",
    ),
    key(
        "s3.endpoint",
        Shape::Word,
        &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
        "an S3-compatible server",
    ),
    key(
        "s3.path_style",
        Shape::Truth,
        &["PGFERRY_S3_PATH_STYLE"],
        "bucket in the path instead of the host name",
    ),
    key(
        "backup.databases",
        Shape::List,
        &["PGFERRY_BACKUP_DATABASES"],
        "the databases that backup dumps",
    ),
    key(
        "s3.checksums",
        Shape::Word,
        &["PGFERRY_S3_CHECKSUMS", "AWS_REQUEST_CHECKSUM_CALCULATION"],
        "whether uploads carry checksums; a profile may say it too",
    ),
    key(
        "backup.directory",
        Shape::Word,
        &["BACKUP_DIR"],
        "where the host keeps its sets",
    ),
    key(
        "backup.keep_days",
        Shape::Number,
        &["NUM_BACKUPS", "NUM_DAYS"],
        "days that sets are kept on the host",
    ),
    key(
        "backup.keep_sets",
        Shape::Number,
        &["PGFERRY_KEEP_SETS"],
        "newest sets that are kept whatever their age",
    ),
    key(
        "backup.checkin_url",
        Shape::Word,
        &["CHECKIN_URL"],
        "pinged after a successful backup; a secret",
    ),
    key(
        "backup.checkin_style",
        Shape::Word,
        &["CHECKIN_STYLE"],
        "plain, or healthchecks: pinged at the start and after a failure too",
    ),
    key(
        "backup.webhook_url",
        Shape::Word,
        &["BACKUP_WEBHOOK_URL"],
        "told what went wrong; a secret",
    ),
    key(
        "restore.into",
        Shape::Word,
        &["PGFERRY_INTO"],
        "the target: server, container or local",
    ),
    key(
        "restore.allow_hosts",
        Shape::List,
        &["PGFERRY_ALLOW_HOSTS"],
        "hosts whose databases may be overwritten",
    ),
    key(
        "restore.after",
        Shape::Hooks,
        &[],
        "SQL files and commands that are run after a restore",
    ),
    key(
        "snapshot.keep",
        Shape::Number,
        &["PGFERRY_SNAPSHOTS"],
        "snapshots of restored versions that are kept of each database",
    ),
    key(
        "snapshot.max_size",
        Shape::Word,
        &["PGFERRY_SNAPSHOT_SIZE"],
        "what they may take on a server",
    ),
    key(
        "container.image",
        Shape::Word,
        &["PGFERRY_IMAGE"],
        "the image of throwaway containers",
    ),
    key(
        "container.user",
        Shape::Word,
        &["PGFERRY_CONTAINER_USER"],
        "the user of their servers",
    ),
    key(
        "container.database",
        Shape::Word,
        &["PGFERRY_CONTAINER_DATABASE"],
        "what the restored database is called in them",
    ),
    key(
        "cache.directory",
        Shape::Word,
        &["PGFERRY_CACHE_DIR"],
        "where fetched versions are kept",
    ),
    key(
        "cache.keep",
        Shape::Number,
        &["PGFERRY_CACHE_KEEP"],
        "versions of each database that are kept there",
    ),
    key(
        "cache.max_size",
        Shape::Word,
        &["PGFERRY_CACHE_SIZE"],
        "what they may take",
    ),
    key(
        "local.directory",
        Shape::Word,
        &["PGFERRY_DATA_DIR"],
        "where throwaway clusters live, and the passwords of containers",
    ),
];

/// The setting of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
