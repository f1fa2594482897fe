//! Into a throwaway container.

use super::kept::copied;
use super::parts::Contents;
use super::{Done, Dump, Surroundings, Version, check_database_name, meant};
use crate::cli::{self, Pull};
use crate::commands::container::{address, containers, psql_line};
use crate::error::{Class, Error};
use crate::restore::{
    self, Autovacuum, Beside, Hooks, Kept, NAME_LIMIT, Provenance, Receipt, Snapshots,
};
use crate::settings::{Environment, Settings};
use crate::target::{Container, ContainerError, Containers, Image, Made, Record, Wanted};
use crate::ui::{Terminal, format};

/// Databases that every server has and needs.
const OF_THE_SERVER: [&str; 3] = ["postgres", "template0", "template1"];

pub(super) async fn run(
    args: &cli::Restore,
    hooks: &Hooks,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<Done, Error> {
    let wish = &args.container;
    // The engine first: a download is no use if there is nowhere to put it.
    let containers = containers(settings, environment).await?;
    let meant = meant(args.source.as_deref(), &args.selection, settings, terminal).await?;
    let source = meant
        .database()
        .map_or_else(|| "restored".to_owned(), ToString::to_string);
    let database = wish
        .called
        .clone()
        .or_else(|| Some(settings.container_database.as_ref()?.value.clone()))
        .unwrap_or_else(|| source.clone());
    check_wish(wish, &database)?;
    let name = args
        .name
        .clone()
        .unwrap_or_else(|| Containers::name_for(&source));
    Containers::check_name(&name)?;
    let _lock = containers.lock(&name)?;
    let existing = containers.usable(&name).await?;
    if let Some(existing) = &existing {
        check_same(existing, wish)?;
    }
    let version = Version::of(&meant, args, settings);
    let mut reused = None;
    if let (Some(version), Some(existing)) = (&version, &existing) {
        let made = Box::pin(containers.reuse(existing)).await?;
        let mut made = made.claimed().await?;
        let filled = Box::pin(from_snapshot(
            &mut made, version, &database, hooks, terminal,
        ))
        .await;
        if let Some((receipt, provenance)) = filled? {
            return finish(&containers, made, receipt, &provenance, &database).await;
        }
        reused = Some(made);
    }
    let dump = meant.dump(args, terminal).await?;
    let image = match &existing {
        Some(existing) => containers.image(&existing.image).await?,
        None => Some(Box::pin(image(&containers, wish, settings, terminal)).await?),
    };
    check_major(&dump, image.as_ref(), existing.as_ref())?;

    let making = async {
        let made = match (&existing, image) {
            (None, Some(image)) => {
                let wanted = Wanted {
                    name: name.clone(),
                    image,
                    user: wish
                        .user
                        .clone()
                        .unwrap_or_else(|| settings.container_user.value.clone()),
                    database: database.clone(),
                    port: wish.port,
                    is_ephemeral: wish.ephemeral,
                    is_durable: wish.durable,
                    source: source.clone(),
                    version: dump.version.clone(),
                    taken_at: dump.taken_at,
                };
                containers.make(&wanted).await
            }
            (Some(existing), _) => containers.reuse(existing).await,
            (None, None) => Err(ContainerError::Unknown {
                name: name.clone(),
                others: Vec::new(),
            }),
        };
        made.map_err(Error::from)
    };
    // What it creates is refused before there is anything to be undone. It is not read to its end first: what is loaded
    // goes away, with the container or beside the old database, unless all of it went well.
    let contents = Contents::read(&dump, args, terminal).await?;
    let mut made = match reused {
        Some(made) => made,
        None => Box::pin(making).await?.claimed().await?,
    };

    let loading = Loading {
        dump: &dump,
        version: version.as_ref(),
        database: &database,
        contents: &contents,
        hooks,
    };
    match Box::pin(fill(&mut made, &loading, args, terminal)).await {
        Ok((receipt, provenance)) => {
            finish(&containers, made, receipt, &provenance, &database).await
        }
        Err(error) => Err(match containers.death_of(&made).await {
            Some(death) => death.into(),
            None => error,
        }),
    }
}

/// What is loaded.
struct Loading<'a> {
    dump: &'a Dump,
    version: Option<&'a Version>,
    database: &'a str,
    contents: &'a Contents,
    hooks: &'a Hooks,
}

/// Notes what the container holds now, and leaves it running.
async fn finish(
    containers: &Containers,
    made: Made,
    mut receipt: Receipt,
    provenance: &Provenance,
    database: &str,
) -> Result<Done, Error> {
    let name = &made.container.name;
    receipt.database = format!("{database} in the container {name}");
    let record = Record::new(database.to_owned(), provenance);
    containers.restored(&made.container, &record).await?;
    let psql = psql_line(&made, &containers.password_file(name), database);
    let password = containers.password(&made.container).await?;
    let address = address(&made, password, database);
    made.keep();
    Ok(Done {
        receipt,
        psql: Some(psql),
        address,
    })
}

/// What decides, besides the version, what a restore into this container makes.
async fn surroundings(made: &Made, database: &str) -> Result<Surroundings, Error> {
    let admin = &made.reached.access;
    let facts = admin.facts().await?;
    Ok(Surroundings {
        snapshots: Snapshots::new(admin.clone(), facts.major()),
        major: facts.major(),
        role: facts.user,
        options: String::new(),
        database: database.to_owned(),
    })
}

/// Replaces the database by a snapshot of the version, if there is one.
async fn from_snapshot(
    made: &mut Made,
    version: &Version,
    database: &str,
    hooks: &Hooks,
    terminal: &Terminal,
) -> Result<Option<(Receipt, Provenance)>, Error> {
    let admin = made.reached.access.clone();
    let surroundings = surroundings(made, database).await?;
    let copied = copied(version, &surroundings, admin.clone(), "").await?;
    let Some((beside, receipt, provenance)) = copied else {
        return Ok(None);
    };
    let access = admin.clone().with_database(beside.fresh());
    hooks.sql(&access, terminal).await?;
    restore::note(&admin, beside.fresh(), database, &provenance).await;
    made.check_claim().await?;
    beside.swap(Kept::No).await?;
    Ok(Some((receipt, provenance)))
}

/// Refuses names that can't be had, before anything is done.
fn check_wish(wish: &cli::NewContainer, database: &str) -> Result<(), Error> {
    check_database_name(database, "--as")?;
    if OF_THE_SERVER.contains(&database) {
        return Err(Error::new(
            Class::Usage,
            format!("`{database}` is a database that the server itself needs"),
        )
        .with_hint("`--as NAME` says what the database is called in the container"));
    }
    if let Some(image) = &wish.image {
        Image::check_name(image)?;
    }
    wish.user.as_deref().map_or(Ok(()), check_user)
}

/// Refuses names that the server would not make a role of.
fn check_user(user: &str) -> Result<(), Error> {
    let is_plain = |character: char| character.is_alphanumeric() || "_-.@".contains(character);
    if !user.is_empty()
        && user.len() <= NAME_LIMIT
        && !user.starts_with("pg_")
        && user.chars().all(is_plain)
    {
        return Ok(());
    }
    Err(Error::new(
        Class::Usage,
        format!("`{user}` can't be the name of the server's superuser"),
    )
    .with_hint("take letters, digits, `_`, `-`, and no `pg_` in front; without --user it is container.user of the settings"))
}

/// Loads the dump: into the empty database of a new container, or beside the one that a container has.
async fn fill(
    made: &mut Made,
    loading: &Loading<'_>,
    args: &cli::Restore,
    terminal: &Terminal,
) -> Result<(Receipt, Provenance), Error> {
    let Loading {
        dump,
        version,
        database,
        contents,
        hooks,
    } = *loading;
    let admin = made.reached.access.clone();
    if !args.parts.skip_missing_extensions {
        check_extensions(made, &contents.extensions()).await?;
    }
    let chosen = contents.for_new(&admin).await?;
    let autovacuum = if made.container.is_durable {
        None
    } else {
        Some(Autovacuum::switch_off(admin.clone()).await?)
    };
    let beside = if made.is_new {
        None
    } else {
        Some(Beside::make(admin.clone(), database, "").await?)
    };
    let fresh = beside.as_ref().map_or(database, Beside::fresh);
    let access = admin.clone().with_database(fresh);
    let mut receipt = super::fill(dump, &access, &chosen, args, terminal).await?;
    let mut provenance = dump.provenance();
    if let Some(version) = version {
        let surroundings = surroundings(made, database).await?;
        version
            .keep(fresh, &surroundings, &mut receipt, &mut provenance)
            .await;
    }
    hooks.sql(&access, terminal).await?;
    restore::note(&admin, fresh, database, &provenance).await;
    made.check_claim().await?;
    if let Some(beside) = beside {
        beside.swap(Kept::No).await?;
    }
    if let Some(autovacuum) = autovacuum {
        autovacuum.switch_on().await?;
    }
    Ok((receipt, provenance))
}

/// The image that the container is made from, pulled if need be.
async fn image(
    containers: &Containers,
    wish: &cli::NewContainer,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Image, Error> {
    let name = wish
        .image
        .as_ref()
        .unwrap_or(&settings.container_image.value);
    Image::check_name(name)?;
    let pull = wish.pull.unwrap_or(Pull::Missing);
    let here = match pull {
        Pull::Always => None,
        Pull::Missing | Pull::Never => containers.image(name).await?,
    };
    if let Some(image) = here {
        return Ok(image);
    }
    if pull == Pull::Never {
        return Err(ContainerError::NoImage {
            image: name.clone(),
        }
        .into());
    }
    let started = std::time::Instant::now();
    let layers = terminal.layers(&format!("pull {name}"));
    let pulled = containers.pull(name, &layers).await;
    layers.finish();
    let image = pulled?;
    terminal.say(&format!(
        "pulled {name} ({}) in {}",
        format::size(layers.bytes()),
        format::took(started.elapsed())
    ));
    Ok(image)
}

/// A container that is there is used as it is; flags that say otherwise are a misunderstanding.
fn check_same(existing: &Container, wish: &cli::NewContainer) -> Result<(), ContainerError> {
    let differs = |is: String, wanted: String| {
        Err(ContainerError::Differs {
            name: existing.name.clone(),
            is,
            wanted,
        })
    };
    if let Some(image) = &wish.image
        && *image != existing.image
    {
        return differs(format!("the image {}", existing.image), image.clone());
    }
    if let Some(user) = &wish.user
        && *user != existing.user
    {
        return differs(format!("the user {}", existing.user), user.clone());
    }
    if let (Some(port), Some(is)) = (wish.port, existing.port)
        && port != is
    {
        return differs(format!("port {is}"), port.to_string());
    }
    if wish.ephemeral && !existing.is_ephemeral {
        return differs("a volume".to_owned(), "without one".to_owned());
    }
    if wish.durable && !existing.is_durable {
        return differs(
            "settings of a throwaway server".to_owned(),
            "the image's own".to_owned(),
        );
    }
    Ok(())
}

/// Refuses a dump that the image's PostgreSQL is too old for.
fn check_major(
    dump: &Dump,
    image: Option<&Image>,
    existing: Option<&Container>,
) -> Result<(), ContainerError> {
    if let (Some(of_dump), Some(image)) = (dump.source.server_major(), image)
        && let Some(major) = image.major
        && of_dump > major
    {
        return Err(ContainerError::NewerDump {
            dump: of_dump,
            image: image.name.clone(),
            major,
            reused: existing.map(|existing| existing.name.clone()),
        });
    }
    Ok(())
}

/// Refuses a dump that needs extensions which the image has not.
async fn check_extensions(made: &Made, extensions: &[String]) -> Result<(), Error> {
    let access = &made.reached.access;
    let names = restore::missing_extensions(access, extensions).await?;
    if names.is_empty() {
        return Ok(());
    }
    Err(ContainerError::NoExtensions {
        image: made.container.image.clone(),
        names,
        major: access.facts().await?.major(),
        reused: (!made.is_new).then(|| made.container.name.clone()),
    }
    .into())
}
