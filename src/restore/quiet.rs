//! A server without autovacuum, which only takes time from a load.

use std::time::Duration;

use crate::cleanup;
use crate::target::{Access, TargetError};

const TO_SWITCH_ON: Duration = Duration::from_secs(5);
const OFF: &str = "ALTER SYSTEM SET autovacuum = off;\nSELECT pg_catalog.pg_reload_conf();";
const ON: &str = "ALTER SYSTEM RESET autovacuum;\nSELECT pg_catalog.pg_reload_conf();";

/// Autovacuum is off. Dropping the value brings it back.
#[derive(Debug)]
pub struct Autovacuum {
    admin: Access,
    is_off: bool,
}

impl Autovacuum {
    /// # Errors
    /// When `admin` is no superuser, or the server can't be reached.
    pub async fn switch_off(admin: Access) -> Result<Self, TargetError> {
        let autovacuum = Self {
            admin,
            is_off: true,
        };
        autovacuum.admin.query(OFF).await?;
        Ok(autovacuum)
    }

    /// # Errors
    /// When the server can't be reached.
    pub async fn switch_on(mut self) -> Result<(), TargetError> {
        self.admin.query(ON).await?;
        self.is_off = false;
        Ok(())
    }
}

impl Drop for Autovacuum {
    fn drop(&mut self) {
        if self.is_off {
            // A server that is gone has none.
            cleanup::at_once(TO_SWITCH_ON, async { drop(self.admin.query(ON).await) });
        }
    }
}
