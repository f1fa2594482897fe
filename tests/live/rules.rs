//! Rules of a backup that nothing answers to.

use super::support::{Answer, Cluster, Listener, Workspace};

const RULES: &str = "[anonymize]\ntruncate = [\"request_log\"]\n[anonymize.columns.users]\npassword_hash = { constant = \"!\" }\n";

fn hosts<const N: usize>(all: [&str; N]) -> ([String; N], Workspace) {
    let databases = all.map(|sql| {
        let database = Cluster::shared().fresh_database();
        Cluster::shared().psql(&database, sql);
        database
    });
    let workspace = Workspace::new().with_database(Cluster::shared(), &databases[0]);
    (databases, workspace)
}

fn anon(workspace: &Workspace, database: &str) -> String {
    let mut zcat = workspace.command("zcat");
    zcat.arg(workspace.path(format!("backups/{database}.anon.gz")));
    let outcome = workspace.run(zcat, b"").expect_code(0);
    outcome.text().to_owned()
}

const SITE: &str = "CREATE TABLE users (password_hash text); INSERT INTO users VALUES ('secret');
    CREATE TABLE request_log (ip text); INSERT INTO request_log VALUES ('10.1.2.3')";

#[test]
fn a_rule_that_another_database_of_the_run_has_is_a_note() {
    let ([site, other], workspace) = hosts([SITE, "CREATE TABLE things (a text)"]);
    workspace.write("pgferry.toml", RULES);
    let list = format!("{other},{site}");
    let made = workspace
        .pgferry(&["backup", "--no-upload", "--database", &list])
        .expect_code(0);
    assert!(
        made.stderr.contains(&format!(
            "`{other}`: a rule names table users, which does not exist; another database has it"
        )),
        "{made}"
    );
    let text = anon(&workspace, &site);
    assert!(
        !text.contains("secret") && !text.contains("10.1.2.3"),
        "{text}"
    );
    anon(&workspace, &other);
}

#[test]
fn a_rule_that_matches_nowhere_is_an_alarm_that_names_what_comes_near() {
    let ([site, other], workspace) = hosts([SITE, "CREATE TABLE things (a text)"]);
    let hook = Listener::start(Answer::Status(200));
    let workspace = workspace.with("BACKUP_WEBHOOK_URL", hook.url("/hook"));
    // Misspelt, and dropped since.
    workspace.write(
        "pgferry.toml",
        "[anonymize]\ntruncate = [\"request_log\"]\n[anonymize.columns.users]\npasword_hash = \"hash\"\n[anonymize.columns.gone]\na = \"null\"\n",
    );
    let alarm = "a rule names table gone, which does not exist; a rule names column users.pasword_hash, which does not \
                 exist; did you mean password_hash?";
    for databases in [
        site.clone(),
        format!("{site},{other}"),
        format!("{other},{site}"),
    ] {
        let made = workspace
            .pgferry(&["backup", "--no-upload", "--json", "--database", &databases])
            .expect_code(8);
        assert!(made.stderr.contains(alarm), "{made}");
        assert!(made.stderr.contains("[anonymize]"), "{made}");
        assert_eq!(
            made.text().matches(r#""event":"alarm""#).count(),
            1,
            "{made}"
        );
        for kind in ["anon.gz", "gz", "dump"] {
            assert!(workspace.path(format!("backups/{site}.{kind}")).exists());
        }
        assert!(!anon(&workspace, &site).contains("10.1.2.3"));
    }
    let texts = hook.texts();
    assert!(
        texts.len() == 3 && texts.iter().all(|text| text.contains("users.pasword_hash")),
        "{texts:?}"
    );
}

#[test]
fn a_rule_for_a_table_whose_rows_are_its_partitions_is_told() {
    let ([site], workspace) = hosts([
        "CREATE TABLE parted (n integer, note text) PARTITION BY HASH (n);
         CREATE TABLE part PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
    ]);
    workspace.write(
        "pgferry.toml",
        "[anonymize.columns.parted]\nnote = \"null\"\n",
    );
    let made = workspace.pgferry(&["backup", "--no-upload"]).expect_code(8);
    assert!(
        made.stderr
            .contains("a rule names table parted, which has no rows of its own"),
        "{made}"
    );
    anon(&workspace, &site);
    // And one for a table that has the column in one schema only.
    let ([_], workspace) =
        hosts(["CREATE SCHEMA x; CREATE TABLE x.users (a text); CREATE TABLE users (note text)"]);
    workspace.write(
        "pgferry.toml",
        "[anonymize.columns.users]\nnote = \"null\"\n",
    );
    workspace.pgferry(&["backup", "--no-upload"]).expect_code(0);
}
