//! How a container is made: its image, settings, volume, port and labels.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, Mount, MountType, MountVolumeOptions, PortBinding,
    VolumeCreateRequest,
};
use jiff::Timestamp;

use super::facts::{self, cluster_name};
use super::files::PASSWORD;
use super::image::Image;

/// What a throwaway server can do without: all durability. The shared buffers stay as they are: larger ones made COPY
/// slower.
const THROWAWAY: [&str; 8] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
    "maintenance_work_mem=256MB",
];
/// An index that is built in parallel takes its memory there; the engine's own limit is 64 MB.
const SHARED_MEMORY: i64 = 1 << 30;

/// A container to be made.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub name: String,
    pub image: Image,
    /// The server's superuser.
    pub user: String,
    /// The database that the image makes.
    pub database: String,
    /// `None`: the first free one from 5432 on.
    pub port: Option<u16>,
    /// Removed when it stops, with its data.
    pub is_ephemeral: bool,
    /// With the image's own settings.
    pub is_durable: bool,
    /// The database that the dump was made of, the store's id of the version, and its time.
    pub source: String,
    pub version: Option<String>,
    pub taken_at: Option<Timestamp>,
}

impl Wanted {
    fn labels(&self, id: &str, maker: &str) -> HashMap<String, String> {
        let mut labels = HashMap::new();
        let mut label = |name: &str, value: String| labels.insert(name.to_owned(), value);
        label(facts::ID, id.to_owned());
        label(facts::USER, self.user.clone());
        label(facts::DATABASE, self.source.clone());
        label(facts::TOOL, env!("CARGO_PKG_VERSION").to_owned());
        label(facts::MAKER, maker.to_owned());
        if let Some(version) = &self.version {
            label(facts::VERSION, version.clone());
        }
        if let Some(taken_at) = self.taken_at {
            label(facts::TAKEN_AT, taken_at.to_string());
        }
        if self.is_durable {
            label(facts::DURABLE, "true".to_owned());
        }
        labels
    }

    pub(super) fn volume(&self, id: &str) -> VolumeCreateRequest {
        VolumeCreateRequest {
            name: Some(self.name.clone()),
            labels: Some(volume_labels(id)),
            ..VolumeCreateRequest::default()
        }
    }

    pub(super) fn body(&self, id: &str, maker: &str, port: u16) -> ContainerCreateBody {
        let mut command = vec!["postgres".to_owned()];
        let mut set = |setting: String| command.extend(["-c".to_owned(), setting]);
        set(format!("cluster_name={}", cluster_name(id)));
        let mut environment = vec![
            format!("POSTGRES_USER={}", self.user),
            format!("POSTGRES_DB={}", self.database),
            format!("POSTGRES_PASSWORD_FILE={PASSWORD}"),
        ];
        if !self.is_durable {
            for setting in THROWAWAY {
                set(setting.to_owned());
            }
            environment.push("POSTGRES_INITDB_ARGS=--no-sync".to_owned());
            // Or initdb compares every zone that there is with the system's, which is UTC in a container: seconds, on some
            // storage drivers.
            if self.image.is_without_zone {
                environment.push("TZ=UTC".to_owned());
            }
        }
        let volume = Mount {
            target: Some(self.image.volume.clone()),
            source: Some(self.name.clone()),
            typ: Some(MountType::VOLUME),
            // Somebody who makes one of that name at the same time may have taken it for one that was left.
            volume_options: Some(MountVolumeOptions {
                labels: Some(volume_labels(id)),
                ..MountVolumeOptions::default()
            }),
            ..Mount::default()
        };
        let binding = PortBinding {
            host_ip: Some("127.0.0.1".to_owned()),
            host_port: Some(port.to_string()),
        };
        let host = HostConfig {
            // One that is ephemeral gets the volume without a name that the image declares, which goes with it.
            mounts: (!self.is_ephemeral).then(|| vec![volume]),
            auto_remove: Some(self.is_ephemeral),
            port_bindings: Some(HashMap::from([(
                facts::PORT.to_owned(),
                Some(vec![binding]),
            )])),
            shm_size: Some(SHARED_MEMORY),
            ..HostConfig::default()
        };
        ContainerCreateBody {
            image: Some(self.image.name.clone()),
            cmd: Some(command),
            env: Some(environment),
            labels: Some(self.labels(id, maker)),
            exposed_ports: Some(vec![facts::PORT.to_owned()]),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        }
    }
}

fn volume_labels(id: &str) -> HashMap<String, String> {
    HashMap::from([(facts::ID.to_owned(), id.to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            name: "pgferry-site".to_owned(),
            image: Image {
                name: "postgres:alpine".to_owned(),
                major: Some(18),
                volume: "/var/lib/postgresql".to_owned(),
                is_without_zone: true,
            },
            user: "me".to_owned(),
            database: "site-local".to_owned(),
            port: None,
            is_ephemeral: false,
            is_durable: false,
            source: "site".to_owned(),
            version: Some("3sL4k".to_owned()),
            taken_at: Some("2026-11-21T04:00:00Z".parse().unwrap()),
        }
    }

    #[test]
    fn it_listens_on_loopback_alone_and_its_data_lies_in_a_volume_of_its_name() {
        let body = wanted().body("abc", "host:/data", 5433);
        let host = body.host_config.unwrap();
        let json = serde_json::to_value((&host.port_bindings, &host.mounts)).unwrap();
        assert_eq!(
            json.to_string(),
            r#"[{"5432/tcp":[{"HostIp":"127.0.0.1","HostPort":"5433"}]},[{"Source":"pgferry-site","Target":"/var/lib/postgresql","Type":"volume","VolumeOptions":{"Labels":{"pgferry.id":"abc"}}}]]"#
        );
        let labels = body.labels.unwrap();
        assert_eq!(labels["pgferry.version"], "3sL4k");
        assert_eq!(labels["pgferry.taken-at"], "2026-11-21T04:00:00Z");
    }

    #[test]
    fn one_that_is_durable_has_the_images_settings_and_one_that_is_ephemeral_no_named_volume() {
        let wanted = Wanted {
            is_durable: true,
            is_ephemeral: true,
            ..wanted()
        };
        let body = wanted.body("abc", "host:/data", 5432);
        assert_eq!(
            body.cmd.unwrap(),
            ["postgres", "-c", "cluster_name=pgferry-abc"]
        );
        let host = body.host_config.unwrap();
        assert_eq!((host.mounts, host.auto_remove), (None, Some(true)));
    }

    #[test]
    fn no_password_is_handed_over_by_the_environment() {
        let environment = wanted().body("abc", "host:/data", 5432).env.unwrap();
        assert!(
            environment
                .iter()
                .all(|line| !line.starts_with("POSTGRES_PASSWORD=")),
            "{environment:?}"
        );
    }
}
