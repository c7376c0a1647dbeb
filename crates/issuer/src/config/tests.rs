use std::path::Path;

use super::*;

const SAMPLE: &str = include_str!("../../../../tests/county/issuer.toml.in");

/// The sample configuration as `run` would fill it.
pub(crate) fn sample_text() -> String {
    SAMPLE
        .replace("@ISSUER_URL@", "http://127.0.0.1:8020")
        .replace("@ISSUER_LISTEN@", "127.0.0.1:8020")
        .replace("@FEIDE_URL@", "http://127.0.0.1:8021")
        .replace("@COUNTY_URL@", "http://127.0.0.1:8022")
        .replace("@DATA@", "/tmp/lommebevis-test")
        .replace("@ENABLED_SCHOOLS@", "[\"10001\", \"10002\"]")
}

pub(crate) fn sample() -> Config {
    read(&sample_text(), &[]).unwrap()
}

/// The sample with a section more.
pub(crate) fn sample_with(section: &str) -> Config {
    read(&(sample_text() + section), &[]).unwrap()
}

/// The names of all settings that are wrong in such a section.
pub(crate) fn problems_with(section: &str) -> Vec<String> {
    problems(&(sample_text() + section), &[])
        .into_iter()
        .map(|problem| problem.setting)
        .collect()
}

/// What is wrong in these settings: each with its name, what it is and what to do.
pub(crate) fn problems_in(text: &str) -> Vec<String> {
    match read(text, &[]) {
        Ok(_) => Vec::new(),
        Err(ConfigError::Wrong(problems)) => problems.iter().map(|p| format!("{p:?}")).collect(),
        Err(error) => panic!("{error}"),
    }
}

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("issuer.toml");
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "from-a-file\n").unwrap();
    Config::load_with(
        &file,
        environment
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned())),
    )
}

fn problems(text: &str, environment: &[(&str, &str)]) -> Vec<Problem> {
    match read(text, environment) {
        Err(ConfigError::Wrong(problems)) => problems,
        other => panic!("expected wrong settings, got {other:?}"),
    }
}

#[test]
fn a_pool_of_connections_is_never_so_small_that_a_sync_waits_for_itself() {
    let with = |url: &str, connections: u32| {
        let sample = "url = \"sqlite:///tmp/lommebevis-test/issuer.db\"";
        assert!(sample_text().contains(sample));
        let own = format!("url = \"{url}\"\nconnections = {connections}");
        read(&sample_text().replace(sample, &own), &[])
    };
    let postgres = "postgres://lommebevis@localhost/lommebevis";
    assert!(with(postgres, 2).is_err());
    assert_eq!(with(postgres, 3).unwrap().database.connections, 3);
    assert_eq!(with("sqlite:///a.db", 1).unwrap().database.connections, 1);
}

#[test]
fn the_sample_is_right_and_its_defaults_are_those_of_the_design() {
    let config = sample();
    assert_eq!(config.issuer.id(), "http://127.0.0.1:8020");
    assert_eq!(
        config.issuer.at("/oauth/par"),
        "http://127.0.0.1:8020/oauth/par"
    );
    assert!(config.feide.ask_every_time);
    assert_eq!(config.lifetimes.in_person_s, 7 * DAY);
    assert_eq!(config.lifetimes.sd_jwt_s, 30 * DAY);
    assert_eq!(config.lifetimes.batch, 10);
    assert_eq!(config.lifetimes.access_token_s, 300);
    assert_eq!(config.status_list.size, 131_072);
    assert_eq!(config.status_list.ttl_s, 900);
    assert!((config.records.brake_percent - 5.0).abs() < f64::EPSILON);
    assert_eq!(config.records.sync_at, NaiveTime::from_hms_opt(3, 30, 0));
    assert_eq!(config.photos.allowed_hosts, ["127.0.0.1:8022"]);
    assert_eq!(config.photos.approval, PhotoApproval::AtOnce);
    assert_eq!(config.photos.attempts_per_day, 20);
    assert_eq!(config.contacts.county.role, ContactRole::County);
}

#[test]
fn every_setting_shown_in_a_comment_of_the_sample_is_a_setting_with_that_default() {
    let examples = [
        "login_hint",
        "metrics_listen",
        "password_help_url",
        "accessibility_statement_url",
        "contract_types",
        "allowed_hosts",
        "schools",
        "staff_acr",
        "android",
        "apple",
    ];
    let mut text = String::new();
    // The last section is an example too.
    for line in sample_text()
        .lines()
        .take_while(|line| !line.starts_with("# [contacts"))
    {
        let uncommented = line.strip_prefix("# ").filter(|rest| {
            let is_setting = rest
                .split_once(" = ")
                .is_some_and(|(name, _)| !name.contains(' '));
            let is_example = examples.iter().any(|name| rest.starts_with(name));
            is_setting && !is_example || rest.starts_with('[') && rest.ends_with(']')
        });
        text.push_str(uncommented.unwrap_or(line));
        text.push('\n');
    }
    assert!(text.contains("\n[lifetimes]\n"));
    let with_comments = read(&text, &[]).unwrap();
    assert_eq!(format!("{with_comments:?}"), format!("{:?}", sample()));
}

#[test]
fn all_wrong_settings_are_named_at_once_with_what_to_do() {
    let text = sample_text()
        .replace(
            "public_url = \"http://127.0.0.1:8020\"",
            "public_url = \"http://id.fylket.no\"",
        )
        .replace("listen = \"127.0.0.1:8020\"", "listen = \"here\"")
        .replace("demo = true", "demo = \"yes\"")
        .replace("brake_percent = 5", "brake_percent = 500")
        .replace("sync_at = \"03:30\"", "sync_at = \"half past three\"")
        .replace("client_id = \"lommebevis-issuer\"", "")
        .replace(
            "client_secret = \"stand-in-secret\"",
            "client_secret_file = \"no-such-file\"",
        )
        .replace("[contacts.county]", "[contacts.county]\ntelephone = \"1\"")
        .replace("redirect_uris =", "redirect_urls =");
    let problems = problems(&text, &[]);
    let named: Vec<_> = problems
        .iter()
        .map(|problem| problem.setting.as_str())
        .collect();
    assert_eq!(
        named,
        [
            "issuer.public_url",
            "issuer.demo",
            "server.listen",
            "feide.client_id",
            "feide.client_secret_file",
            "records.sync_at",
            "records.brake_percent",
            "contacts.county",
            "app.redirect_urls",
        ]
    );
    assert!(problems.iter().all(|problem| !problem.advice.is_empty()));
    assert!(
        problems[8].advice.contains("app.redirect_uris"),
        "{}",
        problems[8]
    );
}

#[test]
fn the_environment_goes_before_the_file() {
    let config = read(
        &sample_text(),
        &[
            ("LOMMEBEVIS_ISSUER__SERVER__LISTEN", "127.0.0.1:9000"),
            ("LOMMEBEVIS_ISSUER__FEIDE__CLIENT_SECRET", "0123456789"),
            ("LOMMEBEVIS_ISSUER__RECORDS__BRAKE_PERCENT", "12.5"),
            ("LOMMEBEVIS_ISSUER__RECORDS__RULES__GUESTS", "true"),
            ("LOMMEBEVIS_ISSUER__LIFETIMES__IN_PERSON_DAYS", "3"),
            ("UNRELATED", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.listen.port(), 9000);
    assert_eq!(config.feide.client_secret.expose(), "0123456789");
    assert!((config.records.brake_percent - 12.5).abs() < f64::EPSILON);
    assert!(config.records.rules.now().guests);
    assert_eq!(config.lifetimes.in_person_s, 3 * DAY);
}

#[test]
fn one_setting_leads_to_the_real_feide_or_to_any_other() {
    for (issuer, extended) in [
        (
            "https://auth.dataporten.no",
            "https://api.dataporten.no/userinfo/v1/userinfo",
        ),
        (
            "http://127.0.0.1:8021",
            "http://127.0.0.1:8021/userinfo/v1/userinfo",
        ),
    ] {
        let config = read(
            &sample_text(),
            &[("LOMMEBEVIS_ISSUER__FEIDE__ISSUER", issuer)],
        )
        .unwrap();
        let url = config.feide.extended_userinfo_url.unwrap();
        assert_eq!(url.as_str(), extended);
    }
}

#[test]
fn a_wrong_variable_is_named() {
    let found = problems(
        &sample_text(),
        &[
            ("LOMMEBEVIS_ISSUER__SERVER__LISTEN", "x"),
            ("LOMMEBEVIS_ISSUER__SERVER__LISTN", "y"),
        ],
    );
    let variables: Vec<_> = found
        .iter()
        .filter_map(|problem| problem.variable.as_deref())
        .collect();
    assert_eq!(
        variables,
        [
            "LOMMEBEVIS_ISSUER__SERVER__LISTEN",
            "LOMMEBEVIS_ISSUER__SERVER__LISTN"
        ]
    );
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_printed() {
    let text = sample_text().replace(
        "client_secret = \"stand-in-secret\"",
        "client_secret_file = \"secret.txt\"",
    );
    let config = read(&text, &[]).unwrap();
    assert_eq!(config.feide.client_secret.expose(), "from-a-file");
    let printed = format!("{config:?}");
    for secret in ["from-a-file", "fint-secret", "fint-password"] {
        assert!(!printed.contains(secret));
    }
    let both = sample_text().replace(
        "client_secret = \"stand-in-secret\"",
        "client_secret = \"hemmelig\"\nclient_secret_file = \"secret.txt\"",
    );
    let error = read(&both, &[]).unwrap_err().to_string();
    assert!(
        error.contains("client_secret_file") && !error.contains("hemmelig"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_absent_or_not_toml_is_said_to_be_so() {
    assert!(matches!(
        Config::load_with(Path::new("/no/such/file.toml"), []),
        Err(ConfigError::Unreadable { .. })
    ));
    assert!(matches!(
        read("[issuer\nname = ", &[]),
        Err(ConfigError::NotToml { .. })
    ));
}

#[test]
fn the_public_address_may_have_a_path_but_no_query() {
    let with = |url: &str| {
        sample_text().replace(
            "public_url = \"http://127.0.0.1:8020\"",
            &format!("public_url = \"{url}\""),
        )
    };
    assert_eq!(
        read(&with("https://fylket.no/bevis/"), &[])
            .unwrap()
            .issuer
            .id(),
        "https://fylket.no/bevis"
    );
    assert_eq!(problems(&with("https://fylket.no/?a=b"), &[]).len(), 1);
    assert_eq!(problems(&with("https://user:pw@fylket.no"), &[]).len(), 1);
}

#[test]
fn a_county_can_have_the_school_approve_photos() {
    let set = |value: &str| {
        read(
            &sample_text(),
            &[("LOMMEBEVIS_ISSUER__PHOTOS__APPROVAL", value)],
        )
    };
    let config = set("by_school").unwrap();
    assert_eq!(config.photos.approval, PhotoApproval::BySchool);
    assert!(set("by_nobody").is_err());
}

#[test]
fn the_help_with_minid_has_the_countys_settings_if_they_make_sense() {
    let shipped = include_str!("../../../minid-guide/guide.toml");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guide.toml");
    let setting = format!("[minid]\nguide = \"{}\"\n", file.display());
    let text = sample_text() + "\n" + &setting;
    let wrong = || problems(&text, &[]).remove(0);

    assert_eq!(wrong().setting, "minid.guide");
    assert!(wrong().wrong.contains("cannot be read"), "{}", wrong());
    std::fs::write(&file, shipped.replace("post_days = 14", "post_days = 70")).unwrap();
    assert!(
        wrong().wrong.contains("letter.post_days: must"),
        "{}",
        wrong()
    );
    std::fs::write(&file, shipped.replace("[support]", "[help]")).unwrap();
    assert!(wrong().wrong.contains("help"), "{}", wrong());
    std::fs::write(&file, " ".repeat(100_000)).unwrap();
    assert!(wrong().wrong.contains("larger than"), "{}", wrong());

    std::fs::write(&file, shipped.replace("800 30 300", "800 30 301")).unwrap();
    let guide = read(&text, &[]).unwrap().minid.guide.unwrap();
    assert!(guide.to_json().unwrap().contains("800 30 301"));
    assert!(sample().minid.guide.is_none());
}

#[test]
fn the_records_can_come_from_files() {
    let source = |variables: &[(&str, &str)]| read(&sample_text(), variables);
    const SOURCE: (&str, &str) = ("LOMMEBEVIS_ISSUER__RECORDS__SOURCE", "oneroster");
    const PATH: (&str, &str) = ("LOMMEBEVIS_ISSUER__RECORDS__FILES__PATH", "/srv/lister");
    const VIGO: (&str, &str) = ("LOMMEBEVIS_ISSUER__RECORDS__FILES__VIGO", "/srv/vigo.json");
    let config = source(&[SOURCE, PATH, VIGO]).unwrap();
    let RecordsSource::Files(files) = config.records.source else {
        panic!("not files")
    };
    assert_eq!(
        (files.kind, files.path.to_str()),
        (Kind::OneRoster, Some("/srv/lister"))
    );
    assert_eq!(files.vigo.unwrap().to_str(), Some("/srv/vigo.json"));
    assert!(files.allow_synthetic && files.library_codes.is_none());

    let named = |variables: &[(&str, &str)]| -> Vec<String> {
        let found = problems(&sample_text(), variables);
        found.into_iter().map(|problem| problem.setting).collect()
    };
    assert_eq!(named(&[SOURCE]), ["records.files.path"]);
    let unknown = ("LOMMEBEVIS_ISSUER__RECORDS__SOURCE", "excel");
    assert_eq!(named(&[unknown]), ["records.source"]);
}

#[test]
fn a_school_may_have_an_office_and_a_technical_contact_and_a_training_office_a_number() {
    let text = sample_text()
        + r#"
[contacts.schools."10001"]
name = "Kontoret"
phone = "70 00 01 00"
[contacts.schools."10001".technical]
name = "IKT"
email = "ikt@fjordviken.example"
[contacts.schools."10002"]
name = "Bare kontoret"
[contacts.schools."10003".technical]
name = "Bare IKT"
[contacts.training_offices."999999999"]
name = "Byggopplæringen"
"#;
    let contacts = read(&text, &[]).unwrap().contacts;
    let of_school = |number: &str| {
        let school = &contacts.schools[number];
        let named = |contact: &Option<Contact>| {
            let contact = contact.as_ref()?;
            Some((contact.role, contact.name.clone()))
        };
        [named(&school.office), named(&school.technical)]
    };
    let (school, technical) = (ContactRole::School, ContactRole::Technical);
    assert_eq!(
        of_school("10001"),
        [
            Some((school, "Kontoret".into())),
            Some((technical, "IKT".into()))
        ]
    );
    assert_eq!(of_school("10002")[1], None);
    assert_eq!(
        of_school("10003"),
        [None, Some((technical, "Bare IKT".into()))]
    );
    let office = &contacts.training_offices["999999999"];
    assert_eq!(office.role, ContactRole::TrainingOffice);
}

#[test]
fn a_contact_that_says_too_little_or_is_kept_under_a_wrong_number_is_named() {
    for (section, setting) in [
        (
            "[contacts.schools.\"10001\"]\nphone = \"70 00 01 00\"",
            "contacts.schools.10001",
        ),
        (
            "[contacts.schools.\"10001\"]\nphone = \"1\"\n[contacts.schools.\"10001\".technical]\nname = \"IKT\"",
            "contacts.schools.10001",
        ),
        ("[contacts.schools.\"10001\"]", "contacts.schools.10001"),
        (
            "[contacts.schools.\"10001\".technical]\nphone = \"1\"",
            "contacts.schools",
        ),
        (
            "[contacts.schools.\"10001\".tecnical]\nname = \"IKT\"",
            "contacts.schools",
        ),
        (
            "[contacts.training_offices.\"12345\"]\nname = \"x\"",
            "contacts.training_offices.12345",
        ),
        (
            "[contacts.training_offices.\"999999999\"]\nphone = \"x\"",
            "contacts.training_offices",
        ),
    ] {
        let problems = problems(&format!("{}\n{section}\n", sample_text()), &[]);
        let named: Vec<_> = problems
            .iter()
            .map(|problem| problem.setting.as_str())
            .collect();
        assert_eq!(named, [setting], "{section}");
        assert!(problems[0].advice.contains("`name`"), "{}", problems[0]);
    }
}

#[test]
fn postgresql_takes_its_password_from_one_place_and_no_setting_is_hidden_in_the_address() {
    let with = |database: &str, variables: &[(&str, &str)]| {
        let text = sample_text().replace(
            "url = \"sqlite:///tmp/lommebevis-test/issuer.db\"",
            database,
        );
        read(&text, variables)
    };
    let good = with(
        "url = \"postgres://issuer@db.example.no/issuer\"\npassword_file = \"secret.txt\"\nca_file = \"ca.pem\"",
        &[],
    )
    .unwrap();
    let database = good.database;
    assert_eq!(database.password.as_ref().unwrap().expose(), "from-a-file");
    assert_eq!(database.tls, DatabaseTls::VerifyFull);
    assert!(database.ca_file.unwrap().is_absolute());

    let url = [(
        "LOMMEBEVIS_ISSUER__DATABASE__URL",
        "postgres://a:hush@localhost/b",
    )];
    let good = with("connections = 3", &url).unwrap();
    assert_eq!(good.database.url, "postgres://a@localhost/b");
    assert_eq!(good.database.connections, 3);
    assert!(!format!("{good:?}").contains("hush"));

    for wrong in [
        "url = \"postgres://a:hush@h/b\"\npassword = \"hush\"",
        "url = \"postgres://a@h/b?sslmode=disable\"",
        "url = \"postgres://a@h/b?password=hush\"",
        "url = \"postgres://a:hush@h:port/b\"",
        "url = \"mysql://a:hush@h/b\"",
        "url = \"postgres://a@h/b\"\ntls = \"prefer\"",
    ] {
        let error = with(wrong, &[]).unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");
        assert!(error.contains("database."), "{error}");
    }
}

#[test]
fn a_bucket_needs_its_key_and_does_without_a_folder() {
    let bucket = "[photos.s3]\nbucket = \"b\"\nendpoint = \"https://s3.example.no\"\naccess_key_id = \"id\"\n";
    let text = sample_text().replace("folder = \"/tmp/lommebevis-test/photos\"\n", "");
    let config = read(
        &format!("{text}\n{bucket}secret_access_key_file = \"secret.txt\"\n"),
        &[],
    )
    .unwrap();
    let s3 = config.photos.s3.unwrap();
    assert_eq!(s3.secret_access_key.expose(), "from-a-file");
    assert!(s3.path_style && s3.prefix.is_none());
    assert_eq!(
        problems_with(&format!("\n{bucket}")),
        ["photos.s3.secret_access_key"]
    );
    assert_eq!(
        problems_with("\n[photos.s3]\nregion = \"no-1\"\n"),
        ["photos.s3.bucket"]
    );
}
