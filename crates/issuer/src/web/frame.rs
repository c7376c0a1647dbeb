//! What stands around every page.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::http::Service;

use super::{
    Lang, WebProblem, assets,
    session::{Kind, Left, Session},
    words::{self, Words},
};

/// What `templates/layout.html` needs. A page's template extends it and has this in its field `frame`.
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) lang: Lang,
    pub(crate) words: &'static Words,
    /// The path of the public address, without a final `/`: before every path of ours.
    pub(crate) base: String,
    /// The county's name.
    pub(crate) county: String,
    /// Made-up people and cards.
    pub(crate) demo: bool,
    /// The page that begins it all.
    pub(crate) home: String,
    pub(crate) who: Option<Who>,
    pub(crate) nav: Vec<Entry>,
    pub(crate) said: Option<Said>,
    pub(crate) style: String,
    pub(crate) script: String,
    /// The path of this page, for the choice of language.
    path: String,
}

/// Who is logged in.
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) csrf: String,
    /// Where the form that logs out goes.
    pub(crate) log_out: String,
    pub(crate) left: Left,
    /// Tells a browser whether what it kept is this person's, and nothing of the person.
    pub(crate) mark: String,
}

/// One of the areas that this person may enter.
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    pub(crate) is_here: bool,
}

/// What came of what the person did on the page before.
pub(crate) struct Said {
    pub(crate) text: String,
    /// It did not work.
    pub(crate) is_problem: bool,
}

/// A language to choose.
pub(crate) struct Choice {
    pub(crate) lang: Lang,
    pub(crate) href: String,
    pub(crate) is_chosen: bool,
}

impl Frame {
    /// For a page without a login.
    pub(crate) fn public(
        service: &Service,
        lang: Lang,
        kind: Kind,
        path: &str,
        title: impl Into<String>,
    ) -> Self {
        let base = super::base(service);
        Self {
            title: title.into(),
            lang,
            words: words::of(lang),
            county: service.config.issuer.name.clone(),
            demo: service.config.issuer.demo,
            home: format!("{base}{}", kind.home()),
            who: None,
            nav: Vec::new(),
            said: None,
            style: assets::style(service),
            script: assets::script(service),
            path: path.to_owned(),
            base,
        }
    }

    /// For a page of who is logged in.
    pub(crate) fn of(service: &Service, session: &Session, title: impl Into<String>) -> Self {
        let mut frame = Self::public(service, session.lang, session.kind, &session.path, title);
        frame.who = Some(Who {
            name: session.name.clone(),
            csrf: session.csrf.clone(),
            log_out: format!("{}/logout", frame.home),
            left: session.left,
            mark: jose::base64url(&jose::sha256(session.feide_sub.as_bytes())[..9]),
        });
        frame
    }

    /// The token that every form must send in its field `_csrf`.
    pub(crate) fn csrf(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.csrf)
    }

    /// Says at the top what came of what the person did.
    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.said = Some(Said {
            text: text.into(),
            is_problem: false,
        });
        self
    }

    /// Says at the top what was wrong.
    pub(crate) fn complain(mut self, text: impl Into<String>) -> Self {
        self.said = Some(Said {
            text: text.into(),
            is_problem: true,
        });
        self
    }

    pub(crate) fn languages(&self) -> Vec<Choice> {
        let choice = |lang: Lang| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("back", &self.path)
                .finish();
            Choice {
                lang,
                href: format!("{}/web/lang/{}?{query}", self.base, lang.tag()),
                is_chosen: lang == self.lang,
            }
        };
        Lang::ALL.map(choice).into()
    }
}

/// A page as an answer.
pub(crate) fn page<T: Template>(template: &T) -> Result<Response, WebProblem> {
    template
        .render()
        .map(|text| Html(text).into_response())
        .map_err(|error| WebProblem::internal(&error))
}

/// After a form has been dealt with: on to the page at `path` (such as `/admin/schools`), which finds in its query
/// (`?said=`) the key of what it is to say.
pub(crate) fn go_to(service: &Service, path: &str, said: Option<&'static str>) -> Response {
    let query = said.map_or_else(String::new, |said| format!("?said={said}"));
    Redirect::to(&format!("{}{path}{query}", super::base(service))).into_response()
}
