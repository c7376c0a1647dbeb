//! The language of a page, and how dates are said in it.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Europe::Oslo;

use super::cookies;

/// The cookie that holds the person's choice.
pub(super) const COOKIE: &str = "lang";

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    Nb,
    Nn,
    En,
}

impl Lang {
    pub(crate) const ALL: [Self; 3] = [Self::Nb, Self::Nn, Self::En];

    /// What was chosen before, else the first of the browser's list that we have, else Bokmål.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        if let Some(chosen) = cookies::get(headers, COOKIE).and_then(Self::from_tag) {
            return chosen;
        }
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .split(',')
            .find_map(|entry| {
                let tag = entry.split(';').next().unwrap_or_default().trim();
                match tag.split('-').next().unwrap_or_default() {
                    "no" => Some(Self::Nb),
                    tag => Self::from_tag(tag),
                }
            })
            .unwrap_or(Self::Nb)
    }

    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// For `lang` in HTML.
    pub(crate) fn tag(self) -> &'static str {
        self.of("nb", "nn", "en")
    }

    /// What the language calls itself.
    pub(crate) fn own_name(self) -> &'static str {
        self.of("Bokmål", "Nynorsk", "English")
    }

    /// The one of three that fits.
    pub(crate) fn of<T: ?Sized>(
        self,
        nb: &'static T,
        nn: &'static T,
        en: &'static T,
    ) -> &'static T {
        match self {
            Self::Nb => nb,
            Self::Nn => nn,
            Self::En => en,
        }
    }

    /// `22. november 2026`, `22 November 2026`.
    pub(crate) fn day(self, day: NaiveDate) -> String {
        const NORWEGIAN: [&str; 12] = [
            "januar",
            "februar",
            "mars",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "desember",
        ];
        match self {
            Self::En => day.format("%-d %B %Y").to_string(),
            Self::Nb | Self::Nn => {
                let month = NORWEGIAN[day.month0() as usize % 12];
                format!("{}. {month} {}", day.day(), day.year())
            }
        }
    }

    /// A moment (unix seconds) on Norwegian clocks: `22. november 2026 kl. 14.05`.
    pub(crate) fn moment(self, unix: i64) -> String {
        let at = DateTime::from_timestamp(unix, 0)
            .unwrap_or_default()
            .with_timezone(&Oslo);
        let (day, hour, minute) = (self.day(at.date_naive()), at.hour(), at.minute());
        match self {
            Self::En => format!("{day}, {hour:02}:{minute:02}"),
            Self::Nb | Self::Nn => format!("{day} kl. {hour:02}.{minute:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_goes_before_the_browsers_list_and_bokmal_is_for_all_others() {
        for (cookie, accept, lang) in [
            ("", "nn-NO,nb;q=0.9,en;q=0.8", Lang::Nn),
            ("", "no", Lang::Nb),
            ("", "de-DE, en-GB;q=0.7", Lang::En),
            ("", "se", Lang::Nb),
            ("a=b; lang=en", "nn", Lang::En),
            ("lang=xx", "nn", Lang::Nn),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(Lang::of_request(&headers), lang, "{cookie} {accept}");
        }
    }

    #[test]
    fn moments_are_said_on_norwegian_clocks() {
        assert_eq!(
            Lang::Nb.moment(1_789_552_800),
            "16. september 2026 kl. 12.00"
        );
        assert_eq!(Lang::En.moment(1_789_552_800), "16 September 2026, 12:00");
    }
}
