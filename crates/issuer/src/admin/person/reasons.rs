//! The rule's steps in words.

use std::collections::HashMap;

use school_records::{ContractKind, Judged, MissingField, Period, Question, Relation};

use crate::web::Lang;

/// A relation to a school or a contract, as the page tells it.
pub(super) struct Told {
    pub(super) title: String,
    pub(super) steps: Vec<ToldStep>,
}

pub(super) struct ToldStep {
    pub(super) text: String,
    pub(super) holds: bool,
}

/// In the page's language; `schools` has the names of schools by their numbers.
pub(super) fn tell(judged: &Judged, lang: Lang, schools: &HashMap<String, String>) -> Told {
    let title = match &judged.relation {
        Relation::School { number, main } => {
            let name = number.as_ref().map_or_else(
                || unknown_school(lang).to_owned(),
                |number| schools.get(number).unwrap_or(number).clone(),
            );
            let kind = if *main {
                lang.of("hovedskole", "hovudskule", "main school")
            } else {
                lang.of("annen skole", "annan skule", "another school")
            };
            format!("{name} ({kind})")
        }
        Relation::Contract { company } => {
            let company = company
                .as_deref()
                .unwrap_or_else(|| lang.of("ukjent bedrift", "ukjend bedrift", "unknown company"));
            let word = lang.of("Kontrakt med", "Kontrakt med", "Contract with");
            format!("{word} {company}")
        }
    };
    let steps = judged
        .steps
        .iter()
        .map(|step| ToldStep {
            text: text(&step.question, &judged.period, step.holds, lang, schools),
            holds: step.holds,
        })
        .collect();
    Told { title, steps }
}

fn unknown_school(lang: Lang) -> &'static str {
    lang.of("Ukjent skole", "Ukjend skule", "Unknown school")
}

fn text(
    question: &Question,
    period: &Period,
    holds: bool,
    lang: Lang,
    schools: &HashMap<String, String>,
) -> String {
    match question {
        Question::Day { interrupted_on } => {
            let open = lang.of("uten dato", "utan dato", "no date");
            let day = |day: Option<_>| day.map_or_else(|| open.to_owned(), |day| lang.day(day));
            let (from, to) = (day(period.start), day(period.end));
            let text = match lang {
                Lang::Nb => format!("Gjelder fra {from} til {to}"),
                Lang::Nn => format!("Gjeld frå {from} til {to}"),
                Lang::En => format!("Holds from {from} to {to}"),
            };
            match interrupted_on {
                None => text,
                Some(on) => {
                    let word = lang.of("avbrutt", "avbroten", "broken off on");
                    format!("{text}, {word} {}", lang.day(*on))
                }
            }
        }
        Question::Guest { is_guest: true } => lang
            .of("Er gjesteelev", "Er gjesteelev", "Is a guest pupil")
            .to_owned(),
        Question::Guest { is_guest: false } => lang
            .of(
                "Er ikke gjesteelev",
                "Er ikkje gjesteelev",
                "Is no guest pupil",
            )
            .to_owned(),
        Question::Category { code } => {
            let code = code.as_deref().unwrap_or("–");
            let word = lang.of("Elevkategori", "Elevkategori", "Pupil category");
            format!("{word} {code}: {}", covered(holds, lang))
        }
        Question::SchoolEnabled { number } => {
            let name = schools.get(number).unwrap_or(number);
            match (lang, holds) {
                (Lang::Nb, true) => format!("{name} bruker Lommebevis"),
                (Lang::Nb, false) => format!("{name} har ikke tatt i bruk Lommebevis"),
                (Lang::Nn, true) => format!("{name} bruker Lommebevis"),
                (Lang::Nn, false) => format!("{name} har ikkje teke i bruk Lommebevis"),
                (Lang::En, true) => format!("{name} uses Lommebevis"),
                (Lang::En, false) => format!("{name} does not use Lommebevis yet"),
            }
        }
        Question::Examination { passed_on: None } => lang
            .of(
                "Fagprøven er ikke bestått ennå",
                "Fagprøva er ikkje bestått enno",
                "The final examination is still to come",
            )
            .to_owned(),
        Question::Examination {
            passed_on: Some(on),
        } => {
            let word = lang.of(
                "Fagprøven bestått",
                "Fagprøva bestått",
                "Final examination passed on",
            );
            format!("{word} {}", lang.day(*on))
        }
        Question::ContractType { word, kind } => {
            let known = word.as_deref().unwrap_or("–");
            let meaning = match kind {
                Some(ContractKind::Larling) => lang.of("lærling", "lærling", "apprentice"),
                Some(ContractKind::Larekandidat) => {
                    lang.of("lærekandidat", "lærekandidat", "training candidate")
                }
                Some(ContractKind::NoCard) => covered(false, lang),
                None => lang.of(
                    "står ikke i fylkets liste",
                    "står ikkje i lista til fylket",
                    "not in the county’s list",
                ),
            };
            let title = lang.of("Kontrakttype", "Kontrakttype", "Contract type");
            format!("{title} «{known}»: {meaning}")
        }
        Question::Class { name: Some(name) } => {
            let word = lang.of("Klasse i dag", "Klasse i dag", "Class today");
            format!("{word}: {name}")
        }
        Question::Class { name: None } => lang
            .of(
                "Har ingen klasse i dag",
                "Har ingen klasse i dag",
                "Is in no class today",
            )
            .to_owned(),
        Question::Field(field) => {
            let word = lang.of(
                "Mangler i registeret",
                "Manglar i registeret",
                "Missing in the records",
            );
            format!("{word}: {}", field_name(*field, lang))
        }
    }
}

fn covered(holds: bool, lang: Lang) -> &'static str {
    if holds {
        lang.of("gir bevis", "gir bevis", "gives a card")
    } else {
        lang.of("gir ikke bevis", "gir ikkje bevis", "gives no card")
    }
}

pub(super) fn field_name(field: MissingField, lang: Lang) -> &'static str {
    match field {
        MissingField::Name => lang.of("navn", "namn", "name"),
        MissingField::BirthDate => lang.of("fødselsdato", "fødselsdato", "date of birth"),
        MissingField::School => lang.of("skole", "skule", "school"),
        MissingField::Class => lang.of("klasse", "klasse", "class"),
        MissingField::Company => lang.of("bedrift", "bedrift", "company"),
        MissingField::ContractPeriod => lang.of(
            "kontraktens datoer",
            "datoane i kontrakten",
            "the contract’s dates",
        ),
    }
}

/// What a sync changed of a person, as the change log has it.
pub(crate) fn change(changes: &serde_json::Value, lang: Lang) -> String {
    let is = |name: &str| changes.get(name).is_some_and(|it| it == true);
    let what = if is("added") {
        lang.of(
            "kom inn i registeret",
            "kom inn i registeret",
            "came into the records",
        )
    } else if is("withdrawn") {
        lang.of(
            "forsvant fra registeret",
            "forsvann frå registeret",
            "left the records",
        )
    } else if is("returned") {
        lang.of(
            "kom tilbake i registeret",
            "kom tilbake i registeret",
            "came back into the records",
        )
    } else {
        let fields = changes.get("fields").and_then(|it| it.as_array());
        let mut fields: Vec<&str> = fields
            .into_iter()
            .flatten()
            .filter_map(|field| field.as_str())
            .map(|field| changed(field, lang))
            .collect();
        fields.sort_unstable();
        fields.dedup();
        let word = lang.of("endret", "endra", "changed");
        return format!("{word}: {}", fields.join(", "));
    };
    what.to_owned()
}

/// A field of the record, as the change log names it.
fn changed(field: &str, lang: Lang) -> &str {
    match field {
        "given_name" | "family_name" | "middle_name" => lang.of("navn", "namn", "name"),
        "birth_date" => lang.of("fødselsdato", "fødselsdato", "date of birth"),
        "mobile" => lang.of("mobilnummer", "mobilnummer", "mobile number"),
        "photo_url" => lang.of("bilde", "bilete", "photo"),
        "student_number" => lang.of("elevnummer", "elevnummer", "pupil’s number"),
        "feide_name" => lang.of("Feide-navn", "Feide-namn", "Feide name"),
        "enrolments" => lang.of(
            "skole, klasse eller program",
            "skule, klasse eller program",
            "school, class or programme",
        ),
        "contracts" => lang.of("lærekontrakt", "lærekontrakt", "training contract"),
        "library_code" => lang.of("bibliotekkode", "bibliotekkode", "library code"),
        "guest" => lang.of("gjesteelev", "gjesteelev", "guest pupil"),
        "national_number" => lang.of("fødselsnummer", "fødselsnummer", "national number"),
        other => other,
    }
}
