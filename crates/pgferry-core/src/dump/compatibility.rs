//! What of a dump a server of another major version does not know.
//!
//! `pg_dump` writes for servers of its own major or later. The settings at the head of a dump are the one difference that
//! stops every restore into an older server and changes nothing if left out.

/// A setting that `pg_dump` 9.6 to 18 writes with `SET`, and the first major version of the server that has it.
///
/// Source: `_doSetFixedOutputState`, `_selectTablespace`, `_selectTableAccessMethod` and `_doSetWithOids` in
/// `src/bin/pg_dump/pg_backup_archiver.c`; the majors from the release notes. 0 stands for all majors before 10.
const SETTINGS: [(&str, u32); 17] = [
    ("statement_timeout", 0),
    ("lock_timeout", 0),
    ("idle_in_transaction_session_timeout", 0),
    ("transaction_timeout", 17),
    ("client_encoding", 0),
    ("standard_conforming_strings", 0),
    ("escape_string_warning", 0),
    ("role", 0),
    ("search_path", 0),
    ("check_function_bodies", 0),
    ("xmloption", 0),
    ("client_min_messages", 0),
    ("row_security", 0),
    ("default_tablespace", 0),
    ("default_table_access_method", 12),
    ("default_toast_compression", 14),
    // Servers from 12 on accept it as long as it is false.
    ("default_with_oids", 0),
];

/// The first major version of the server that knows this setting, if that is later than `server_major` and `pg_dump`
/// writes the setting only to switch off what an older server does not do anyway.
pub fn unknown_setting(name: &[u8], server_major: u32) -> Option<u32> {
    let (_, since) = SETTINGS
        .iter()
        .find(|(setting, _)| setting.as_bytes() == name)?;
    (*since > server_major).then_some(*since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settings_that_came_later_are_unknown() {
        let cases: [(&str, u32, Option<u32>); 7] = [
            ("transaction_timeout", 16, Some(17)),
            ("transaction_timeout", 17, None),
            ("transaction_timeout", 18, None),
            ("default_table_access_method", 11, Some(12)),
            ("statement_timeout", 9, None),
            ("default_with_oids", 18, None),
            ("made_up", 9, None),
        ];
        for (name, major, expected) in cases {
            assert_eq!(
                unknown_setting(name.as_bytes(), major),
                expected,
                "{name} on {major}"
            );
        }
    }
}
