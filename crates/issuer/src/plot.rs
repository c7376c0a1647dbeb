//! Plots over days, drawn as SVG on the server: no script, no style of their own (the page's style sheet has the classes),
//! and words only where they are short. Whoever cannot see them has the same numbers in a table beside.

use std::fmt::Write;

use chrono::NaiveDate;

/// Small enough that the words are readable where the plot is as wide as a phone.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;
/// No more lines across than this.
const MAX_TICKS: i64 = 5;

/// How a row of numbers is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line with a gap where days are missing.
    Line,
    /// A bar for each day; several rows stand on each other.
    Bars,
}

/// Numbers of days, oldest first.
#[derive(Clone, Debug)]
pub struct Row {
    /// The class that gives it its look: `plot-first`, `plot-second`.
    pub class: &'static str,
    /// The numbers; days that are not there were not counted.
    pub days: Vec<(NaiveDate, i64)>,
}

/// A plot.
#[derive(Clone, Debug)]
pub struct Plot<'a> {
    /// What it shows, in words, with the numbers that matter.
    pub label: &'a str,
    /// Lines or bars.
    pub form: Form,
    /// The first and the last day.
    pub days: (NaiveDate, NaiveDate),
    /// What is drawn.
    pub rows: Vec<Row>,
    /// How a day is written below.
    pub day: fn(NaiveDate) -> String,
}

impl Plot<'_> {
    /// As an `svg` element.
    #[must_use]
    pub fn svg(&self) -> String {
        let top = step_and_top(self.highest());
        let mut svg = format!(
            "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            escaped(self.label)
        );
        self.axes(&mut svg, top);
        match self.form {
            Form::Line => self.lines(&mut svg, top.1),
            Form::Bars => self.bars(&mut svg, top.1),
        }
        svg.push_str("</svg>");
        svg
    }

    /// The highest number that is drawn, or the highest pile of bars.
    fn highest(&self) -> i64 {
        match self.form {
            Form::Line => self.numbers().max().unwrap_or(0),
            Form::Bars => (0..self.count())
                .map(|at| self.rows.iter().filter_map(|row| self.at(row, at)).sum())
                .max()
                .unwrap_or(0),
        }
    }

    fn numbers(&self) -> impl Iterator<Item = i64> {
        self.rows
            .iter()
            .flat_map(|row| row.days.iter().map(|(_, number)| *number))
    }

    /// How many days wide the plot is.
    fn count(&self) -> i64 {
        (self.days.1 - self.days.0).num_days().max(0) + 1
    }

    fn at(&self, row: &Row, day: i64) -> Option<i64> {
        row.days
            .iter()
            .find(|(date, _)| (*date - self.days.0).num_days() == day)
            .map(|(_, number)| *number)
    }

    fn axes(&self, svg: &mut String, (step, top): (i64, i64)) {
        let mut number = 0;
        while number <= top {
            let y = y(number, top);
            // Writing to a text never fails.
            let _ = write!(
                svg,
                "<line class=\"plot-grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                 <text class=\"plot-text\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 5.0,
                y + 3.5,
                short(number),
            );
            number += step;
        }
        let (first, last) = self.days;
        for (day, x, anchor) in [(first, LEFT, "start"), (last, WIDTH - RIGHT, "end")] {
            if day == last && first == last && anchor == "end" {
                continue;
            }
            let _ = write!(
                svg,
                "<text class=\"plot-text\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                HEIGHT - 7.0,
                escaped(&(self.day)(day)),
            );
        }
    }

    fn lines(&self, svg: &mut String, top: i64) {
        let count = self.count();
        let step = (WIDTH - LEFT - RIGHT) / (count.max(2) - 1) as f64;
        for row in &self.rows {
            let mut path = String::new();
            let mut before: Option<i64> = None;
            for (date, number) in &row.days {
                let at = (*date - self.days.0).num_days();
                if !(0..count).contains(&at) {
                    continue;
                }
                let follows = before == Some(at - 1);
                let (x, y) = (LEFT + at as f64 * step, y(*number, top));
                let _ = write!(path, "{}{x:.1} {y:.1}", if follows { "L" } else { "M" });
                // A day alone is a dot: a line of no length with round ends.
                if !follows {
                    let _ = write!(path, "h0");
                }
                before = Some(at);
            }
            if !path.is_empty() {
                let _ = write!(
                    svg,
                    "<path class=\"plot-line {}\" d=\"{path}\"/>",
                    row.class
                );
            }
        }
    }

    fn bars(&self, svg: &mut String, top: i64) {
        let count = self.count();
        let step = (WIDTH - LEFT - RIGHT) / count as f64;
        let width = (step * 0.8).max(0.5);
        for at in 0..count {
            let mut below = 0;
            for row in &self.rows {
                let Some(number) = self.at(row, at).filter(|number| *number > 0) else {
                    continue;
                };
                let (foot, head) = (y(below, top), y(below + number, top));
                let _ = write!(
                    svg,
                    "<rect class=\"plot-bar {}\" x=\"{:.1}\" y=\"{head:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                    row.class,
                    LEFT + at as f64 * step + (step - width) / 2.0,
                    foot - head,
                );
                below += number;
            }
        }
    }
}

/// Where a number stands.
fn y(number: i64, top: i64) -> f64 {
    let share = number as f64 / top.max(1) as f64;
    HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
}

/// How far the lines across are from each other, and where the highest is: 1, 2 or 5 with noughts.
fn step_and_top(highest: i64) -> (i64, i64) {
    let highest = highest.max(1);
    let mut step = 1_i64;
    'found: loop {
        for factor in [1, 2, 5] {
            if highest <= step.saturating_mul(factor).saturating_mul(MAX_TICKS) {
                step = step.saturating_mul(factor);
                break 'found;
            }
        }
        step = step.saturating_mul(10);
    }
    let top = (highest + step - 1) / step * step;
    (step, top)
}

/// Ten thousand and more do not fit beside the plot.
fn short(number: i64) -> String {
    if number >= 10_000 && number % 1_000 == 0 {
        format!("{}k", number / 1_000)
    } else {
        number.to_string()
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    fn plot<'a>(label: &'a str, form: Form, rows: Vec<Row>) -> Plot<'a> {
        Plot {
            label,
            form,
            days: (day(1), day(10)),
            rows,
            day: |day| day.format("%-d.%-m.").to_string(),
        }
    }

    fn row(days: &[(u32, i64)]) -> Row {
        Row {
            class: "plot-first",
            days: days.iter().map(|(n, number)| (day(*n), *number)).collect(),
        }
    }

    #[test]
    fn the_lines_across_are_round_numbers_and_few() {
        for (highest, expected) in [
            (0, (1, 1)),
            (1, (1, 1)),
            (5, (1, 5)),
            (6, (2, 6)),
            (9, (2, 10)),
            (37, (10, 40)),
            (3_412, (1_000, 4_000)),
            (250_000, (50_000, 250_000)),
        ] {
            let (step, top) = step_and_top(highest);
            assert_eq!((step, top), expected, "{highest}");
            assert!(top >= highest && top / step <= MAX_TICKS, "{highest}");
        }
        assert!(step_and_top(i64::MAX / 4).1 > 0);
    }

    #[test]
    fn a_missing_day_is_a_gap_and_a_day_alone_a_dot() {
        let drawn = plot(
            "Kort",
            Form::Line,
            vec![row(&[(1, 1), (2, 2), (5, 3), (9, 4), (10, 5)])],
        )
        .svg();
        let path = drawn.split(" d=\"").nth(1).unwrap();
        let path = path.split('"').next().unwrap();
        assert_eq!(path.matches('M').count(), 3, "{path}");
        assert_eq!(path.matches('L').count(), 2, "{path}");
        assert!(path.contains("h0M"), "{path}");
    }

    #[test]
    fn bars_stand_on_each_other_and_never_leave_the_plot() {
        let rows = vec![row(&[(1, 3), (2, 0)]), row(&[(1, 4), (3, 7)])];
        let drawn = plot("Synk", Form::Bars, rows).svg();
        assert_eq!(drawn.matches("<rect").count(), 3, "{drawn}");
        for bar in drawn.split("<rect").skip(1) {
            let number = |name: &str| -> f64 {
                let value = bar.split(&format!(" {name}=\"")).nth(1).unwrap();
                value.split('"').next().unwrap().parse().unwrap()
            };
            assert!(number("y") >= TOP - 0.1, "{bar}");
            assert!(
                number("y") + number("height") <= HEIGHT - BOTTOM + 0.2,
                "{bar}"
            );
            assert!(number("x") >= LEFT, "{bar}");
        }
    }

    #[test]
    fn days_outside_and_no_days_at_all_draw_nothing() {
        let mut outside = plot("Kort", Form::Line, vec![row(&[(1, 1), (9, 9)])]);
        outside.days = (day(3), day(5));
        assert!(!outside.svg().contains("<path"));
        outside.rows.clear();
        outside.days = (day(3), day(3));
        assert!(outside.svg().contains("3.11."));
    }

    #[test]
    fn words_cannot_leave_their_place() {
        let drawn = plot("\"><script>&", Form::Bars, vec![]).svg();
        assert!(drawn.contains("&quot;&gt;&lt;script&gt;&amp;"), "{drawn}");
        assert!(!drawn.contains("style="), "the page's policy refuses it");
    }
}
