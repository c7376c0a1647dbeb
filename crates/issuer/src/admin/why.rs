//! Why somebody looks people up. It is asked once in each session, at the search or before the first page that shows
//! somebody, can be changed there, and stands in the trail with every look.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    audit::Entry,
    http::Service,
    web::{Frame, Lang, Posted, WebProblem, login::is_under, page},
};

use super::{Staff, reason::reason};

/// The ready ones, as forms name them, with what they are called. The trail has the first language.
const READY: [(&str, [&str; 3]); 5] = [
    (
        "asked",
        [
            "Eleven eller lærlingen spør",
            "Eleven eller lærlingen spør",
            "The pupil or apprentice asks",
        ],
    ),
    (
        "fault",
        [
            "Noe er meldt feil",
            "Noko er meldt feil",
            "An error was reported",
        ],
    ),
    EXAM,
    ("photo", ["Bilder", "Bilete", "Photos"]),
    ("check", ["Kontroll", "Kontroll", "A check"]),
];
/// What an exam's list is fetched for, whatever else is looked up.
const EXAM: (&str, [&str; 3]) = ("exam", ["Eksamen", "Eksamen", "Exam"]);
/// In own words.
const OTHER: &str = "other";

pub(super) struct Words {
    title: &'static str,
    lead: &'static str,
    label: &'static str,
    hint: &'static str,
    choose: &'static str,
    other: &'static str,
    other_label: &'static str,
    go_on: &'static str,
    pub(super) wanted: &'static str,
}

const NB: Words = Words {
    title: "Hvorfor slår du opp?",
    lead: "Du er på vei til en side om elever eller lærlinger. Si først hvorfor, så kommer du videre.",
    label: "Hvorfor slår du opp?",
    hint: "Står i loggen ved alt du ser på til du logger ut eller velger noe annet.",
    choose: "Velg",
    other: "Noe annet",
    other_label: "Skriv kort hva",
    go_on: "Gå videre",
    wanted: "Velg hvorfor du slår opp. Velger du «Noe annet», må du skrive hva.",
};

const NN: Words = Words {
    title: "Kvifor slår du opp?",
    lead: "Du er på veg til ei side om elevar eller lærlingar. Sei først kvifor, så kjem du vidare.",
    label: "Kvifor slår du opp?",
    hint: "Står i loggen ved alt du ser på til du loggar ut eller vel noko anna.",
    choose: "Vel",
    other: "Noko anna",
    other_label: "Skriv kort kva",
    go_on: "Gå vidare",
    wanted: "Vel kvifor du slår opp. Vel du «Noko anna», må du skrive kva.",
};

const EN: Words = Words {
    title: "Why do you look people up?",
    lead: "You are on your way to a page about pupils or apprentices. Say why first, and you get there.",
    label: "Why do you look people up?",
    hint: "It stands in the log with all that you look at, until you log out or choose something else.",
    choose: "Choose",
    other: "Something else",
    other_label: "Write in short what",
    go_on: "Go on",
    wanted: "Choose why you look people up. If you choose “Something else”, write what.",
};

pub(super) fn words(lang: Lang) -> &'static Words {
    lang.of(&NB, &NN, &EN)
}

/// The fields for it, in a form of another page.
#[derive(Template)]
#[template(path = "admin/why_fields.html")]
pub(super) struct Asked {
    words: &'static Words,
    choices: Vec<Choice>,
    is_other: bool,
    own: String,
    /// Nothing has been said yet.
    pub(super) is_open: bool,
}

struct Choice {
    id: &'static str,
    name: &'static str,
    is_chosen: bool,
}

impl Asked {
    /// As it was said last.
    pub(super) fn of(staff: &Staff) -> Self {
        let lang = staff.session.lang;
        let said = staff.session.why.as_deref();
        let choices: Vec<_> = READY
            .map(|(id, [nb, nn, en])| Choice {
                id,
                name: lang.of(nb, nn, en),
                is_chosen: said == Some(nb),
            })
            .into();
        let is_other = said.is_some() && !choices.iter().any(|choice| choice.is_chosen);
        Self {
            words: words(lang),
            choices,
            is_other,
            own: said.filter(|_| is_other).unwrap_or_default().to_owned(),
            is_open: said.is_none(),
        }
    }
}

/// What those fields say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    why: String,
    /// In own words.
    #[serde(default)]
    own: String,
}

impl Said {
    /// None when there is nothing in it.
    fn text(&self) -> Option<String> {
        if self.why == OTHER {
            return reason(&self.own);
        }
        let ready = READY.iter().find(|(id, _)| *id == self.why);
        ready.map(|(_, [nb, ..])| (*nb).to_owned())
    }

    /// Keeps it with the session. Where nothing new is said, what was said before stands.
    ///
    /// Whether it is known now why this person looks people up.
    pub(super) async fn keep(
        &self,
        service: &Service,
        staff: &mut Staff,
    ) -> Result<bool, WebProblem> {
        match self.text() {
            Some(why) if staff.session.why.as_ref() != Some(&why) => {
                staff.session.keep_why(&service.db, why).await?;
                Ok(true)
            }
            Some(_) => Ok(true),
            None => Ok(self.why.is_empty() && staff.session.why.is_some()),
        }
    }
}

impl Staff {
    /// An entry for the trail about a look at people, with why. Who has not said why is asked first.
    pub(super) fn look(
        &self,
        service: &Service,
        action: &'static str,
    ) -> Result<Entry, WebProblem> {
        let entry = Entry::new(&self.actor(), action, service.unix_now());
        match &self.session.why {
            Some(why) => Ok(entry.reason(why)),
            None => Err(WebProblem::SayWhy {
                back: self.session.path.clone(),
            }),
        }
    }

    /// The same about a list; an empty one is about nobody, and nobody is asked.
    pub(super) fn look_at(
        &self,
        service: &Service,
        action: &'static str,
        people: impl IntoIterator<Item = Uuid>,
    ) -> Result<Entry, WebProblem> {
        let people: Vec<Uuid> = people.into_iter().collect();
        let entry = if people.is_empty() {
            Entry::new(&self.actor(), action, service.unix_now())
        } else {
            self.look(service, action)?
        };
        Ok(entry.people(people))
    }

    /// Why an exam's list is fetched: that says itself.
    pub(super) fn why_exam(&self) -> &str {
        self.session.why.as_deref().unwrap_or(EXAM.1[0])
    }
}

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/why", get(ask).post(answer))
}

#[derive(Template)]
#[template(path = "admin/why.html")]
struct Page {
    frame: Frame,
    words: &'static Words,
    why: Asked,
    back: String,
}

#[derive(Deserialize)]
struct Way {
    #[serde(default)]
    back: String,
}

async fn ask(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(Way { back }): Query<Way>,
) -> Result<Response, WebProblem> {
    show(&service, &staff, &back, |frame| frame)
}

fn show(
    service: &Service,
    staff: &Staff,
    back: &str,
    with: impl FnOnce(Frame) -> Frame,
) -> Result<Response, WebProblem> {
    let words = words(staff.session.lang);
    page(&Page {
        frame: with(staff.frame(service, "/admin", words.title)),
        words,
        back: ours(service, back),
        why: Asked::of(staff),
    })
}

/// A path of the staff's pages.
fn ours(service: &Service, back: &str) -> String {
    let home = format!("{}/admin", crate::web::base(service));
    if is_under(&home, back) {
        back.to_owned()
    } else {
        home
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    back: String,
    #[serde(flatten)]
    said: Said,
}

async fn answer(
    State(service): State<Arc<Service>>,
    mut staff: Staff,
    Posted(Answer { back, said }): Posted<Answer>,
) -> Result<Response, WebProblem> {
    if said.keep(&service, &mut staff).await? {
        return Ok(Redirect::to(&ours(&service, &back)).into_response());
    }
    let wanted = words(staff.session.lang).wanted;
    let page = show(&service, &staff, &back, |frame| frame.complain(wanted))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
