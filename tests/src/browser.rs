//! A login as a person does it in a browser: follow redirects, keep cookies, fill in the form, press the button.

use reqwest::header::LOCATION;
use scraper::{Html, Selector};
use url::Url;

/// The most steps a login may take before it counts as going in circles.
const MAX_STEPS: usize = 20;

/// What can go wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The network failed.
    #[error("the browser could not load a page: {0}")]
    Http(#[from] reqwest::Error),
    /// A page without a form, and without a way on.
    #[error("a page answered {status} and has no login form: {text}")]
    NoForm {
        /// The HTTP status.
        status: u16,
        /// Its words.
        text: String,
    },
    /// A redirect to nowhere.
    #[error("a redirect has no usable address")]
    Redirect,
    /// The login goes in circles, as with a wrong password.
    #[error("the login did not end within {MAX_STEPS} steps; the last page said: {0}")]
    Circle(String),
}

/// A browser with its own cookies.
pub struct Browser {
    http: reqwest::Client,
}

impl Browser {
    /// A browser that has been nowhere yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self, BrowserError> {
        let http = crate::http::client()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http })
    }

    /// Opens `start`, logs in with `username` and `password` at whatever login form comes, and stops at
    /// the first redirect to an address that `home` begins: the app's, which is returned and not opened.
    ///
    /// # Errors
    /// When the pages lead anywhere else.
    pub async fn log_in(
        &self,
        start: &Url,
        home: &Url,
        username: &str,
        password: &str,
    ) -> Result<Url, BrowserError> {
        let mut page = start.clone();
        let mut request = self.http.get(page.clone());
        let mut text = String::new();
        for _ in 0..MAX_STEPS {
            let answer = request.send().await?;
            if answer.status().is_redirection() {
                let next = answer
                    .headers()
                    .get(LOCATION)
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| page.join(value).ok())
                    .ok_or(BrowserError::Redirect)?;
                if next.as_str().starts_with(home.as_str()) {
                    return Ok(next);
                }
                request = self.http.get(next.clone());
                page = next;
                continue;
            }
            let status = answer.status().as_u16();
            let body = answer.text().await?;
            text = words(&body);
            let (action, fields) =
                fill_in(&body, &page, username, password).ok_or(BrowserError::NoForm {
                    status,
                    text: text.clone(),
                })?;
            request = self.http.post(action.clone()).form(&fields);
            page = action;
        }
        Err(BrowserError::Circle(text))
    }
}

impl Browser {
    /// Opens `page` and sends the form on it in which hidden fields stand as in `of`, with `answers` filled in. The answer
    /// is what the form leads to: its status, and where it redirects to.
    ///
    /// # Errors
    /// When there is no such form.
    pub async fn send_form(
        &self,
        page: &Url,
        of: &[(&str, &str)],
        answers: &[(&str, &str)],
    ) -> Result<(u16, Option<String>), BrowserError> {
        let answer = self.http.get(page.clone()).send().await?;
        let status = answer.status().as_u16();
        let body = answer.text().await?;
        let Some((action, mut fields)) = form_of(&body, page, of) else {
            return Err(BrowserError::NoForm {
                status,
                text: words(&body),
            });
        };
        for (name, value) in answers {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = self.http.post(action).form(&fields).send().await?;
        let to = answer.headers().get(LOCATION);
        let to = to.and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok((answer.status().as_u16(), to))
    }
}

/// The form that is sent by POST and has these hidden fields: where it goes, and all its hidden fields.
fn form_of(html: &str, page: &Url, of: &[(&str, &str)]) -> Option<(Url, Vec<(String, String)>)> {
    let document = Html::parse_document(html);
    document.select(&selector("form")).find_map(|form| {
        let is_post = form
            .value()
            .attr("method")
            .is_some_and(|method| method.eq_ignore_ascii_case("post"));
        let hidden: Vec<(String, String)> = form
            .select(&selector("input[type=hidden][name]"))
            .filter_map(|input| {
                let value = input.value().attr("value").unwrap_or("");
                Some((input.value().attr("name")?.to_owned(), value.to_owned()))
            })
            .collect();
        let has = |(name, value): &(&str, &str)| {
            hidden
                .iter()
                .any(|field| (field.0.as_str(), field.1.as_str()) == (*name, *value))
        };
        let action = page.join(form.value().attr("action").unwrap_or("")).ok()?;
        // Logging out is a form too.
        let is_here = action.path() == page.path();
        (is_post && is_here && of.iter().all(has)).then_some((action, hidden))
    })
}

/// The page's login form: where it goes, and its fields with the person's answers in them.
fn fill_in(
    html: &str,
    page: &Url,
    username: &str,
    password: &str,
) -> Option<(Url, Vec<(String, String)>)> {
    let document = Html::parse_document(html);
    let form = document.select(&selector("form")).find(|form| {
        form.select(&selector("input[type=password]"))
            .next()
            .is_some()
    })?;
    let action = page.join(form.value().attr("action").unwrap_or("")).ok()?;
    let fields = form
        .select(&selector("input[name], select[name]"))
        .filter_map(|input| {
            let name = input.value().attr("name")?;
            let value = match input.value().attr("type") {
                Some("password") => password,
                Some("hidden") => input.value().attr("value").unwrap_or(""),
                Some("submit" | "checkbox" | "radio") => return None,
                _ => username,
            };
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    Some((action, fields))
}

fn words(html: &str) -> String {
    let document = Html::parse_document(html);
    let text: Vec<_> = document
        .select(&selector("body"))
        .flat_map(|body| body.text())
        .collect();
    text.join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[expect(
    clippy::expect_used,
    reason = "the selectors are constants of this file"
)]
fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a valid selector")
}
