//! Which Docker engine is used, asked of scripted ones and of the real one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use pgferry::error::{Classified as _, Error};
use pgferry::settings::Environment;
use pgferry::target::{Engine, EngineError};

use super::support::{Containers, EngineAnswer as Answer, FakeEngine, Workspace};

fn environment(home: &Path, variables: &[(&str, &str)]) -> Environment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Environment {
        variables: variables.iter().map(owned).collect::<BTreeMap<_, _>>(),
        current_directory: home.to_owned(),
        home: Some(home.to_owned()),
        user_file: None,
        cache_directory: None,
        data_directory: None,
    }
}

fn find(environment: &Environment) -> Result<Engine, EngineError> {
    run(Engine::find(environment))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
fn the_real_engine_answers_and_says_what_it_is() {
    let containers = Containers::new();
    let workspace = Workspace::new();
    let environment = environment(
        &workspace.path("home"),
        &[("DOCKER_HOST", containers.address())],
    );
    run(async {
        let engine = Engine::find(&environment).await.unwrap();
        assert_eq!(
            engine.address(),
            format!("{} (DOCKER_HOST)", containers.address())
        );
        let facts = engine.facts().await.unwrap();
        let said = containers.get("/version");
        assert_eq!(facts.version, said["Version"].as_str().unwrap());
        assert_eq!(facts.api_version, said["ApiVersion"].as_str().unwrap());
        let image = engine
            .docker()
            .inspect_image("postgres:alpine")
            .await
            .unwrap();
        assert!(image.id.is_some(), "script/test-image gave it one");
    });
}

#[test]
fn the_current_context_leads_to_its_engine() {
    let (chosen, other) = (FakeEngine::new(), FakeEngine::new());
    let workspace = Workspace::new();
    let home = workspace.path("home");
    // The SHA-256 of `colima`.
    let id = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16";
    let directory = home.join(".docker/contexts/meta").join(id);
    std::fs::create_dir_all(&directory).unwrap();
    let meta = format!(
        r#"{{"Name":"colima","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{}","SkipTLSVerify":false}}}}}}"#,
        chosen.address()
    );
    std::fs::write(directory.join("meta.json"), meta).unwrap();
    std::fs::write(
        home.join(".docker/config.json"),
        r#"{"currentContext":"colima"}"#,
    )
    .unwrap();

    let engine = find(&environment(&home, &[])).unwrap();
    assert_eq!(
        engine.address(),
        format!("{} (context `colima`)", chosen.address())
    );
    assert_eq!(chosen.asked("GET", "/_ping").len(), 1);
    let engine = find(&environment(&home, &[("DOCKER_HOST", &other.address())])).unwrap();
    assert!(engine.address().ends_with("(DOCKER_HOST)"));
    assert_eq!((chosen.requests().len(), other.requests().len()), (1, 1));
}

/// The text as a command would end with it.
fn told(outcome: Result<Engine, EngineError>, home: &Path) -> String {
    let error = outcome.unwrap_err();
    let class = error.class();
    let error = Error::from(error);
    let causes = error.causes().join("\n  ");
    let hint = error.hint().unwrap_or_default();
    format!("{class:?}: {error}\n  {causes}\nhint: {hint}\n\n")
        .replace(&home.display().to_string(), "~")
}

#[test]
fn an_engine_that_was_chosen_and_does_not_answer_is_an_error_that_names_it() {
    let workspace = Workspace::new();
    let home = workspace.path("home");
    let mut text = String::new();
    let absent = format!("unix://{}/absent.sock", home.display());
    let silent = FakeEngine::new().on("GET", "/_ping", Answer::silence());
    let broken = FakeEngine::new().on(
        "GET",
        "/_ping",
        Answer::error(500, "the engine is starting"),
    );
    let begun = Instant::now();
    // Port 1 is nobody's.
    for host in [
        &absent,
        "tcp://127.0.0.1:1",
        &broken.address(),
        &silent.address(),
    ] {
        let told = told(find(&environment(&home, &[("DOCKER_HOST", host)])), &home);
        text.push_str(
            &told
                .replace(&broken.address(), "unix://BROKEN")
                .replace(&silent.address(), "unix://SILENT"),
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    insta::assert_snapshot!(text);
}
