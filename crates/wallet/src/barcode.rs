//! The bar codes that libraries use: the bars of each, and their drawing as SVG.
//!
//! A code is a row of modules, black (`true`) and white, without its quiet zone.

use std::fmt::Write as _;

/// Why a number cannot be drawn as this kind of code. It is drawn as it stands or not at all: another number would be
/// somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BarcodeError {
    /// Empty, too long for a phone, or of a length that this kind does not have.
    #[error("the number is too short or too long for this kind of bar code")]
    Length,
    /// A character that this kind does not have.
    #[error("this kind of bar code does not have a character of the number")]
    Character,
    /// Interleaved 2 of 5 draws digits in pairs.
    #[error("this kind of bar code needs an even number of digits")]
    OddDigits,
    /// The last digit does not fit the ones before it.
    #[error("the check digit of the number is wrong")]
    CheckDigit,
}

/// Longer numbers make bars that no scanner reads from a phone.
const LONGEST: usize = 40;
/// Quiet zone on each side in modules: the most that any of these standards asks for (EAN-13, 11).
const QUIET: usize = 11;
/// Height in modules.
const HEIGHT: usize = 60;

/// Draws bars as an SVG element; the page sizes and names it.
pub(crate) fn svg(bars: &[bool]) -> String {
    let width = bars.len() + 2 * QUIET;
    let mut path = String::new();
    let mut at = 0;
    for run in bars.chunk_by(|a, b| a == b) {
        if run.first() == Some(&true) {
            // Writing to a String cannot fail.
            let _ = write!(
                path,
                "M{} 0h{}v{HEIGHT}h-{}z",
                at + QUIET,
                run.len(),
                run.len()
            );
        }
        at += run.len();
    }
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{w}" height="{h}" viewBox="0 0 {w} {h}" "#,
            r##"preserveAspectRatio="none" shape-rendering="crispEdges"><rect width="{w}" height="{h}" fill="#fff"/>"##,
            r##"<path fill="#000" d="{path}"/></svg>"##
        ),
        w = width,
        h = HEIGHT,
        path = path
    )
}

/// Code 39 (ISO/IEC 16388) with bars of one and three modules, without a check character.
pub(crate) fn code39(text: &str) -> Result<Vec<bool>, BarcodeError> {
    // Nine elements a character, bar first; `w` is wide.
    const TABLE: [(char, &str); 44] = [
        ('0', "nnnwwnwnn"),
        ('1', "wnnwnnnnw"),
        ('2', "nnwwnnnnw"),
        ('3', "wnwwnnnnn"),
        ('4', "nnnwwnnnw"),
        ('5', "wnnwwnnnn"),
        ('6', "nnwwwnnnn"),
        ('7', "nnnwnnwnw"),
        ('8', "wnnwnnwnn"),
        ('9', "nnwwnnwnn"),
        ('A', "wnnnnwnnw"),
        ('B', "nnwnnwnnw"),
        ('C', "wnwnnwnnn"),
        ('D', "nnnnwwnnw"),
        ('E', "wnnnwwnnn"),
        ('F', "nnwnwwnnn"),
        ('G', "nnnnnwwnw"),
        ('H', "wnnnnwwnn"),
        ('I', "nnwnnwwnn"),
        ('J', "nnnnwwwnn"),
        ('K', "wnnnnnnww"),
        ('L', "nnwnnnnww"),
        ('M', "wnwnnnnwn"),
        ('N', "nnnnwnnww"),
        ('O', "wnnnwnnwn"),
        ('P', "nnwnwnnwn"),
        ('Q', "nnnnnnwww"),
        ('R', "wnnnnnwwn"),
        ('S', "nnwnnnwwn"),
        ('T', "nnnnwnwwn"),
        ('U', "wwnnnnnnw"),
        ('V', "nwwnnnnnw"),
        ('W', "wwwnnnnnn"),
        ('X', "nwnnwnnnw"),
        ('Y', "wwnnwnnnn"),
        ('Z', "nwwnwnnnn"),
        ('-', "nwnnnnwnw"),
        ('.', "wwnnnnwnn"),
        (' ', "nwwnnnwnn"),
        ('*', "nwnnwnwnn"),
        ('$', "nwnwnwnnn"),
        ('/', "nwnwnnnwn"),
        ('+', "nwnnnwnwn"),
        ('%', "nnnwnwnwn"),
    ];
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Err(BarcodeError::Length);
    }
    // Start and stop.
    if text.contains('*') {
        return Err(BarcodeError::Character);
    }
    let mut bars = Vec::new();
    for character in format!("*{text}*").chars() {
        let (_, pattern) = TABLE
            .iter()
            .find(|(known, _)| *known == character)
            .ok_or(BarcodeError::Character)?;
        if !bars.is_empty() {
            bars.push(false);
        }
        push_widths(
            &mut bars,
            pattern.bytes().map(|w| if w == b'w' { 3 } else { 1 }),
        );
    }
    Ok(bars)
}

/// Code 128 (ISO/IEC 15417): code set C for an even row of digits, code set B for the rest.
pub(crate) fn code128(text: &str) -> Result<Vec<bool>, BarcodeError> {
    const START_B: usize = 104;
    const START_C: usize = 105;
    const STOP: &str = "2331112";
    if text.is_empty() || text.len() > LONGEST {
        return Err(BarcodeError::Length);
    }
    let bytes = text.as_bytes();
    let digits = bytes.iter().all(u8::is_ascii_digit) && bytes.len().is_multiple_of(2);
    let mut values = Vec::new();
    if digits {
        values.push(START_C);
        for [tens, ones] in bytes.as_chunks::<2>().0 {
            values.push(usize::from(tens - b'0') * 10 + usize::from(ones - b'0'));
        }
    } else {
        values.push(START_B);
        for byte in bytes {
            if !(b' '..=b'~').contains(byte) {
                return Err(BarcodeError::Character);
            }
            values.push(usize::from(byte - b' '));
        }
    }
    let check = values
        .iter()
        .enumerate()
        .map(|(at, value)| at.max(1) * value)
        .sum::<usize>()
        % 103;
    values.push(check);
    let mut bars = Vec::new();
    for value in values {
        let pattern = CODE128.get(value).ok_or(BarcodeError::Character)?;
        push_widths(&mut bars, digits_of(pattern));
    }
    push_widths(&mut bars, digits_of(STOP));
    Ok(bars)
}

/// Interleaved 2 of 5 (ISO/IEC 16390) with bars of one and three modules, for an even number of digits.
pub(crate) fn itf(text: &str) -> Result<Vec<bool>, BarcodeError> {
    const TABLE: [[u8; 5]; 10] = [
        [1, 1, 3, 3, 1],
        [3, 1, 1, 1, 3],
        [1, 3, 1, 1, 3],
        [3, 3, 1, 1, 1],
        [1, 1, 3, 1, 3],
        [3, 1, 3, 1, 1],
        [1, 3, 3, 1, 1],
        [1, 1, 1, 3, 3],
        [3, 1, 1, 3, 1],
        [1, 3, 1, 3, 1],
    ];
    let digits = only_digits(text)?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return Err(BarcodeError::OddDigits);
    };
    let mut bars = Vec::new();
    push_widths(&mut bars, [1, 1, 1, 1].into_iter());
    for [first, second] in pairs {
        let (Some(black), Some(white)) = (
            TABLE.get(usize::from(*first)),
            TABLE.get(usize::from(*second)),
        ) else {
            return Err(BarcodeError::Character);
        };
        let widths = black.iter().zip(white).flat_map(|(b, w)| [*b, *w]);
        bars.extend(widths_of(widths));
    }
    bars.extend(widths_of([3, 1, 1].into_iter()));
    Ok(bars)
}

/// Codabar (EN 798) with bars of one and three modules; `A` is put around a number that has no start and stop of its own.
pub(crate) fn codabar(text: &str) -> Result<Vec<bool>, BarcodeError> {
    // Seven elements a character, bar first.
    const TABLE: [(char, &str); 20] = [
        ('0', "nnnnnww"),
        ('1', "nnnnwwn"),
        ('2', "nnnwnnw"),
        ('3', "wwnnnnn"),
        ('4', "nnwnnwn"),
        ('5', "wnnnnwn"),
        ('6', "nwnnnnw"),
        ('7', "nwnnwnn"),
        ('8', "nwwnnnn"),
        ('9', "wnnwnnn"),
        ('-', "nnnwwnn"),
        ('$', "nnwwnnn"),
        (':', "wnnnwnw"),
        ('/', "wnwnnnw"),
        ('.', "wnwnwnn"),
        ('+', "nnwnwnw"),
        ('A', "nnwwnwn"),
        ('B', "nwnwnnw"),
        ('C', "nnnwnww"),
        ('D', "nnnwwwn"),
    ];
    let text = text.trim().to_ascii_uppercase();
    if text.is_empty() || text.len() > LONGEST {
        return Err(BarcodeError::Length);
    }
    let is_guard = |c: char| ('A'..='D').contains(&c);
    let guarded = text.len() > 2 && text.starts_with(is_guard) && text.ends_with(is_guard);
    let inner = if guarded {
        text.get(1..text.len() - 1).ok_or(BarcodeError::Length)?
    } else {
        text.as_str()
    };
    if inner.contains(is_guard) {
        return Err(BarcodeError::Character);
    }
    let whole = if guarded {
        text.clone()
    } else {
        format!("A{text}A")
    };
    let mut bars = Vec::new();
    for character in whole.chars() {
        let (_, pattern) = TABLE
            .iter()
            .find(|(known, _)| *known == character)
            .ok_or(BarcodeError::Character)?;
        if !bars.is_empty() {
            bars.push(false);
        }
        push_widths(
            &mut bars,
            pattern.bytes().map(|w| if w == b'w' { 3 } else { 1 }),
        );
    }
    Ok(bars)
}

/// EAN-13 (ISO/IEC 15420); the last of its thirteen digits checks the others.
pub(crate) fn ean13(text: &str) -> Result<Vec<bool>, BarcodeError> {
    const LEFT: [&str; 10] = [
        "3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112",
    ];
    // Which of the left six are drawn in set B, by the first digit.
    const PARITY: [&str; 10] = [
        "AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA",
        "ABBABA",
    ];
    let digits: [u8; 13] = only_digits(text)?
        .try_into()
        .map_err(|_| BarcodeError::Length)?;
    let weighted: u32 = (0..)
        .zip(digits)
        .map(|(at, digit)| u32::from(digit) * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    if !weighted.is_multiple_of(10) {
        return Err(BarcodeError::CheckDigit);
    }
    let [first, rest @ ..] = digits;
    let (left, right) = rest.split_at(6);
    let parity = PARITY
        .get(usize::from(first))
        .ok_or(BarcodeError::Character)?;
    let pattern = |digit: &u8| LEFT.get(usize::from(*digit)).ok_or(BarcodeError::Character);

    let mut bars = vec![true, false, true];
    for (digit, set) in left.iter().zip(parity.bytes()) {
        let widths: Vec<u8> = digits_of(pattern(digit)?).collect();
        let mut drawn: Vec<bool> = widths_of(widths.iter().copied());
        // Left digits begin white. Set B is the mirror of set A with its colours turned.
        if set == b'B' {
            drawn = widths_of(widths.iter().rev().copied());
        }
        bars.extend(drawn.iter().map(|black| !black));
    }
    bars.extend([false, true, false, true, false]);
    for digit in right {
        bars.extend(widths_of(digits_of(pattern(digit)?)));
    }
    bars.extend([true, false, true]);
    Ok(bars)
}

fn only_digits(text: &str) -> Result<Vec<u8>, BarcodeError> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Err(BarcodeError::Length);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BarcodeError::Character);
    }
    Ok(text.bytes().map(|byte| byte - b'0').collect())
}

fn digits_of(pattern: &str) -> impl Iterator<Item = u8> {
    pattern.bytes().map(|byte| byte - b'0')
}

/// Widths, black first, as modules.
fn widths_of(widths: impl Iterator<Item = u8>) -> Vec<bool> {
    let mut bars = Vec::new();
    push_widths(&mut bars, widths);
    bars
}

fn push_widths(bars: &mut Vec<bool>, widths: impl Iterator<Item = u8>) {
    for (at, width) in widths.enumerate() {
        bars.extend(std::iter::repeat_n(at % 2 == 0, usize::from(width)));
    }
}

/// Widths of the six elements of each value, bar first.
const CODE128: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rxing::{
        BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader,
        common::HybridBinarizer,
    };

    use super::*;

    /// Draws the modules as grey pixels and has another library read them.
    fn read(bars: &[bool], format: BarcodeFormat) -> Option<String> {
        let (scale, height) = (3, 40);
        let mut row = vec![255; QUIET * scale];
        for bar in bars {
            row.extend(std::iter::repeat_n(if *bar { 0 } else { 255 }, scale));
        }
        row.extend(vec![255; QUIET * scale]);
        let width = u32::try_from(row.len()).unwrap();
        let source = Luma8LuminanceSource::new(row.repeat(height), width, 40).unwrap();
        let hints = DecodeHints {
            PossibleFormats: Some(HashSet::from([format])),
            TryHarder: Some(true),
            ..DecodeHints::default()
        };
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        MultiFormatReader::default()
            .decode_with_hints(&mut bitmap, &hints)
            .ok()
            .map(|result| result.getText().to_owned())
    }

    type Draw = fn(&str) -> Result<Vec<bool>, BarcodeError>;

    #[test]
    fn another_library_reads_every_kind() {
        let cases: [(Draw, BarcodeFormat, &str, &str); 10] = [
            (code39, BarcodeFormat::CODE_39, "N00123456", "N00123456"),
            (code39, BarcodeFormat::CODE_39, "AZ-. $/+%09", "AZ-. $/+%09"),
            (code128, BarcodeFormat::CODE_128, "0123456789", "0123456789"),
            (code128, BarcodeFormat::CODE_128, "N001234567", "N001234567"),
            (code128, BarcodeFormat::CODE_128, "12345", "12345"),
            (code128, BarcodeFormat::CODE_128, "az {}~!\"9", "az {}~!\"9"),
            (itf, BarcodeFormat::ITF, "12345678901234", "12345678901234"),
            // Codabar readers leave start and stop out.
            (
                codabar,
                BarcodeFormat::CODABAR,
                "20123456789",
                "20123456789",
            ),
            (codabar, BarcodeFormat::CODABAR, "B4-$:/.+1D", "4-$:/.+1"),
            (
                ean13,
                BarcodeFormat::EAN_13,
                "4006381333931",
                "4006381333931",
            ),
        ];
        for (draw, format, text, expected) in cases {
            let read = read(&draw(text).unwrap(), format);
            assert_eq!(read.as_deref(), Some(expected), "{format:?} {text}");
        }
    }

    #[test]
    fn what_a_kind_cannot_say_is_an_error_that_says_why() {
        use BarcodeError::{Character, CheckDigit, Length, OddDigits};
        let long = "1".repeat(LONGEST + 2);
        let kinds: [(Draw, &[(&str, BarcodeError)]); 5] = [
            (
                code39,
                &[("lower", Character), ("ÆØÅ", Character), ("1*2", Character)],
            ),
            (code128, &[("å", Character), ("tab\t", Character)]),
            (
                itf,
                &[
                    ("12a", Character),
                    ("-1", Character),
                    // A zero before it would make it another number.
                    ("1234567", OddDigits),
                    (" 123 ", OddDigits),
                ],
            ),
            (codabar, &[("12A34", Character), ("E1", Character)]),
            (
                ean13,
                &[
                    ("123", Length),
                    // A check digit added to it would make it another number.
                    ("400638133393", Length),
                    ("40063813339310", Length),
                    ("4006381333932", CheckDigit),
                    ("abc", Character),
                ],
            ),
        ];
        for (draw, cases) in kinds {
            for (text, error) in [("", Length), (long.as_str(), Length)].iter().chain(cases) {
                assert_eq!(draw(text), Err(*error), "{text}");
            }
        }
    }

    #[test]
    fn the_drawing_has_a_quiet_zone_and_crisp_bars() {
        let svg = svg(&[true, true, false, true]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains(r#"viewBox="0 0 26 60""#));
        assert!(svg.contains(r#"shape-rendering="crispEdges""#));
        assert!(svg.contains("M11 0h2v60h-2zM14 0h1v60h-1z"));
    }
}
