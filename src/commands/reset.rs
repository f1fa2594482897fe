//! `pgferry reset`

use super::place::{Place, Purpose};
use super::restore::confirm;
use super::snapshot::{bring_back, replacement};
use super::status::provenance;
use crate::cli;
use crate::error::{Class, Error};
use crate::restore::{Hooks, Provenance};
use crate::settings::{Environment, Settings};
use crate::ui::{Terminal, format};

pub async fn run(
    args: &cli::Reset,
    settings: &Settings,
    environment: &Environment,
    terminal: &Terminal,
) -> Result<(), Error> {
    let purpose = Purpose::Changing {
        hosts: &args.leave.allow_host,
        does: "resetting would overwrite it",
    };
    let hooks = Hooks::new(&settings.after.value, !args.no_hooks)?;
    let place = Place::open(&args.place, purpose, settings, environment).await?;
    let restored = provenance(&place).await?;
    let replacement = replacement(&place).await?;
    let all = replacement.snapshots().all().await?;
    let kept = restored.snapshot.as_ref();
    let Some(found) = all.into_iter().find(|found| Some(&found.database) == kept) else {
        return Err(nothing_kept(&place, &restored));
    };
    let question = format!("the reset replaces `{}`", place.server.database);
    confirm(&question, &place.server, args.leave.yes, terminal)?;
    let kept = found.snapshot.restored.clone();
    let provenance = kept.unwrap_or(restored).again();
    let took = bring_back(
        &place,
        replacement,
        &found,
        args.keep_old,
        &provenance,
        Some(&hooks),
        terminal,
    );
    let took = Box::pin(took).await?;
    terminal.say(&format!(
        "reset {} to {} in {}",
        place.title,
        provenance.source,
        format::took(took)
    ));
    let address = place.address().await?;
    place.changed(&provenance).await?;
    hooks.commands(&address, terminal).await
}

/// Names the command that restores the same once more.
fn nothing_kept(place: &Place, restored: &Provenance) -> Error {
    let text = format!(
        "there is no snapshot of {} right after its restore from {}",
        place.title, restored.source
    );
    let error = Error::new(Class::NothingMatched, text);
    let (Some(version), Some(database)) = (&restored.version, &restored.database) else {
        return error.with_hint(
            "restores of files keep none; `pgferry restore FILE` restores it again, `pgferry snapshot save` keeps a state",
        );
    };
    let kind = restored.kind.map(|kind| format!(" --kind {kind}"));
    error.with_hint(format!(
        "`pgferry restore {}{} --database {}{}` restores that version again",
        format::word_of_a_shell(version),
        kind.unwrap_or_default(),
        format::word_of_a_shell(database.as_str()),
        place.flags
    ))
}
