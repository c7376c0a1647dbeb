//! Synthetic counties: small, untidy in every way that the model allows, the same for the same seed.

use chrono::{Days, NaiveDate};
use school_records::{
    ClassMembership, Contact, Fodselsnummer, LibraryCodeRecord, Period, PersonRecord,
    ProgrammeMembership, School, SchoolEnrolment, SchoolRecords, Symbology, TrainingContract,
};

/// Numbers that look random and are not (xorshift64*).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }

    fn day(&mut self, from: &str, days: u64) -> NaiveDate {
        let from: NaiveDate = from.parse().unwrap();
        from + Days::new(self.below(days))
    }
}

const GIVEN: [&str; 8] = [
    "Nora",
    "Áslak",
    "Þórdís",
    "O'Neill",
    "Anne-\"Bibbi\"",
    "Ḍiyāʾ",
    "Søren; jr.",
    "A & B <c>",
];
const FAMILY: [&str; 6] = [
    "Bjørkøy",
    "Hætta",
    "van der Berg",
    "Å",
    "Næss, f. Lie",
    "Ødegård",
];

pub(crate) fn county(seed: u64, people: u64) -> SchoolRecords {
    let chance = &mut Chance::new(seed);
    let schools: Vec<School> = (1..=4)
        .map(|n| School {
            number: format!("0{n}600"),
            name: format!("Skole {n} – Vuotnaráhti"),
            organisation_number: (n % 2 == 0).then(|| format!("99900000{n}")),
            domain: Some("fjordviken.example".into()),
            contact: Contact {
                phone: Some(format!("6805990{n}")),
                email: (n != 3).then(|| format!("s{n}@fjordviken.example")),
                website: format!("https://s{n}.fjordviken.example/").parse().ok(),
            },
        })
        .collect();
    let mut numbers = std::collections::HashSet::new();
    let people = (0..people)
        .map(|n| {
            let born = chance.day("2003-01-01", 3000);
            let is_apprentice = chance.once_in(5);
            let is_both = !is_apprentice && chance.once_in(10);
            let key = 1000 + n;
            let nin = (is_both || chance.below(3) > 0).then(|| tenor(born, &mut numbers));
            let mut person = PersonRecord {
                source_key: format!("{}:{key}", if is_apprentice { "larling" } else { "elev" }),
                feide_name: (!is_apprentice && !chance.once_in(6))
                    .then(|| format!("u{key}@fjordviken.example")),
                nin,
                given_name: chance.of(&GIVEN).into(),
                middle_name: (!is_apprentice && chance.once_in(4)).then(|| "Nils".into()),
                family_name: chance.of(&FAMILY).into(),
                birth_date: Some(born),
                mobile: (!chance.once_in(4)).then(|| format!("6805{key:04}")),
                photo_url: (!is_apprentice && chance.once_in(2)).then(|| {
                    format!("https://bilder.example/b?id={key}&stor=1")
                        .parse()
                        .unwrap()
                }),
                student_number: (!is_apprentice).then(|| format!("00{key}")),
                guest: !is_apprentice && chance.once_in(10),
                enrolments: Vec::new(),
                contracts: Vec::new(),
                library_code: None,
            };
            if !is_apprentice {
                let category = chance.once_in(2).then(|| chance.of(&["1", "2"]).to_owned());
                let first = chance.below(4) as usize;
                for at in 0..1 + usize::from(chance.once_in(5)) {
                    let number = &schools[(first + at) % schools.len()].number;
                    person
                        .enrolments
                        .push(enrolment(chance, number, at == 0, category.clone()));
                }
                if chance.once_in(2) {
                    person.library_code = Some(LibraryCodeRecord {
                        code: format!("00{key};\"x"),
                        symbology: chance.once_in(2).then_some(Symbology::Code128),
                    });
                }
            }
            if is_apprentice || is_both {
                person.contracts.push(contract(chance));
            }
            person
        })
        .collect();
    let set = SchoolRecords {
        schools,
        people,
        ..SchoolRecords::default()
    };
    // In the order in which every source gives it.
    SchoolRecords::default().join(set)
}

fn enrolment(
    chance: &mut Chance,
    school: &str,
    main: bool,
    category_code: Option<String>,
) -> SchoolEnrolment {
    let start = chance.day("2025-08-01", 500);
    let end = (!chance.once_in(4)).then(|| start + Days::new(60 + chance.below(400)));
    let mut classes = Vec::new();
    let level = (!chance.once_in(5)).then(|| format!("VG{}", 1 + chance.below(3)));
    if !chance.once_in(8) {
        // Either one class all the time, or another from a day on.
        let moved = chance
            .once_in(3)
            .then(|| start + Days::new(1 + chance.below(50)));
        classes.push(ClassMembership {
            name: chance.of(&["2STA", "3 B", "1\"x\""]).into(),
            level: level.clone(),
            period: Period {
                start: Some(start),
                end: moved.and_then(|day| day.pred_opt()).or(end),
            },
        });
        if let Some(day) = moved {
            classes.push(ClassMembership {
                name: "9NY".into(),
                level,
                period: Period {
                    start: Some(day),
                    end,
                },
            });
        }
    }
    let programmes = chance.once_in(2).then(|| ProgrammeMembership {
        code: "BATMF2----".into(),
        name: "Tømrer".into(),
        period: Period {
            start: Some(start),
            end,
        },
    });
    SchoolEnrolment {
        school_number: Some(school.to_owned()),
        main,
        period: Period {
            start: Some(start),
            end,
        },
        interrupted_on: chance
            .once_in(6)
            .then(|| start + Days::new(1 + chance.below(200))),
        category_code,
        classes,
        programmes: programmes.into_iter().collect(),
    }
}

fn contract(chance: &mut Chance) -> TrainingContract {
    let start = chance.day("2024-08-01", 700);
    let (company, number) = if chance.once_in(2) {
        ("Fjord Bygg AS", "999000101")
    } else {
        ("Å & Sønn <AS>", "999000102")
    };
    TrainingContract {
        contract_type: Some(chance.of(&["Lærling", "K", "Ukjent"]).into()),
        period: Period {
            start: Some(start),
            end: Some(start + Days::new(730)),
        },
        company: Some(company.into()),
        company_number: Some(number.into()),
        programme: Some("Kokk".into()),
        passed_exam_on: chance.once_in(4).then(|| start + Days::new(500)),
    }
}

/// A number of Tenor's kind (month + 80) for someone born on the day, not given before.
fn tenor(born: NaiveDate, taken: &mut std::collections::HashSet<String>) -> Fodselsnummer {
    use chrono::Datelike as _;
    let date = format!(
        "{:02}{:02}{:02}",
        born.day(),
        born.month() + 80,
        born.year() % 100
    );
    (500..1000)
        .flat_map(|individual| (0..100).map(move |control| (individual, control)))
        .map(|(individual, control)| format!("{date}{individual}{control:02}"))
        .filter(|text| !taken.contains(text))
        .find_map(|text| {
            Fodselsnummer::parse(&text, true)
                .ok()
                .map(|number| (text.clone(), number))
        })
        .map(|(text, number)| {
            taken.insert(text);
            number
        })
        .unwrap()
}
