//! What is left when others removed a container, and that nothing is left otherwise.

use std::fs;

use super::ground::Ground;

#[test]
fn what_others_left_of_a_container_goes_with_rm() {
    let ground = Ground::filled("orphan");
    assert_eq!(ground.files(), [format!("{}.pgpass", ground.name)]);
    ground.containers.ask(
        "DELETE",
        &format!("/containers/{}?force=1", ground.name),
        None,
    );
    // Of a run that was killed with `kill -9`.
    let directory = ground.workspace.path("state/container");
    fs::write(directory.join(format!(".{}.lock", ground.name)), "").unwrap();
    // Other commands have nothing to work with.
    ground.container("stop").expect_code(3);
    let removed = ground.container("rm").expect_code(0);
    assert_eq!(
        removed.stderr,
        format!(
            "removed what was left of {0}: its volume and its password file; the container itself was gone\n",
            ground.name
        )
    );
    assert!(ground.files().is_empty(), "{:?}", ground.files());
    ground.containers.expect_nothing_left();
    ground.container("rm").expect_code(3);
    assert!(ground.files().is_empty(), "{:?}", ground.files());
}

/// A container that is ephemeral goes with what it was: its name alone, as the user knows it, leads to the file.
#[test]
fn a_password_file_alone_goes_with_rm_by_either_name() {
    let ground = Ground::new("alone");
    let directory = ground.workspace.path("state/container");
    fs::create_dir(&directory).unwrap();
    for name in ["pgferry-alone", "plain-alone"] {
        fs::write(directory.join(format!("{name}.pgpass")), "").unwrap();
    }
    for (word, name) in [("alone", "pgferry-alone"), ("plain-alone", "plain-alone")] {
        let removed = ground
            .workspace
            .pgferry(&["container", "rm", word])
            .expect_code(0);
        assert_eq!(
            removed.stderr,
            format!(
                "removed what was left of {name}: its password file; the container itself was gone\n"
            )
        );
    }
    assert!(ground.files().is_empty(), "{:?}", ground.files());
}

#[test]
fn locks_leave_no_files() {
    let ground = Ground::filled("locks");
    let alone = [format!("{}.pgpass", ground.name)];
    for command in ["stop", "start", "url", "stop", "url"] {
        ground.container(command).expect_code(0);
        assert_eq!(ground.files(), alone, "{command}");
    }
    ground.container("stop").expect_code(0);
    // psql takes the place of pgferry, which can't clear up any more.
    assert_eq!(ground.select("SELECT a FROM t"), "one");
    assert_eq!(ground.files(), alone, "psql");
    ground.restore("nowhere.sql", &[]).expect_code(3);
    ground.container("rm").expect_code(0);
    assert!(ground.files().is_empty(), "{:?}", ground.files());
}
