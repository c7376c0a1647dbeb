use std::{fs, path::Path};

use sea_orm::{EntityTrait, PaginatorTrait};

use super::*;
use crate::{app::testing, cli::exit_code, db::entity::person, records::sync::SyncError};

/// A copy of the template of the county's own lists, with some lines changed.
struct Lists(tempfile::TempDir);

impl Lists {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../school-records/template");
        for file in fs::read_dir(template).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        Self(folder)
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replace(from, to)).unwrap();
    }

    fn source(&self) -> Files {
        let mut source = FileSource::new(Kind::Csv, self.0.path().to_owned());
        source.allow_synthetic = true;
        Files(source)
    }

    async fn run(&self, app: &App, dry_run: bool) -> Result<Report, SyncError> {
        let options = Options {
            dry_run,
            ..Options::default()
        };
        sync::run(app, &self.source(), &options).await
    }
}

async fn people(app: &App) -> u64 {
    person::Entity::find().count(&app.db).await.unwrap()
}

#[tokio::test]
async fn a_dry_run_of_an_import_tells_what_would_change_and_changes_nothing() {
    let (app, lists) = (testing::app().await, Lists::new());
    let first = lists.run(&app, true).await.unwrap();
    insta::assert_snapshot!(in_words(&first, PRINTED).join("\n"));
    assert_eq!(people(&app).await, 0);

    let applied = lists.run(&app, false).await.unwrap();
    assert!(applied.run.is_some() && applied.diff.is_none());
    assert_eq!(people(&app).await, 5);

    lists.change("elever.csv", "2STA", "2STB");
    lists.change("elever.csv", "14.03.2009;68050000", "14.03.2009;68050099");
    lists.change(
        "larlinger.csv",
        "2002;lise@fjordviken.example;;Lise;;Moe",
        "2003;liv@fjordviken.example;05840399896;Liv;;Hemmelig",
    );
    let second = lists.run(&app, true).await.unwrap();
    assert!(second.would_brake);
    insta::assert_snapshot!(in_words(&second, PRINTED).join("\n"));
    insta::assert_json_snapshot!(as_json(&second));
    let told = as_json(&second).to_string();
    for hidden in ["68050099", "05840399896", "Hemmelig"] {
        assert!(!told.contains(hidden), "{hidden}");
    }
    let nothing_changed = lists.run(&app, false).await;
    assert!(matches!(nothing_changed, Err(SyncError::Braked { .. })));
}

#[tokio::test]
async fn the_exit_code_tells_a_refused_set_from_a_brake() {
    let (app, lists) = (testing::app().await, Lists::new());
    lists.run(&app, false).await.unwrap();
    lists.change("elever.csv", "#antall;5", "#antall;6");
    let refused = lists.run(&app, false).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("elever.csv announces 6 rows and has 5"),
        "{refused}"
    );
    let code = |error: &(dyn std::error::Error + 'static)| format!("{:?}", exit_code(error));
    let of = |code: u8| format!("{:?}", std::process::ExitCode::from(code));
    assert_eq!(code(&refused), of(3));
    assert_eq!(code(&WouldBrake), of(4));
    assert_eq!(code(&std::fmt::Error), of(1));
    assert_eq!(people(&app).await, 5);
}

#[tokio::test]
async fn a_long_list_is_cut_and_says_so() {
    let (app, lists) = (testing::app().await, Lists::new());
    let report = lists.run(&app, true).await.unwrap();
    let lines = in_words(&report, 2);
    assert!(
        lines.contains(&"  … and 3 more (--all, or --json)".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn the_kinds_are_told_apart_on_the_command_line() {
    assert_eq!(kind("oneroster"), Ok(Kind::OneRoster));
    assert!(kind("excel").unwrap_err().contains("fint-dump, pifu"));
}
