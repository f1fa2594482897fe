//! Several users of one engine, each with a data directory of their own.

use std::thread;

use nix::sys::signal::Signal;

use super::ground::Ground;
use super::restoring::Restoring;
use super::{endless, place, small};

#[test]
fn a_container_that_another_user_restores_into_is_refused() {
    let ground = Ground::filled("shared");
    ground.workspace.write("endless.sql", endless());
    let other = place(&ground.containers);
    other.write("t.sql", small("theirs\n"));
    let restoring = Restoring::start(&ground, "endless.sql").until(|| ground.is_loading());
    let refused = ground
        .restore_from(&other, "t.sql", &["--as", "site"])
        .expect_code(7);
    assert_eq!(
        refused.stderr,
        format!(
            "error: the container `{0}` is busy: another restore into it is under way\n\
             hint: wait for it to end; should nobody be left who does it, `docker restart {0}` ends it\n",
            ground.name
        )
    );
    for command in ["stop", "rm"] {
        let refused = other
            .pgferry(&["container", command, &ground.name])
            .expect_code(7);
        assert!(
            refused
                .stderr
                .contains("is busy: another restore into it is under way"),
            "{refused}"
        );
    }
    // The first one goes on.
    let loading =
        "SELECT state FROM pg_stat_activity WHERE query LIKE '%(600)%' AND pid <> pg_backend_pid()";
    assert_eq!(ground.select(loading), "active");
    restoring
        .signal(Signal::SIGINT)
        .expect(130, "error: interrupted\n");
    assert_eq!(ground.select("SELECT a FROM t"), "one");
    // It is free again.
    ground
        .restore_from(&other, "t.sql", &["--as", "site"])
        .expect_code(0);
    assert_eq!(ground.select("SELECT a FROM t"), "theirs");
}

/// A stopped one, which both start: whoever comes second leaves it running for the first.
#[test]
fn of_two_users_one_gets_the_container_and_the_other_is_told() {
    let ground = Ground::filled("two");
    let other = place(&ground.containers);
    other.write("t.sql", small("theirs\n"));
    ground.workspace.write("mine.sql", small("mine\n"));
    for _ in 0..3 {
        ground.container("stop").expect_code(0);
        let (mine, theirs) = thread::scope(|scope| {
            let mine = scope.spawn(|| ground.restore("mine.sql", &["--as", "site"]));
            let theirs = scope.spawn(|| ground.restore_from(&other, "t.sql", &["--as", "site"]));
            (mine.join().unwrap(), theirs.join().unwrap())
        });
        let codes = (mine.code, theirs.code);
        assert!(matches!(codes, (0, 0 | 7) | (7, 0)), "{mine}\n{theirs}");
        let held = ground.select("SELECT a FROM t");
        match codes {
            (0, 7) => assert_eq!(held, "mine"),
            (7, 0) => assert_eq!(held, "theirs"),
            // One after the other.
            _ => assert!(held == "mine" || held == "theirs", "{held}"),
        }
        for refused in [&mine, &theirs].into_iter().filter(|run| run.code == 7) {
            assert!(refused.stderr.contains("is busy: "), "{refused}");
        }
        let databases = "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1";
        assert_eq!(ground.select(databases), "postgres\nsite");
    }
}

#[test]
fn of_two_users_one_makes_the_container() {
    let ground = Ground::new("new");
    let other = place(&ground.containers);
    other.write("t.sql", small("theirs\n"));
    for _ in 0..3 {
        let (mine, theirs) = thread::scope(|scope| {
            let mine = scope.spawn(|| ground.restore("t.sql", &["--as", "site"]));
            let theirs = scope.spawn(|| ground.restore_from(&other, "t.sql", &["--as", "site"]));
            (mine.join().unwrap(), theirs.join().unwrap())
        });
        assert!(
            matches!((mine.code, theirs.code), (0, 0 | 7) | (7, 0)),
            "{mine}\n{theirs}"
        );
        // Whoever made it, it goes with all that it has.
        ground.container("rm").expect_code(0);
        ground.containers.expect_nothing_left();
    }
}
