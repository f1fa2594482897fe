//! What a service's lines look like where nobody looks at a terminal.

use std::io::Read as _;

use super::binary::Place;

/// Standard error of a command whose environment says that the journal reads `device:inode`.
fn stderr(stream: impl FnOnce(u64, u64) -> String) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let stat = nix::sys::stat::fstat(&writer).unwrap();
    let place = Place::new().with("JOURNAL_STREAM", stream(stat.st_dev, stat.st_ino));
    let mut command = place.command(&["backup", "-v"]);
    command.stderr(writer).spawn().unwrap().wait().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_journal_learns_how_bad_a_line_is() {
    assert_eq!(
        stderr(|device, inode| format!("{device}:{inode}")),
        "<3>error: no database is named\n\
         <3>hint: set PGDATABASE or `backup.databases`, or pass --database NAME\n"
    );
}

#[test]
fn nobody_else_sees_numbers() {
    // The variable is inherited by whatever a service starts, whose standard error can be a file.
    let text = stderr(|device, inode| format!("{device}:{}", inode + 1));
    assert!(text.starts_with("error: no database is named\n"), "{text}");
}
