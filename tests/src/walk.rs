//! The whole path, step by step, with the real wallet engine: `./run --headless`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use county_api::{County, Enrolment, Profile};
use tokio::process::Command;
use url::Url;
use wallet::{Platform, Wallet};

use crate::browser::Browser;
use crate::stage::{Stage, join, program, repository};

/// A step that did not hold, with what was seen instead.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {seen}")]
pub struct StepFailed {
    step: &'static str,
    seen: String,
}

/// Who walks.
pub struct Walker {
    /// Login name at the Feide stand-in.
    pub username: String,
    /// Password at the Feide stand-in.
    pub password: String,
    /// What the wallet engine runs on.
    pub platform: Platform,
    /// Told of each step that held.
    pub tell: fn(&str),
}

/// Walks from the login to the verdict; at the end the stage's programs are stopped.
///
/// # Errors
/// At the first step that does not hold.
pub async fn walk(stage: &mut Stage, walker: Walker) -> Result<(), StepFailed> {
    let Walker {
        username,
        password,
        platform,
        tell,
    } = walker;
    let folder = platform.directory.clone();
    let county = read_county(stage)?;

    let wallet = Wallet::open(platform.clone(), county.clone())
        .map_err(failed("open the wallet's store"))?;
    log_in(&wallet, &username, &password, tell).await?;
    enrol(&wallet, tell).await?;

    wallet
        .fetch_credentials()
        .await
        .map_err(failed("credentials issued"))?;
    tell(
        "Credentials issued: SD-JWT VC batch, a token for each purpose and the photo's, every signature checked",
    );
    let name = holder_name(&wallet)?;
    let lists = cache_lists(stage, &folder).await?;
    tell("Checker's lists fetched: the signed trust list and the signed status lists");
    drop(wallet);

    let stored = store_is_sealed(&folder, &name)?;
    tell(&format!(
        "Stored encrypted: {stored} bytes, and the holder's name is nowhere among them"
    ));

    stage.cut_network().await;
    if stage.anything_answers().await {
        return Err(step("network cut", "something still takes connections"));
    }
    tell("Network cut: issuer, Feide and county have been stopped and take no connections");

    let wallet =
        Wallet::open(platform, county).map_err(failed("card read back without a network"))?;
    let again = holder_name(&wallet)?;
    if again != name {
        return Err(step("card read back without a network", "another name"));
    }
    tell(&format!("Card read back: {again}"));

    for profile in Profile::ALL {
        let verdict = prove(&wallet, profile, &folder, &lists, tell).await?;
        disclosed_alone(&verdict, profile, &name)?;
    }
    let photo = wallet
        .photo_code(&first_card(&wallet))
        .map_err(failed("photo code made"))?
        .ok_or_else(|| step("photo code made", "the issuer made no small portrait"))?;
    let picture = folder.join("code-photo.png");
    let png = wallet::qr_png(&photo.text, 8).map_err(failed("photo code drawn"))?;
    std::fs::write(&picture, png).map_err(failed("photo code drawn"))?;
    if read_with_zbar(&picture).await? != photo.text {
        return Err(step(
            "photo code read by ZBar",
            "another text than was drawn",
        ));
    }
    tell(&format!(
        "Photo code drawn and read by ZBar: {} characters",
        photo.text.len()
    ));
    Ok(())
}

/// Makes a code for a purpose, draws it, has ZBar read the picture, and `lommebevis-verify` judge it.
async fn prove(
    wallet: &Wallet,
    profile: Profile,
    folder: &Path,
    lists: &CheckerFiles,
    tell: fn(&str),
) -> Result<String, StepFailed> {
    let code = wallet
        .code(&first_card(wallet), profile)
        .map_err(failed("code made"))?;
    let picture = folder.join(match profile {
        Profile::Exam => "code.png",
        Profile::Travel => "code-travel.png",
        Profile::Discount => "code-discount.png",
        Profile::Age => "code-age.png",
    });
    let png = code.png(8).map_err(failed("code drawn"))?;
    std::fs::write(&picture, png).map_err(failed("code drawn"))?;
    tell(&format!(
        "Code for {profile:?} drawn: {} characters, {}",
        code.text.len(),
        picture.display()
    ));
    let read = read_with_zbar(&picture).await?;
    if read != code.text {
        return Err(step("code read by ZBar", "another text than was drawn"));
    }
    tell("Code read from the picture by ZBar, character for character");
    let verdict = verify(&picture, lists).await?;
    tell("Code verified offline by lommebevis-verify, from the same picture:");
    tell(&verdict);
    Ok(verdict)
}

/// Exam and travel name the holder, discount says the first name alone, and age nothing.
fn disclosed_alone(verdict: &str, profile: Profile, name: &str) -> Result<(), StepFailed> {
    let full = matches!(profile, Profile::Exam | Profile::Travel);
    let family_name = name.rsplit(' ').next().unwrap_or(name);
    if full && !verdict.contains(name) {
        let seen = "the verdict does not name the holder";
        return Err(step("verified offline", seen));
    }
    if !full && verdict.contains(family_name) {
        let seen = format!("a code for {profile:?} tells the family name");
        return Err(step("verified offline", seen));
    }
    Ok(())
}

/// Logs `username` in through the browser, to tokens in the wallet.
///
/// # Errors
/// When a step does not hold.
pub async fn log_in(
    wallet: &Wallet,
    username: &str,
    password: &str,
    tell: fn(&str),
) -> Result<(), StepFailed> {
    let home = redirect_uri();
    let authorize = wallet
        .begin_login(&home)
        .await
        .map_err(failed("pushed authorization request"))?;
    let pushed = authorize
        .query_pairs()
        .any(|(name, _)| name == "request_uri");
    if !pushed {
        return Err(step("pushed authorization request", "no request_uri"));
    }
    tell("Pushed authorization request accepted (PAR, PKCE, DPoP)");
    let callback = Browser::new()
        .map_err(failed("browser"))?
        .log_in(&authorize, &home, username, password)
        .await
        .map_err(failed("Feide login"))?;
    tell(&format!(
        "Feide login of {username} through its form, and back to the app"
    ));
    wallet
        .finish_login(&callback)
        .await
        .map_err(failed("tokens"))?;
    tell("Tokens fetched, bound to the device's key");
    Ok(())
}

/// Confirms the photo, unless that was done before.
///
/// # Errors
/// When there is anything else in the way of the card.
pub async fn enrol(wallet: &Wallet, tell: fn(&str)) -> Result<(), StepFailed> {
    let status = wallet.enrolment().await.map_err(failed("enrolment"))?;
    match status.state {
        Enrolment::Ready { .. } => tell("Photo: confirmed and locked in an earlier run"),
        Enrolment::PhotoToConfirm { photo, .. } => {
            let bytes = wallet
                .proposed_photo()
                .await
                .map_err(failed("photo shown"))?;
            image::load_from_memory(&bytes).map_err(failed("photo shown"))?;
            wallet
                .confirm_photo(&photo.sha256)
                .await
                .map_err(failed("photo confirmed"))?;
            tell(&format!(
                "Photo from the school records shown ({} bytes), confirmed, and locked",
                bytes.len()
            ));
        }
        other => return Err(step("photo confirmed", format!("{other:?}"))),
    }
    Ok(())
}

/// The loopback address that the walk logs in with; nobody needs to listen there, as the browser stops before it.
#[must_use]
pub fn redirect_uri() -> Url {
    #[expect(clippy::expect_used, reason = "a constant")]
    Url::parse("http://127.0.0.1:47655/callback").expect("a valid address")
}

/// What the app is told about the stage's county.
///
/// # Errors
/// When the file is not there or not whole.
pub fn read_county(stage: &Stage) -> Result<County, StepFailed> {
    let text = std::fs::read(stage.county_file()).map_err(failed("county file"))?;
    serde_json::from_slice(&text).map_err(failed("county file"))
}

/// The files a checker needs to work offline.
pub struct CheckerFiles {
    /// The trust list.
    pub trust_list: PathBuf,
    /// The key that it must be signed with.
    pub trust_key: PathBuf,
    /// Status lists.
    pub statuses: Vec<PathBuf>,
}

/// Fetches what a checker caches while it has a network.
///
/// # Errors
/// When the issuer does not give it.
pub async fn cache_lists(stage: &Stage, folder: &Path) -> Result<CheckerFiles, StepFailed> {
    const STEP: &str = "checker's lists fetched";
    std::fs::create_dir_all(folder).map_err(failed(STEP))?;
    let county = read_county(stage)?;
    let http = crate::http::client().build().map_err(failed(STEP))?;
    let fetch = async |url: Url| -> Result<Vec<u8>, reqwest::Error> {
        let answer = http
            .get(url)
            .header(
                "Accept",
                "application/statuslist+jwt, application/json, */*;q=0.5",
            )
            .send()
            .await?;
        Ok(answer.error_for_status()?.bytes().await?.to_vec())
    };
    let trust_list = folder.join("trust-list.jwt");
    let bytes = fetch(join(&stage.issuer_url(), "trust-list"))
        .await
        .map_err(failed(STEP))?;
    std::fs::write(&trust_list, bytes).map_err(failed(STEP))?;
    let trust_key = folder.join("trust-list-key.json");
    let key = serde_json::to_vec(&county.trust_list_key).map_err(failed(STEP))?;
    std::fs::write(&trust_key, key).map_err(failed(STEP))?;
    let aggregation = fetch(join(&stage.issuer_url(), "status-lists"))
        .await
        .map_err(failed(STEP))?;
    let aggregation: Aggregation = serde_json::from_slice(&aggregation).map_err(failed(STEP))?;
    let mut statuses = Vec::new();
    for (number, url) in aggregation.status_lists.into_iter().enumerate() {
        let path = folder.join(format!("status-{number}.jwt"));
        let bytes = fetch(url).await.map_err(failed(STEP))?;
        std::fs::write(&path, bytes).map_err(failed(STEP))?;
        statuses.push(path);
    }
    Ok(CheckerFiles {
        trust_list,
        trust_key,
        statuses,
    })
}

#[derive(serde::Deserialize)]
struct Aggregation {
    status_lists: Vec<Url>,
}

/// The name of a wallet's first card, or one that no card has.
#[must_use]
pub fn first_card(wallet: &Wallet) -> String {
    let cards = wallet.overview().cards;
    cards
        .first()
        .map(|card| card.id.clone())
        .unwrap_or_default()
}

fn holder_name(wallet: &Wallet) -> Result<String, StepFailed> {
    let overview = wallet.overview();
    let card = overview
        .cards
        .first()
        .ok_or_else(|| step("card", "there is none"))?;
    Ok(format!(
        "{} {}",
        card.claims.given_name, card.claims.family_name
    ))
}

fn store_is_sealed(folder: &Path, name: &str) -> Result<usize, StepFailed> {
    let bytes = std::fs::read(folder.join("wallet.sealed")).map_err(failed("stored encrypted"))?;
    let holds = |word: &str| {
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    // Long enough not to turn up in a megabyte of chance.
    let readable = ["-----BEGIN", "eyJhbGci", "credential"];
    let mut names = name.split(' ').filter(|word| word.len() >= 6);
    if names.any(holds) || readable.into_iter().any(holds) {
        return Err(step("stored encrypted", "the store holds readable text"));
    }
    Ok(bytes.len())
}

/// The text of the code on a picture, as a program that is not ours reads it.
///
/// # Errors
/// When it sees none.
pub async fn read_with_zbar(picture: &Path) -> Result<String, StepFailed> {
    const STEP: &str = "code read by ZBar";
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "--oneshot"])
        .arg(picture)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(failed(STEP))?;
    if !output.status.success() {
        return Err(step(STEP, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

async fn verify(picture: &Path, lists: &CheckerFiles) -> Result<String, StepFailed> {
    const STEP: &str = "verified offline";
    let mut command = Command::new(program("lommebevis-verify"));
    command
        .arg("--trust-list")
        .arg(&lists.trust_list)
        .arg("--trust-key")
        .arg(&lists.trust_key)
        .arg("--allow-demo");
    for status in &lists.statuses {
        command.arg("--status").arg(status);
    }
    let output = command
        .arg("--image")
        .arg(picture)
        .current_dir(repository())
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(failed(STEP))?;
    let verdict = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(step(STEP, format!("{}\n{verdict}\n{said}", output.status)));
    }
    Ok(verdict)
}

fn step(step: &'static str, seen: impl ToString) -> StepFailed {
    StepFailed {
        step,
        seen: seen.to_string(),
    }
}

fn failed<E: std::error::Error>(step: &'static str) -> impl FnOnce(E) -> StepFailed {
    move |error| {
        // The chain of causes says what the top alone does not.
        let mut seen = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            seen = format!("{seen}: {inner}");
            cause = inner.source();
        }
        StepFailed { step, seen }
    }
}
