//! The commands of the issuer that others build on: a nightly job by their exit codes, a county that moves by the copy.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use whole_system::stage::program;

use crate::setting::{County, postgres_database};

const BY: [&str; 2] = ["--by", "sigrid@fjordviken.example"];

/// What a command said, and how it ended.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The issuer with settings and a database of its own.
struct Issuer {
    settings: PathBuf,
    database: Option<String>,
}

impl Issuer {
    async fn of(county: &County) -> Self {
        let database = county
            .stage
            .environment()
            .find(|(name, _)| *name == "LOMMEBEVIS_ISSUER__DATABASE__URL")
            .map(|(_, url)| url.to_owned());
        Self {
            settings: county.stage.config_file(),
            database,
        }
    }

    /// The same settings for another machine, on which nothing is yet.
    async fn elsewhere(county: &County) -> Self {
        let settings = county.stage.config_file();
        let old = settings.parent().expect("a folder").display().to_string();
        let folder = county.path().join("elsewhere");
        std::fs::create_dir(&folder).expect("a folder");
        let text = std::fs::read_to_string(&settings).expect("the settings");
        let text = text.replace(&old, &folder.display().to_string());
        let settings = folder.join("issuer.toml");
        std::fs::write(&settings, text).expect("the settings");
        Self {
            settings,
            database: postgres_database().await,
        }
    }

    async fn run(&self, arguments: &[&str]) -> Said {
        let url = self.database.as_deref();
        let output = Command::new(program("lommebevis-issuer"))
            .arg("--config")
            .arg(&self.settings)
            .args(arguments)
            .envs(url.map(|url| ("LOMMEBEVIS_ISSUER__DATABASE__URL", url)))
            .stdin(Stdio::null())
            .output()
            .await
            .expect("the issuer's program");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Runs it, and says what it said if it does not end like this.
    async fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let said = self.run(arguments).await;
        assert_eq!(
            said.code,
            Some(code),
            "{arguments:?}: {} {}",
            said.out,
            said.err
        );
        said.out
    }
}

fn word(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_moves_by_its_copy_and_the_trail_tells_where_it_was_changed() {
    let county = County::start().await;
    let here = Issuer::of(&county).await;
    let verified = here.ends(0, &["audit", "verify"]).await;
    let noted = verified
        .trim()
        .rsplit(' ')
        .next()
        .expect("an entry to note");

    let file = |name: &str| county.path().join(name);
    let (passphrase, wrong) = (file("passphrase"), file("wrong"));
    std::fs::write(&passphrase, "en lang setning som ingen gjetter\n").expect("a file");
    std::fs::write(&wrong, "en annen setning som ingen gjetter\n").expect("a file");
    let (sealed, bare, open) = (file("sealed"), file("bare"), file("open"));
    let make = |out: &Path, more: &[&str]| {
        let mut all = vec!["backup", "--out", word(out)];
        all.extend(BY);
        all.extend(more);
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let with_file = ["--with-master-key", "--passphrase-file", word(&passphrase)];
    for (code, out, more) in [
        (1, &sealed, &["--with-master-key"][..]),
        (0, &sealed, &with_file),
        (1, &sealed, &with_file),
        (0, &bare, &[]),
        (0, &open, &["--with-master-key", "--unencrypted"]),
        (2, &file("never"), &["--unencrypted"]),
    ] {
        let all = make(out, more);
        here.ends(code, &all.iter().map(String::as_str).collect::<Vec<_>>())
            .await;
    }
    assert!(!bare.join("master.key").exists() && open.join("master.key").exists());
    assert!(!sealed.join("master.key").exists());

    let there = Issuer::elsewhere(&county).await;
    let restore = |from: &Path, passphrase: Option<&Path>| {
        let mut all = vec!["restore", "--from", word(from)];
        all.extend(BY);
        if let Some(file) = passphrase {
            all.extend(["--passphrase-file", word(file)]);
        }
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (code, from, passphrase) in [
        (1, &bare, None),
        (1, &sealed, Some(wrong.as_path())),
        (0, &sealed, Some(passphrase.as_path())),
        // There is something now.
        (1, &sealed, Some(passphrase.as_path())),
    ] {
        let all = restore(from, passphrase);
        let said = there
            .ends(code, &all.iter().map(String::as_str).collect::<Vec<_>>())
            .await;
        assert_eq!(code == 0, said.contains("Before `serve`"), "{said}");
    }

    // All is there, as the county still has it.
    let told = there.ends(0, &["sync", "--dry-run", "--json"]).await;
    let told: Value = serde_json::from_str(&told).expect("JSON, and nothing else");
    assert_eq!(
        (&told["counts"]["added"], &told["counts"]["withdrawn"]),
        (&0.into(), &0.into())
    );
    assert!(
        told["counts"]["unchanged"].as_u64() > Some(1_000),
        "{}",
        told["counts"]
    );

    there.ends(0, &["audit", "verify", "--noted", noted]).await;
    let (seq, hash) = noted.split_once(':').expect("NUMBER:HASH");
    let other = format!("{seq}:{}", hash.chars().rev().collect::<String>());
    there.ends(3, &["audit", "verify", "--noted", &other]).await;
    there.ends(2, &["audit", "verify", "--noted", "none"]).await;
    let export = file("trail.jsonl");
    let reason = ["--reason", "Til arkivet"];
    there
        .ends(
            0,
            &[
                &["audit", "export", "--out", word(&export)],
                &BY[..],
                &reason,
            ]
            .concat(),
        )
        .await;
    there
        .ends(0, &["audit", "verify", "--file", word(&export)])
        .await;
    let text = std::fs::read_to_string(&export).expect("the export");
    let changed = text.replacen("Til arkivet", "Til ingen", 1);
    assert_ne!(changed, text);
    std::fs::write(&export, changed).expect("a file");
    there
        .ends(3, &["audit", "verify", "--file", word(&export)])
        .await;
    there
        .ends(1, &["audit", "verify", "--file", word(&file("none"))])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_nightly_job_must_tell_apart_has_exit_codes() {
    let county = County::start().await;
    let issuer = Issuer::of(&county).await;
    let lists = county.path().join("lists");
    std::fs::create_dir(&lists).expect("a folder");
    let school = "skolenummer;navn\n16001;Fjordviken\n#antall;1\n";
    std::fs::write(lists.join("skoler.csv"), school).expect("a file");
    let pupil = "nokkel;fornavn;etternavn;fodselsdato;skolenummer;fra;til;klasse\n\
                 1;Ny;Elev;14.03.2009;16001;17.08.2020;31.07.2099;1STA\n#antall;1\n";
    std::fs::write(lists.join("elever.csv"), pupil).expect("a file");
    let import = ["import", "--from", "csv", word(&lists)];
    let reason = ["--reason", "Første innlesing"];

    // Everyone else would be withdrawn.
    let told = issuer
        .ends(4, &[&import[..], &["--dry-run", "--json"]].concat())
        .await;
    let told: Value = serde_json::from_str(&told).expect("JSON, and nothing else");
    assert_eq!(
        (&told["would_brake"], &told["applied"]),
        (&true.into(), &false.into())
    );
    assert_eq!(told["counts"]["added"], 1);
    assert!(
        told["counts"]["withdrawn"].as_u64() > Some(1_000),
        "{}",
        told["counts"]
    );
    issuer.ends(1, &import).await;
    issuer.ends(4, &[&import[..], &BY, &reason].concat()).await;
    // Cut off.
    let half = pupil.replace("#antall;1", "#antall;2");
    std::fs::write(lists.join("elever.csv"), half).expect("a file");
    issuer
        .ends(3, &[&import[..], &["--dry-run"]].concat())
        .await;
    issuer.ends(3, &[&import[..], &BY, &reason].concat()).await;
    issuer
        .ends(2, &["import", "--from", "paper", word(&lists)])
        .await;
    issuer
        .ends(2, &[&import[..], &["--dry-run", "--accept-brake"]].concat())
        .await;
    // Nobody has gone.
    let told = issuer.ends(0, &["sync", "--dry-run", "--json"]).await;
    let told: Value = serde_json::from_str(&told).expect("JSON, and nothing else");
    assert_eq!(told["counts"]["returned"], 0);

    let told = issuer.ends(0, &["retention", "--dry-run"]).await;
    assert!(told.starts_with("Would be deleted:"), "{told}");
    issuer.ends(0, &["retention", BY[0], BY[1]]).await;
    issuer.ends(2, &["retention", "--accept-brake"]).await;
}
