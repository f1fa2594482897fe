//! The pure part of pgferry: bytes in, bytes out, no files, no network, no clock.

pub mod anonymize;
pub mod backup;
pub mod dump;
pub mod gzip;
mod nearest;
