//! Days as sources write them: FINT's points in time, and the days of files.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, Timelike, Utc};
use chrono_tz::Europe::Oslo;
use serde_json::Value;

/// The day: from ISO 8601 with or without time and offset, or from milliseconds since 1970.
///
/// FINT writes days as points in UTC, and sources do that in three ways: midnight UTC, midnight in Norway (22:00 or
/// 23:00 UTC the day before), or noon. All are the day in Norway. Only the last minute of a day in UTC, which some write
/// for a last day, is that day, although it is the next one in Norway.
pub(crate) fn day_of(value: &Value) -> Option<NaiveDate> {
    let day = match value {
        Value::Number(number) => day_in_norway(DateTime::from_timestamp_millis(number.as_i64()?)?)?,
        Value::String(text) => day_of_text(text.trim())?,
        _ => return None,
    };
    (1800..=9999).contains(&day.year()).then_some(day)
}

/// The day: from ISO 8601 with or without time, or as one writes it in Norway (`17.08.2026`).
pub(crate) fn written_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let day = match NaiveDate::parse_from_str(text, "%d.%m.%Y") {
        Ok(day) => day,
        // In a file a bare number is a day without dashes, not milliseconds.
        Err(_) if is_number && text.len() == 8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok()?,
        Err(_) if is_number || text.starts_with('-') => return None,
        Err(_) => day_of_text(text)?,
    };
    (1800..=9999).contains(&day.year()).then_some(day)
}

fn day_of_text(text: &str) -> Option<NaiveDate> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day);
    }
    let offset_written = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    if let Ok(point) = offset_written {
        return day_in_norway(point.to_utc());
    }
    if let Ok(local) = text.parse::<NaiveDateTime>() {
        return Some(local.date());
    }
    let milliseconds = text.parse().ok()?;
    DateTime::from_timestamp_millis(milliseconds).and_then(day_in_norway)
}

fn day_in_norway(point: DateTime<Utc>) -> Option<NaiveDate> {
    if point.hour() == 23 && point.minute() == 59 {
        return Some(point.date_naive());
    }
    // In the last hours that can be written at all, Norway has a day that cannot.
    let offset = point.with_timezone(&Oslo).offset().fix();
    let local = point.naive_utc().checked_add_offset(offset)?;
    Some(local.date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_way_of_writing_a_day_is_that_day() {
        let cases = [
            (json!("2026-08-17"), "2026-08-17"),
            (json!("2026-08-17T00:00:00Z"), "2026-08-17"),
            (json!("2026-08-17T12:00:00Z"), "2026-08-17"),
            (json!("2026-08-16T22:00:00Z"), "2026-08-17"),
            (json!("2026-01-15T23:00:00Z"), "2026-01-16"),
            (json!("2026-01-15T22:00:00Z"), "2026-01-15"),
            (json!("2027-07-31T21:59:59Z"), "2027-07-31"),
            (json!("2027-07-31T23:59:59Z"), "2027-07-31"),
            (json!("2026-08-17T00:00:00+02:00"), "2026-08-17"),
            (json!("2026-08-17T00:00:00.000+0200"), "2026-08-17"),
            (json!("2026-08-17T00:00:00"), "2026-08-17"),
            (json!(" 2026-08-17T00:00:00Z "), "2026-08-17"),
            (json!(1_786_924_800_000_i64), "2026-08-17"),
            (json!("1786924800000"), "2026-08-17"),
            (json!(-86_400_000), "1969-12-31"),
            (json!("9999-12-31T00:00:00Z"), "9999-12-31"),
        ];
        for (value, day) in cases {
            assert_eq!(day_of(&value), day.parse().ok(), "{value}");
        }
    }

    #[test]
    fn the_days_of_files_are_read_as_people_write_them() {
        for text in [
            "2026-08-17",
            "17.08.2026",
            " 17.8.2026 ",
            "20260817",
            "2026-08-17T12:00:00Z",
        ] {
            assert_eq!(written_day(text), "2026-08-17".parse().ok(), "{text}");
        }
        for text in [
            "",
            "1786924800000",
            "17/08/2026",
            "31.02.2026",
            "-1",
            "17.08.26",
            "202608170",
        ] {
            assert_eq!(written_day(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for value in [
            json!("2026-02-29T00:00:00Z"),
            json!("in August"),
            json!(""),
            json!("0001-01-01"),
            json!(i64::MAX),
            json!(8_210_266_875_000_000_i64),
            json!("+262142-12-31T23:30:00Z"),
            json!("+262142-12-31T23:30:00+0000"),
            json!(1.5),
            json!(true),
            json!(null),
            json!({}),
        ] {
            assert_eq!(day_of(&value), None, "{value}");
        }
    }
}
