//! The layered settings: flags > environment > `pgferry.toml` > user file > defaults, resolved into plain values that
//! know their origin.

mod file;
mod hook;
mod key;
mod layers;
mod resolved;
mod size;

pub use hook::Hook;
pub use key::KEYS;
pub use layers::Origin;
pub(crate) use resolved::expand_home;
pub use resolved::{Environment, Setting, Settings, SettingsError};
pub use size::ByteSize;
