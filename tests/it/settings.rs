//! `pgferry config`, and settings that can't be used.

use super::binary::Place;

#[test]
fn config_says_where_each_value_came_from() {
    let place = Place::new()
        .with("NUM_BACKUPS", 12)
        .with("S3_BUCKET", "infinite-industries-backups")
        .with("S3_PATH", "db")
        .with("PGHOST", "db.example.org")
        .with("PGPASSWORD", "hunter2")
        .with(
            "CHECKIN_URL",
            "https://monitor.example.org/ping/secret-token",
        )
        .with(
            "BACKUP_WEBHOOK_URL",
            "https://u:secret-token@hooks.example.org/services/secret-token",
        )
        .with("CHECKIN_STYLE", "healthchecks")
        .with(
            "PGFERRY_BACKUP_DATABASES",
            "infinite-prod, infinite-staging",
        );
    place.write(
        "home/.config/pgferry/pgferry.toml",
        "[restore]\nallow_hosts = [\"db\", \"postgres\"]\n",
    );
    place.write(
        "work/pgferry.toml",
        "database = \"infinite-prod\"\n\n[backup]\nkeep_days = 3\nkeep_sets = 5\n",
    );
    let transcript = place.transcript(&["config", "--database", "infinite-staging"]);
    assert!(!transcript.contains("hunter2") && !transcript.contains("secret-token"));
    insta::assert_snapshot!(transcript);
}

#[test]
fn config_prints_json() {
    let place = Place::new().with("PGFERRY_KIND", "full");
    let output = place.command(&["config", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let kind = json
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["setting"] == "kind")
        .unwrap();
    assert_eq!(kind["value"], "full");
    assert_eq!(kind["origin"], "PGFERRY_KIND");
}

#[test]
fn mistakes_in_settings_name_their_place() {
    let place = Place::new();
    let mut transcripts = Vec::new();
    for text in [
        "\nstroe = \"s3://b/db\"\n",
        "[backup]\nkeep_days = \"ten\"\n",
        "store = \"ftp://b/db\"\n",
        "[restore\n",
        "colour = true\n",
    ] {
        place.write("work/pgferry.toml", text);
        transcripts.push(format!("{text}\n{}", place.transcript(&["config"])));
    }
    insta::assert_snapshot!(transcripts.join("\n\n"));
}

#[test]
fn a_file_that_was_named_must_be_there() {
    insta::assert_snapshot!(Place::new().transcript(&["config", "--config", "nowhere.toml"]));
}
