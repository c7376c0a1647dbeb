//! How many messages a text takes (3GPP TS 23.038 §6.2.1 and §6.2.3, TS 23.040 §9.2.3.24.1).

/// The GSM 7 bit default alphabet, but for its escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                     ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table: an escape and a letter, two septets.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Septets in one message, and in each part of a longer one (the header takes seven).
const SEPTETS: (usize, usize) = (160, 153);
/// The same in 16-bit units.
const UNITS: (usize, usize) = (70, 67);

/// How a text goes through the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Seven bits a letter.
    Gsm7,
    /// Sixteen bits a letter, because one at least is not in the GSM alphabet.
    Ucs2,
}

/// What a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// How it is coded.
    pub coding: Coding,
    /// Septets, or 16-bit units.
    pub units: usize,
    /// Messages.
    pub parts: usize,
}

/// Measures a text.
#[must_use]
pub fn measure(text: &str) -> Length {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    match septets {
        Some(letters) => length(Coding::Gsm7, &letters, SEPTETS),
        None => {
            let letters: Vec<usize> = text.chars().map(char::len_utf16).collect();
            length(Coding::Ucs2, &letters, UNITS)
        }
    }
}

/// The letters that make a text UCS-2, each once, in order.
#[must_use]
pub fn foreign_letters(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for letter in text.chars() {
        if septets(letter).is_none() && !found.contains(&letter) {
            found.push(letter);
        }
    }
    found
}

fn septets(letter: char) -> Option<usize> {
    if BASIC.contains(letter) {
        Some(1)
    } else if EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

/// A letter is never cut in two, so a part can end one unit early.
fn length(coding: Coding, letters: &[usize], (one, each): (usize, usize)) -> Length {
    let units = letters.iter().sum();
    if units <= one {
        return Length {
            coding,
            units,
            parts: 1,
        };
    }
    let (mut parts, mut used) = (1, 0);
    for letter in letters {
        if used + letter > each {
            parts += 1;
            used = 0;
        }
        used += letter;
    }
    Length {
        coding,
        units,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_the_letters_of_the_standard() {
        // 128 places: the escape is none of them, and the extension table has ten here.
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        let mut letters: Vec<char> = BASIC.chars().chain(EXTENSION.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 137);
    }

    #[test]
    fn a_text_is_measured_as_a_phone_does_it() {
        let (gsm, ucs) = (Coding::Gsm7, Coding::Ucs2);
        for (text, coding, units, parts) in [
            (String::new(), gsm, 0, 1),
            ("Elevbeviset ditt er klart: æøåÆØÅ".into(), gsm, 33, 1),
            ("€".into(), gsm, 2, 1),
            ("[~]".into(), gsm, 6, 1),
            ("å".repeat(160), gsm, 160, 1),
            ("å".repeat(161), gsm, 161, 2),
            ("a".repeat(306), gsm, 306, 2),
            ("a".repeat(307), gsm, 307, 3),
            ("€".repeat(80), gsm, 160, 1),
            // 153 septets hold 76 letters of two: a letter is not cut in two.
            ("€".repeat(81), gsm, 162, 2),
            ("€".repeat(153), gsm, 306, 3),
            // Small ç is not in the alphabet, though Ç is.
            ("Ç".into(), gsm, 1, 1),
            ("ç".into(), ucs, 1, 1),
            ("Trööndelagen fylhkentjïelte".into(), ucs, 27, 1),
            ("š".repeat(70), ucs, 70, 1),
            ("š".repeat(71), ucs, 71, 2),
            ("🎓".into(), ucs, 2, 1),
            // 67 units hold 33 letters of two.
            ("🎓".repeat(66), ucs, 132, 2),
            ("🎓".repeat(67), ucs, 134, 3),
        ] {
            let expected = Length {
                coding,
                units,
                parts,
            };
            assert_eq!(measure(&text), expected, "{text}");
        }
    }

    #[test]
    fn letters_outside_the_alphabet_are_named_once() {
        assert_eq!(foreign_letters("Tjïelte, ïe š €"), ['ï', 'š']);
        assert!(foreign_letters("æøå €").is_empty());
    }
}
