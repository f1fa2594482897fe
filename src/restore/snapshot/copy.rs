//! A copy of a whole database on the same server, file by file.

use crate::target::{Access, TargetError, quote_identifier};

/// From which major on CREATE DATABASE can be told to copy files instead of logging each block.
const STRATEGY: u32 = 15;
/// And to have the file system share the blocks, where it can.
const CLONE: u32 = 18;

/// A database that is to be made of another one, to which nobody may be connected.
pub(in crate::restore) struct Copy<'a> {
    pub major: u32,
    pub from: &'a str,
    pub to: &'a str,
    /// Of CREATE DATABASE.
    pub options: &'a str,
}

impl Copy<'_> {
    /// Makes it, between the statements `before` and `after`, in one session.
    pub async fn run(&self, admin: &Access, before: &str, after: &str) -> Result<(), TargetError> {
        if self.major >= CLONE {
            let clone = format!("{before}SET file_copy_method = clone;\n");
            match admin.query(&self.script(&clone, after)).await {
                // The system, or the file system below the server, can't do it.
                Err(error) if error.is_about_cloning() => {
                    tracing::debug!(%error, "no clones here: copying");
                }
                made => return made.map(drop),
            }
        }
        admin.query(&self.script(before, after)).await.map(drop)
    }

    fn script(&self, before: &str, after: &str) -> String {
        let strategy = if self.major >= STRATEGY {
            " STRATEGY file_copy"
        } else {
            ""
        };
        format!(
            "{before}CREATE DATABASE {} TEMPLATE {}{strategy} {};\n{after}",
            quote_identifier(self.to),
            quote_identifier(self.from),
            self.options
        )
    }
}
