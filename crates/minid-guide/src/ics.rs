//! A writer of calendar files, as much of RFC 5545 as this help needs: all-day events with an alarm.
//!
//! Written here because a library of calendars brings random numbers and time zones into the browser, and this is short.

use chrono::{Days, NaiveDate, NaiveTime, Timelike as _};

/// RFC 5545 §3.1: a line is no longer than this many octets, without its end.
const LINE: usize = 75;

/// One calendar, being written.
pub(crate) struct Calendar {
    text: String,
    /// When it was made: RFC 5545 §3.8.7.2 wants it in UTC.
    stamp: NaiveDate,
    alarm: NaiveTime,
}

/// An event of one or several whole days.
pub(crate) struct Event<'a> {
    /// The same in every calendar with this event, so that a program that has it already replaces it.
    pub(crate) uid: String,
    pub(crate) from: NaiveDate,
    /// The last day.
    pub(crate) until: NaiveDate,
    pub(crate) summary: &'a str,
    pub(crate) description: &'a str,
    pub(crate) url: &'a str,
}

impl Calendar {
    pub(crate) fn new(name: &str, stamp: NaiveDate, alarm: NaiveTime) -> Self {
        let mut calendar = Self {
            text: String::new(),
            stamp,
            alarm,
        };
        calendar.line("BEGIN:VCALENDAR");
        calendar.line("VERSION:2.0");
        calendar.line("PRODID:-//Lommebevis//MinID-hjelpen//NO");
        calendar.line("CALSCALE:GREGORIAN");
        calendar.line("METHOD:PUBLISH");
        // RFC 7986 §5.1, and the older name that most programs know.
        calendar.text_line("NAME", name);
        calendar.text_line("X-WR-CALNAME", name);
        calendar
    }

    /// Nothing is written for an event after whose last day there is no other.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        let Some(end) = event.until.checked_add_days(Days::new(1)) else {
            return;
        };
        self.line("BEGIN:VEVENT");
        self.text_line("UID", &event.uid);
        self.line(&format!("DTSTAMP:{}T000000Z", date(self.stamp)));
        self.line(&format!("DTSTART;VALUE=DATE:{}", date(event.from)));
        // §3.6.1: the end is the day after the last.
        self.line(&format!("DTEND;VALUE=DATE:{}", date(end)));
        self.text_line("SUMMARY", event.summary);
        self.text_line("DESCRIPTION", event.description);
        self.line(&format!("URL:{}", event.url));
        // A day with such an event is as free as before.
        self.line("TRANSP:TRANSPARENT");
        self.line("BEGIN:VALARM");
        self.line("ACTION:DISPLAY");
        self.text_line("DESCRIPTION", event.summary);
        // §3.8.6.3: from the first moment of the first day, by the clock of whoever has the calendar.
        let (hour, minute) = (self.alarm.hour(), self.alarm.minute());
        self.line(&format!("TRIGGER:PT{hour}H{minute}M"));
        self.line("END:VALARM");
        self.line("END:VEVENT");
    }

    pub(crate) fn finish(mut self) -> String {
        self.line("END:VCALENDAR");
        self.text
    }

    fn text_line(&mut self, name: &str, text: &str) {
        self.line(&format!("{name}:{}", escaped(text)));
    }

    /// One content line, folded (§3.1): no longer than 75 octets, and no letter torn apart.
    fn line(&mut self, line: &str) {
        let mut length = 0;
        for character in line.chars() {
            if length + character.len_utf8() > LINE {
                self.text.push_str("\r\n ");
                length = 1;
            }
            self.text.push(character);
            length += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// §3.3.11. Control characters but the end of a line have no place in a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\r' => {
                // One end of a line, not two.
                let _ = characters.next_if_eq(&'\n');
                out.push_str("\\n");
            }
            '\n' => out.push_str("\\n"),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

fn date(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::day;

    fn with_summary(summary: &str) -> String {
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let mut calendar = Calendar::new("Navn", day(2026, 11, 22), eight);
        calendar.event(&Event {
            uid: "1@test".to_owned(),
            from: day(2026, 12, 31),
            until: day(2026, 12, 31),
            summary,
            description: "Se i postkassen",
            url: "https://fylke.example/",
        });
        calendar.finish()
    }

    /// The text of a property, unfolded and unescaped by the rules of the standard.
    fn read(calendar: &str, name: &str) -> String {
        let unfolded = calendar.replace("\r\n ", "");
        let line = unfolded
            .split("\r\n")
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .unwrap();
        let mut out = String::new();
        let mut characters = line.chars();
        while let Some(character) = characters.next() {
            out.push(match character {
                '\\' => match characters.next().unwrap() {
                    'n' => '\n',
                    escaped => escaped,
                },
                other => other,
            });
        }
        out
    }

    #[test]
    fn an_event_of_one_day_ends_on_the_next_and_reminds_in_the_morning() {
        let calendar = with_summary("Se i postkassen");
        for line in [
            "DTSTAMP:20261122T000000Z",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "TRIGGER:PT8H0M",
        ] {
            assert!(calendar.contains(&format!("\r\n{line}\r\n")), "{line}");
        }
    }

    #[test]
    fn signs_with_a_meaning_are_escaped() {
        assert_eq!(
            escaped("a,b;c\\d\r\ne\nf\rg\u{7}\u{85}h:i\"j"),
            "a\\,b\\;c\\\\d\\ne\\nf\\ngh:i\"j"
        );
    }

    #[test]
    fn a_line_is_broken_after_75_octets_and_not_inside_a_letter() {
        for summary in [
            "ø".repeat(100),
            "x".repeat(67),
            "x".repeat(68),
            "👩‍🏫".repeat(40),
        ] {
            let calendar = with_summary(&summary);
            assert!(calendar.split("\r\n").all(|line| line.len() <= 75));
            assert_eq!(read(&calendar, "SUMMARY"), summary);
        }
        // 8 + 67 = 75 octets stand on one line; one more does not.
        assert!(with_summary(&"x".repeat(67)).contains(&format!("SUMMARY:{}\r\n", "x".repeat(67))));
        assert!(with_summary(&"x".repeat(68)).contains("x\r\n x\r\n"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(summary in "\\PC{0,200}|[a-zæøå,;:\\\\\n ]{0,200}") {
            let calendar = with_summary(&summary);
            prop_assert_eq!(read(&calendar, "SUMMARY"), summary);
        }

        #[test]
        fn no_text_adds_a_line_of_its_own(summary in any::<String>()) {
            let calendar = with_summary(&summary);
            let begins = calendar.replace("\r\n ", "");
            let begins = begins.split("\r\n").filter(|line| line.starts_with("BEGIN:"));
            prop_assert_eq!(begins.count(), 3);
            for line in calendar.split("\r\n") {
                prop_assert!(line.len() <= 75, "{}", line);
                prop_assert!(!line.contains(['\r', '\n']), "{}", line);
            }
            prop_assert!(calendar.ends_with("END:VCALENDAR\r\n"));
        }
    }
}
