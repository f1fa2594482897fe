//! Old anonymised dumps, whose unique columns hold one address over and over.

use pgferry_core::anonymize::repair::{Plan, Repaired};

use super::RestoreError;
use crate::source::Source;
use crate::ui::{Progress, format};

/// Whether repeated addresses are to be numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairDuplicates {
    Always,
    /// In dumps that were anonymised, unless pgferry did it: its pseudonyms are unique.
    IfAnonymised {
        is_anonymised: bool,
    },
    Never,
}

/// Reads the dump for its keys, if it may need that, and has `source` number what they don't allow.
///
/// # Errors
/// When it can't be read.
pub async fn repair_duplicates(
    source: &mut Source,
    wish: RepairDuplicates,
    progress: &Progress,
) -> Result<(), RestoreError> {
    let wanted = match wish {
        RepairDuplicates::Always => true,
        RepairDuplicates::IfAnonymised { is_anonymised } => {
            is_anonymised && !source.is_archive() && source.seekable(&Progress::none())?.is_none()
        }
        RepairDuplicates::Never => false,
    };
    if wanted {
        tracing::info!("reading the dump for its keys");
        let plan = Plan::of(&source.definitions(progress).await?);
        if !plan.is_empty() {
            source.repair(plan);
        }
    }
    Ok(())
}

/// What a receipt says of it.
pub(super) fn notes(source: &Source) -> impl Iterator<Item = String> {
    source.repaired().into_iter().flat_map(|repaired| {
        let column = column(&repaired);
        let numbered = (repaired.values > 0).then(|| {
            let values = counted(repaired.values);
            let were = if repaired.values == 1 { "was" } else { "were" };
            format!("{values} in {column} {were} made unique (nobody+N@example.com)")
        });
        let too_long = (repaired.too_long > 0).then(|| {
            let values = counted(repaired.too_long);
            format!("{values} in {column} can't be made unique: the column is too short")
        });
        numbered.into_iter().chain(too_long)
    })
}

fn counted(values: u64) -> String {
    format::counted(values, "repeated address", "repeated addresses")
}

fn column(repaired: &Repaired) -> String {
    let table = repaired.table.to_string();
    let table = table.strip_prefix("public.").unwrap_or(&table);
    format!("{table}.{}", String::from_utf8_lossy(&repaired.column))
}
