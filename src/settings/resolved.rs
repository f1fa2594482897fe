//! Settings as the rest of the program uses them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use directories::{BaseDirs, ProjectDirs};
use pgferry_core::anonymize::Rules;
use pgferry_core::backup::{Database, InvalidDatabase, Kind};

use super::file::{self, FileError};
use super::hook::Hook;
use super::key::{KEYS, Key, Shape, find};
use super::layers::{Layers, Origin, Raw};
use super::size::ByteSize;
use crate::backup::{CheckInStyle, SecretUrl};
use crate::cli::{Global, IntoTarget};
use crate::error::{Class, Classified, OnPath, PathError};
use crate::store::{Checksums, Location};

const FILE_NAME: &str = "pgferry.toml";
const ROOT_DATA: &str = "/var/lib/pgferry";

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Everything that can be set.
#[derive(Debug)]
pub struct Settings {
    pub store: Option<Setting<Location>>,
    pub database: Option<Setting<Database>>,
    pub kind: Setting<Kind>,
    pub s3_region: Option<Setting<String>>,
    pub s3_endpoint: Option<Setting<String>>,
    pub s3_path_style: Option<Setting<bool>>,
    pub backup_databases: Setting<Vec<Database>>,
    pub s3_checksums: Option<Setting<Checksums>>,
    pub backup_directory: Setting<PathBuf>,
    pub keep_days: Setting<u32>,
    pub keep_sets: Setting<usize>,
    pub checkin_url: Option<Setting<SecretUrl>>,
    pub checkin_style: Setting<CheckInStyle>,
    pub webhook_url: Option<Setting<SecretUrl>>,
    pub into: Setting<IntoTarget>,
    pub allow_hosts: Setting<Vec<String>>,
    pub after: Setting<Vec<Hook>>,
    pub snapshot_keep: Setting<usize>,
    pub snapshot_size: Setting<ByteSize>,
    pub container_image: Setting<String>,
    pub container_user: Setting<String>,
    pub container_database: Option<Setting<String>>,
    pub cache_directory: Setting<PathBuf>,
    pub cache_keep: Setting<usize>,
    pub cache_size: Setting<ByteSize>,
    pub local_directory: Setting<PathBuf>,
    /// The anonymiser's.
    pub rules: Setting<Rules>,
}

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("{origin}: `{value}` is no good for `{key}`: {reason}")]
    Value {
        key: &'static str,
        value: String,
        origin: String,
        reason: String,
    },
    #[error("there is no home directory to keep {what} in")]
    NoHome {
        what: &'static str,
        variable: &'static str,
    },
}

impl Classified for SettingsError {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::File(FileError::Unknown {
                nearest: Some(nearest),
                ..
            }) => Some(format!("did you mean `{nearest}`?")),
            Self::File(FileError::Unknown { nearest: None, .. }) => Some(format!(
                "the settings are {}",
                KEYS.iter()
                    .map(|key| key.name)
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
            Self::File(_) => {
                Some("`pgferry config` prints every setting and where it comes from".to_owned())
            }
            Self::Value { .. } => {
                Some("`pgferry config --help` and the README list the settings".to_owned())
            }
            Self::NoHome { variable, .. } => Some(format!("set HOME or {variable}")),
            Self::Path(error) => error.hint(),
        }
    }
}

/// What settings read of their surroundings; tests make their own.
#[derive(Debug, Clone)]
pub struct Environment {
    pub variables: BTreeMap<String, String>,
    pub current_directory: PathBuf,
    pub home: Option<PathBuf>,
    pub user_file: Option<PathBuf>,
    pub cache_directory: Option<PathBuf>,
    pub data_directory: Option<PathBuf>,
}

impl Environment {
    pub fn of_process() -> Self {
        let project = ProjectDirs::from("", "", "pgferry");
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            current_directory: std::env::current_dir().unwrap_or_default(),
            home: BaseDirs::new().map(|directories| directories.home_dir().to_owned()),
            user_file: project
                .as_ref()
                .map(|project| project.config_dir().join(FILE_NAME)),
            cache_directory: project
                .as_ref()
                .map(|project| project.cache_dir().to_owned()),
            data_directory: if nix::unistd::Uid::effective().is_root() {
                // Root's own home is closed to the user that its clusters run as.
                Some(PathBuf::from(ROOT_DATA))
            } else {
                project
                    .as_ref()
                    .map(|project| project.data_local_dir().to_owned())
            },
        }
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

impl Settings {
    /// Reads every layer and understands every value, used or not: a mistake shows at once.
    ///
    /// # Errors
    /// [`SettingsError`] names the file and line, variable or flag.
    pub fn load(flags: &Global, environment: &Environment) -> Result<Self, SettingsError> {
        let mut layers = Layers::default();
        layers.push(flag_layer(flags));
        layers.push(environment_layer(environment));
        let mut rules = None;
        for path in files(flags, environment) {
            let text = std::fs::read_to_string(&path).on_path("read", &path)?;
            let contents = file::parse(&path, &text)?;
            layers.push(contents.values);
            rules = rules.or(contents
                .rules
                .map(|(value, origin)| Setting { value, origin }));
        }
        let home = environment.home.as_deref();
        Ok(Self {
            store: optional(&layers, "store", |word| Location::parse(word, home))?,
            database: optional(&layers, "database", |word| {
                Database::new(word).map_err(|error: InvalidDatabase| error.to_string())
            })?,
            kind: with_default(&layers, "kind", Kind::Anon, parsed)?,
            s3_region: optional(&layers, "s3.region", |word| Ok(word.to_owned()))?,
            s3_endpoint: optional(&layers, "s3.endpoint", |word| Ok(word.to_owned()))?,
            s3_path_style: optional(&layers, "s3.path_style", truth)?,
            backup_databases: databases(&layers)?,
            s3_checksums: optional(&layers, "s3.checksums", parsed)?,
            backup_directory: directory(
                &layers,
                "backup.directory",
                home,
                home.map(|home| home.join("backups")),
                "backups",
                "BACKUP_DIR",
            )?,
            keep_days: with_default(&layers, "backup.keep_days", 10, number)?,
            keep_sets: with_default(&layers, "backup.keep_sets", 3, number)?,
            checkin_url: optional(&layers, "backup.checkin_url", SecretUrl::parse)?,
            checkin_style: with_default(
                &layers,
                "backup.checkin_style",
                CheckInStyle::default(),
                parsed,
            )?,
            webhook_url: optional(&layers, "backup.webhook_url", SecretUrl::parse)?,
            into: with_default(&layers, "restore.into", IntoTarget::Server, |word| {
                <IntoTarget as clap::ValueEnum>::from_str(word, false)
                    .ok()
                    .ok_or_else(|| "the targets are `server`, `container` and `local`".to_owned())
            })?,
            allow_hosts: hosts(&layers),
            after: hooks(&layers)?,
            snapshot_keep: with_default(&layers, "snapshot.keep", 3, number)?,
            snapshot_size: with_default(
                &layers,
                "snapshot.max_size",
                ByteSize(20_000_000_000),
                parsed,
            )?,
            container_image: with_default(
                &layers,
                "container.image",
                "postgres:alpine".to_owned(),
                filled,
            )?,
            container_user: with_default(&layers, "container.user", "postgres".to_owned(), filled)?,
            container_database: optional(&layers, "container.database", filled)?,
            cache_directory: directory(
                &layers,
                "cache.directory",
                home,
                environment.cache_directory.clone(),
                "the cache",
                "PGFERRY_CACHE_DIR",
            )?,
            cache_keep: with_default(&layers, "cache.keep", 5, number)?,
            cache_size: with_default(&layers, "cache.max_size", ByteSize(5_000_000_000), parsed)?,
            local_directory: directory(
                &layers,
                "local.directory",
                home,
                environment.data_directory.clone(),
                "local clusters",
                "PGFERRY_DATA_DIR",
            )?,
            rules: rules.unwrap_or(Setting {
                value: Rules::default(),
                origin: Origin::Default,
            }),
        })
    }
}

fn flag_layer(flags: &Global) -> HashMap<&'static str, Raw> {
    let mut layer = HashMap::new();
    let mut set = |key, flag, value: Option<String>| {
        if let Some(value) = value {
            layer.insert(
                key,
                Raw {
                    words: vec![value],
                    origin: Origin::Flag(flag),
                },
            );
        }
    };
    set("store", "--store", flags.store.clone());
    set(
        "database",
        "--database",
        // Several are `backup`'s business.
        match flags.database.as_slice() {
            [database] => Some(database.to_string()),
            _ => None,
        },
    );
    layer
}

fn environment_layer(environment: &Environment) -> HashMap<&'static str, Raw> {
    let mut layer = HashMap::new();
    for key in KEYS {
        let set = key
            .environment
            .iter()
            .find_map(|name| Some((name, environment.variable(name)?)));
        if let Some((name, value)) = set {
            let words = match key.shape {
                Shape::List => value
                    .split(',')
                    .map(|word| word.trim().to_owned())
                    .filter(|word| !word.is_empty())
                    .collect(),
                _ => vec![value.to_owned()],
            };
            layer.insert(
                key.name,
                Raw {
                    words,
                    origin: Origin::Environment((*name).to_owned()),
                },
            );
        }
    }
    if let (false, Some(bucket)) = (
        layer.contains_key("store"),
        environment.variable("S3_BUCKET"),
    ) {
        let path = environment.variable("S3_PATH").unwrap_or_default();
        let names = if path.is_empty() {
            "S3_BUCKET"
        } else {
            "S3_BUCKET, S3_PATH"
        };
        let bucket = bucket.trim_start_matches("s3://").trim_end_matches('/');
        let url = format!("s3://{bucket}/{}", path.trim_matches('/'));
        layer.insert(
            "store",
            Raw {
                words: vec![url],
                origin: Origin::Environment(names.to_owned()),
            },
        );
    }
    layer
}

/// The settings files, nearest first.
fn files(flags: &Global, environment: &Environment) -> Vec<PathBuf> {
    let project = match &flags.config {
        Some(named) => Some(named.clone()),
        None => environment
            .current_directory
            .ancestors()
            .map(|ancestor| ancestor.join(FILE_NAME))
            .find(|path| path.is_file()),
    };
    let user = environment.user_file.clone().filter(|path| path.is_file());
    project.into_iter().chain(user).collect()
}

fn optional<T>(
    layers: &Layers,
    key: &'static str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<Setting<T>>, SettingsError> {
    let Some(raw) = layers.get(key) else {
        return Ok(None);
    };
    match parse(raw.word()) {
        Ok(value) => Ok(Some(Setting {
            value,
            origin: raw.origin.clone(),
        })),
        Err(reason) => Err(SettingsError::Value {
            key,
            value: if find(key).is_some_and(Key::is_secret) {
                "…".to_owned()
            } else {
                raw.word().to_owned()
            },
            origin: raw.origin.to_string(),
            reason,
        }),
    }
}

fn with_default<T>(
    layers: &Layers,
    key: &'static str,
    default: T,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Setting<T>, SettingsError> {
    Ok(optional(layers, key, parse)?.unwrap_or(Setting {
        value: default,
        origin: Origin::Default,
    }))
}

fn directory(
    layers: &Layers,
    key: &'static str,
    home: Option<&Path>,
    default: Option<PathBuf>,
    what: &'static str,
    variable: &'static str,
) -> Result<Setting<PathBuf>, SettingsError> {
    match optional(layers, key, |word| Ok(expand_home(word, home)))? {
        Some(setting) => Ok(beside_its_file(setting)),
        None => match default {
            Some(value) => Ok(Setting {
                value,
                origin: Origin::Default,
            }),
            None => Err(SettingsError::NoHome { what, variable }),
        },
    }
}

/// A path in a settings file means the same wherever the command is run: it starts where the file stands.
fn beside_its_file(setting: Setting<PathBuf>) -> Setting<PathBuf> {
    let directory = match &setting.origin {
        Origin::File { path, .. } => path.parent(),
        _ => None,
    };
    match directory {
        Some(directory) => Setting {
            value: directory.join(&setting.value),
            ..setting
        },
        None => setting,
    }
}

/// `~/backups` as a shell would read it; env files and TOML don't.
pub(crate) fn expand_home(word: &str, home: Option<&Path>) -> PathBuf {
    match (word.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(word),
    }
}

fn databases(layers: &Layers) -> Result<Setting<Vec<Database>>, SettingsError> {
    let key = "backup.databases";
    let Some(raw) = layers.get(key) else {
        return Ok(Setting {
            value: Vec::new(),
            origin: Origin::Default,
        });
    };
    let database = |word: &String| {
        Database::new(word).map_err(|error| SettingsError::Value {
            key,
            value: word.clone(),
            origin: raw.origin.to_string(),
            reason: error.to_string(),
        })
    };
    Ok(Setting {
        value: raw.words.iter().map(database).collect::<Result<_, _>>()?,
        origin: raw.origin.clone(),
    })
}

fn hooks(layers: &Layers) -> Result<Setting<Vec<Hook>>, SettingsError> {
    let key = "restore.after";
    let Some(raw) = layers.get(key) else {
        return Ok(Setting {
            value: Vec::new(),
            origin: Origin::Default,
        });
    };
    let hook = |word: &String| {
        serde_json::from_str(word).map_err(|error| SettingsError::Value {
            key,
            value: word.clone(),
            origin: raw.origin.to_string(),
            reason: error.to_string(),
        })
    };
    Ok(Setting {
        value: raw.words.iter().map(hook).collect::<Result<_, _>>()?,
        origin: raw.origin.clone(),
    })
}

fn hosts(layers: &Layers) -> Setting<Vec<String>> {
    match layers.get("restore.allow_hosts") {
        Some(raw) => Setting {
            value: raw.words.clone(),
            origin: raw.origin.clone(),
        },
        None => Setting {
            value: Vec::new(),
            origin: Origin::Default,
        },
    }
}

fn parsed<T: FromStr<Err: ToString>>(word: &str) -> Result<T, String> {
    word.parse().map_err(|error: T::Err| error.to_string())
}

fn filled(word: &str) -> Result<String, String> {
    if word.trim().is_empty() {
        return Err("a word is expected".to_owned());
    }
    Ok(word.to_owned())
}

fn number<T: FromStr>(word: &str) -> Result<T, String> {
    word.trim()
        .parse()
        .ok()
        .ok_or_else(|| "a whole number is expected".to_owned())
}

fn truth(word: &str) -> Result<bool, String> {
    match word {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false is expected".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            current_directory: PathBuf::from("/nowhere"),
            home: Some(PathBuf::from("/home/u")),
            user_file: None,
            cache_directory: Some(PathBuf::from("/home/u/.cache/pgferry")),
            data_directory: Some(PathBuf::from("/home/u/.local/share/pgferry")),
        }
    }

    #[test]
    fn the_old_variables_make_a_store() {
        for (bucket, path, url) in [
            (
                "infinite-industries-backups",
                "db",
                "s3://infinite-industries-backups/db",
            ),
            ("b", "/db/", "s3://b/db"),
            ("b", "a/b", "s3://b/a/b"),
            ("b", "", "s3://b"),
        ] {
            let settings = Settings::load(
                &Global::default(),
                &environment(&[("S3_BUCKET", bucket), ("S3_PATH", path)]),
            )
            .unwrap();
            assert_eq!(settings.store.unwrap().value.to_string(), url);
        }
    }

    #[test]
    fn flags_beat_environment_beats_defaults() {
        let environment = environment(&[
            ("PGFERRY_DATABASE", "from-env"),
            ("NUM_BACKUPS", "20"),
            ("NUM_DAYS", "5"),
        ]);
        let flags = Global {
            database: vec![Database::new("from-flag").unwrap()],
            ..Global::default()
        };
        let settings = Settings::load(&flags, &environment).unwrap();
        let database = settings.database.unwrap();
        assert_eq!(
            (database.value.as_str(), database.origin),
            ("from-flag", Origin::Flag("--database"))
        );
        assert_eq!(
            settings.keep_days,
            Setting {
                value: 20,
                origin: Origin::Environment("NUM_BACKUPS".into())
            }
        );
        assert_eq!(
            settings.keep_sets,
            Setting {
                value: 3,
                origin: Origin::Default
            }
        );
        assert_eq!(
            settings.backup_directory.value,
            Path::new("/home/u/backups")
        );
    }

    #[test]
    fn the_old_name_of_the_days_still_works() {
        let settings =
            Settings::load(&Global::default(), &environment(&[("NUM_DAYS", "5")])).unwrap();
        assert_eq!(
            settings.keep_days,
            Setting {
                value: 5,
                origin: Origin::Environment("NUM_DAYS".into())
            }
        );
    }

    #[test]
    fn bad_values_name_their_origin() {
        for (name, value, message) in [
            (
                "NUM_BACKUPS",
                "ten",
                "NUM_BACKUPS: `ten` is no good for `backup.keep_days`: a whole number is expected",
            ),
            (
                "PGFERRY_KIND",
                "all",
                "PGFERRY_KIND: `all` is no good for `kind`: `all` is not a kind; the kinds are `anon`, `full` and `dump`",
            ),
            (
                "CHECKIN_URL",
                "hunter2",
                "CHECKIN_URL: `…` is no good for `backup.checkin_url`: an http or https URL is expected",
            ),
            (
                "BACKUP_WEBHOOK_URL",
                "hunter2",
                "BACKUP_WEBHOOK_URL: `…` is no good for `backup.webhook_url`: an http or https URL is expected",
            ),
            (
                "CHECKIN_STYLE",
                "loud",
                "CHECKIN_STYLE: `loud` is no good for `backup.checkin_style`: the styles are `plain` and `healthchecks`",
            ),
            (
                "PGFERRY_BACKUP_DATABASES",
                "a, ../b",
                "PGFERRY_BACKUP_DATABASES: `../b` is no good for `backup.databases`: the database name `../b` can't begin a file name: it holds a slash or a control character",
            ),
        ] {
            let error =
                Settings::load(&Global::default(), &environment(&[(name, value)])).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn files_stand_below_the_environment_and_the_nearest_one_first() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let project = directory.path().join(FILE_NAME);
        std::fs::write(&project, "database = \"project\"\nkind = \"full\"\n").unwrap();
        let user = directory.path().join("user.toml");
        std::fs::write(&user, "database = \"user\"\n[backup]\nkeep_days = 3\n").unwrap();
        let mut environment = environment(&[("PGFERRY_KIND", "dump")]);
        environment.current_directory = inner;
        environment.user_file = Some(user.clone());
        let settings = Settings::load(&Global::default(), &environment).unwrap();
        assert_eq!(
            settings.database.unwrap().origin,
            Origin::File {
                path: project,
                line: 1
            }
        );
        assert_eq!(
            settings.kind.origin,
            Origin::Environment("PGFERRY_KIND".into())
        );
        assert_eq!(
            settings.keep_days.origin,
            Origin::File {
                path: user,
                line: 3
            }
        );
    }

    #[test]
    fn paths_in_a_file_start_where_it_stands() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let file = "[backup]\ndirectory = \"sets\"\n[cache]\ndirectory = \"/var/cache\"\n[local]\ndirectory = \"~/c\"\n";
        std::fs::write(place.path().join(FILE_NAME), file).unwrap();
        let mut environment = environment(&[]);
        environment.current_directory = inner;
        let settings = Settings::load(&Global::default(), &environment).unwrap();
        assert_eq!(settings.backup_directory.value, place.path().join("sets"));
        assert_eq!(settings.cache_directory.value, Path::new("/var/cache"));
        assert_eq!(settings.local_directory.value, Path::new("/home/u/c"));
        // In the environment they start where the command is run, as a shell's do.
        environment
            .variables
            .insert("BACKUP_DIR".into(), "sets".into());
        let settings = Settings::load(&Global::default(), &environment).unwrap();
        assert_eq!(settings.backup_directory.value, Path::new("sets"));
    }

    #[test]
    fn hooks_are_found_beside_their_file() {
        let place = tempfile::tempdir().unwrap();
        let file = "[restore]\nafter = [\"db/seed.sql\", { command = [\"just\", \"migrate it\"] }, \"/x.sql\"]\n";
        std::fs::write(place.path().join(FILE_NAME), file).unwrap();
        let mut environment = environment(&[]);
        environment.current_directory = place.path().to_owned();
        let settings = Settings::load(&Global::default(), &environment).unwrap();
        let shown: Vec<String> = settings
            .after
            .value
            .iter()
            .map(ToString::to_string)
            .collect();
        let seed = place.path().join("db/seed.sql").display().to_string();
        assert_eq!(shown, [&seed, "`just 'migrate it'`", "/x.sql"]);
        assert!(
            matches!(&settings.after.value[1], Hook::Command { directory, .. } if directory == place.path())
        );
    }

    #[test]
    fn several_databases_are_for_backup_alone() {
        let environment = environment(&[("PGFERRY_BACKUP_DATABASES", "a, b")]);
        let flags = Global {
            database: ["c", "d"].map(|name| Database::new(name).unwrap()).into(),
            ..Global::default()
        };
        let settings = Settings::load(&flags, &environment).unwrap();
        assert_eq!(settings.database, None);
        let names: Vec<&str> = settings
            .backup_databases
            .value
            .iter()
            .map(Database::as_str)
            .collect();
        assert_eq!(names, ["a", "b"]);
    }
}
