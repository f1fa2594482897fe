//! Images: what one declares, and pulling one.

use bollard::Docker;
use bollard::models::ImageInspect;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::StreamExt;

use super::ContainerError;
use super::error::{Asked, is_absent, is_malformed};
use crate::ui::Layers;

/// An image that the engine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// As it was asked for.
    pub name: String,
    /// Of the PostgreSQL in it, if it declares that.
    pub major: Option<u32>,
    /// Where its data belongs, and with it the volume.
    pub(super) volume: String,
    /// It declares no time zone, as the official ones.
    pub(super) is_without_zone: bool,
}

impl Image {
    /// # Errors
    /// [`ContainerError::ImageName`] for what no image can be called.
    pub fn check_name(name: &str) -> Result<(), ContainerError> {
        if is_name(name) {
            Ok(())
        } else {
            Err(no_name(name))
        }
    }

    /// # Errors
    /// [`ContainerError::NotPostgres`].
    pub(super) fn of(name: &str, inspected: ImageInspect) -> Result<Self, ContainerError> {
        let config = inspected.config.unwrap_or_default();
        let variables = config.env.unwrap_or_default();
        let variable = |wanted: &str| {
            variables
                .iter()
                .filter_map(|line| line.split_once('='))
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value)
        };
        let major = variable("PG_MAJOR").and_then(|major| {
            let digits = major
                .split(|letter: char| !letter.is_ascii_digit())
                .next()?;
            digits.parse().ok()
        });
        let data = variable("PGDATA");
        let volumes = config.volumes.unwrap_or_default();
        // What is declared is what the image's makers meant to last: from 18 on, the directory above the data.
        let declared = data.and_then(|data| {
            volumes
                .iter()
                .map(|volume| volume.trim_end_matches('/'))
                .filter(|volume| {
                    data.strip_prefix(volume)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
                .max_by_key(|volume| volume.len())
        });
        let volume = match (declared, major, data) {
            (Some(declared), _, _) => declared,
            (None, Some(18..), _) => "/var/lib/postgresql",
            (None, _, Some(data)) => data,
            (None, Some(_), None) => "/var/lib/postgresql/data",
            (None, None, None) => {
                return Err(ContainerError::NotPostgres {
                    name: name.to_owned(),
                });
            }
        };
        Ok(Self {
            name: name.to_owned(),
            major,
            volume: volume.to_owned(),
            is_without_zone: variable("TZ").is_none(),
        })
    }
}

/// The image, if the engine has it.
pub(super) async fn inspect(docker: &Docker, name: &str) -> Result<Option<Image>, ContainerError> {
    match docker.inspect_image(name).await {
        Ok(inspected) => Image::of(name, inspected).map(Some),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) if is_malformed(&error) => Err(no_name(name)),
        Err(error) => Err(error).asked("look at the image"),
    }
}

/// Has the engine pull the image.
pub(super) async fn pull(
    docker: &Docker,
    name: &str,
    layers: &Layers,
) -> Result<(), ContainerError> {
    let failed = |said: String| ContainerError::Pull {
        image: name.to_owned(),
        said,
    };
    let options = CreateImageOptionsBuilder::new()
        .from_image(&with_tag(name))
        .build();
    let mut events = Box::pin(docker.create_image(Some(options), None, None));
    while let Some(event) = events.next().await {
        let event = match event {
            Err(error) if is_malformed(&error) => return Err(no_name(name)),
            event => event.map_err(|error| failed(said(error)))?,
        };
        let (Some(layer), Some(status)) = (event.id, event.status) else {
            continue;
        };
        let bytes = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        let detail = event.progress_detail.unwrap_or_default();
        match status.as_str() {
            "Pulling fs layer" | "Waiting" => layers.waiting(&layer),
            "Downloading" => layers.at(&layer, bytes(detail.current), bytes(detail.total)),
            "Download complete" | "Pull complete" => layers.done(&layer),
            _ => {}
        }
    }
    Ok(())
}

fn said(error: bollard::errors::Error) -> String {
    match error {
        bollard::errors::Error::DockerResponseServerError { message, .. } => message,
        bollard::errors::Error::DockerStreamError { error } => error,
        other => other.to_string(),
    }
}

fn no_name(name: &str) -> ContainerError {
    ContainerError::ImageName {
        name: name.to_owned(),
    }
}

/// Whether an image can be called that: `[REGISTRY[:PORT]/]PATH[:TAG][@DIGEST]`, as the distribution project's grammar
/// (`distribution/reference`) has it.
fn is_name(name: &str) -> bool {
    let (name, digest) = match name.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (name, None),
    };
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    };
    let mut components = path.split('/').peekable();
    let is_registry = |first: &str| first.contains(['.', ':']) || first == "localhost";
    let first = components.next().unwrap_or_default();
    let is_led = components.peek().is_some() && is_registry(first);
    (if is_led {
        is_host(first)
    } else {
        is_component(first)
    }) && components.all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

fn is_host(host: &str) -> bool {
    let (host, port) = host.rsplit_once(':').unwrap_or((host, "0"));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    host.split('.').all(is_label) && port.parse::<u16>().is_ok()
}

/// Lower case letters and digits, with `.`, `_`, `__` or dashes between them.
fn is_component(component: &str) -> bool {
    let is_inner = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    component.starts_with(is_inner)
        && component.ends_with(is_inner)
        && component.split(is_inner).all(|between| {
            matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-')
        })
}

fn is_tag(tag: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    tag.len() <= 128
        && tag.starts_with(is_word)
        && tag
            .chars()
            .all(|letter| is_word(letter) || ".-".contains(letter))
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, digits)| {
        !algorithm.is_empty()
            && digits.len() >= 32
            && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Without a tag the engine would pull them all.
fn with_tag(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains([':', '@']) {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::ImageConfig;

    use super::*;

    fn image(env: &[&str], volumes: &[&str]) -> Result<Image, ContainerError> {
        let words = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
        let config = ImageConfig {
            env: words(env),
            volumes: words(volumes),
            ..ImageConfig::default()
        };
        Image::of(
            "x",
            ImageInspect {
                config: Some(config),
                ..ImageInspect::default()
            },
        )
    }

    #[test]
    fn the_volume_is_where_the_image_declares_it() {
        for (env, volumes, major, volume) in [
            (
                &["PG_MAJOR=17", "PGDATA=/var/lib/postgresql/data"][..],
                &["/var/lib/postgresql/data"][..],
                Some(17),
                "/var/lib/postgresql/data",
            ),
            (
                &["PG_MAJOR=18", "PGDATA=/var/lib/postgresql/18/docker"],
                &["/var/lib/postgresql"],
                Some(18),
                "/var/lib/postgresql",
            ),
            (
                &["PG_MAJOR=18", "PGDATA=/var/lib/postgresql/18/docker"],
                &["/other", "/var/lib/post"],
                Some(18),
                "/var/lib/postgresql",
            ),
            (
                &["PG_MAJOR=19~beta1", "PGDATA=/data"],
                &["/data"],
                Some(19),
                "/data",
            ),
            (&["PGDATA=/data/pg"], &[], None, "/data/pg"),
        ] {
            let image = image(env, volumes).unwrap();
            assert_eq!((image.major, image.volume.as_str()), (major, volume));
        }
        assert!(image(&["PATH=/bin"], &["/data"]).is_err());
    }

    #[test]
    fn names_of_images_are_told_from_others() {
        let digest = "0123456789abcdef".repeat(4);
        for name in [
            "postgres",
            "postgres:alpine",
            "postgres:18-alpine3.22",
            "pgvector/pgvector:pg17",
            "a__b/c-d---e.f",
            "localhost/x",
            "localhost:5000/x",
            "registry.example.org:5000/a/b:c",
            "Registry.example.org/x",
            &format!("postgres@sha256:{digest}"),
            &format!("postgres:17@sha256:{digest}"),
            &format!("sha256:{digest}"),
            &digest,
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            " ",
            "-x",
            "Postgres",
            "postgres:",
            "postgres:-x",
            "postgres:a b",
            "a//b",
            "/a",
            "a/",
            "a..b",
            "a___b",
            "a._b",
            "http://x/y",
            "x.example.org:port/y",
            "postgres@sha256:12",
            "größe",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn one_tag_is_pulled() {
        for (name, pulled) in [
            ("postgres", "postgres:latest"),
            ("postgres:alpine", "postgres:alpine"),
            ("localhost:5000/postgres", "localhost:5000/postgres:latest"),
            ("postgres@sha256:abc", "postgres@sha256:abc"),
        ] {
            assert_eq!(with_tag(name), pulled);
        }
    }
}
