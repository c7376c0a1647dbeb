//! Signatures as key stores give them (RFC 3279 §2.2.3) in the form that JOSE wants (RFC 7518 §3.4).

/// r‖s of an ECDSA signature on P-256 in DER; `None` if it is anything else.
pub(crate) fn raw_signature(der: &[u8]) -> Option<[u8; 64]> {
    // The whole of it is shorter than 128 bytes, so that every length is one byte.
    let [0x30, length, both @ ..] = der else {
        return None;
    };
    if usize::from(*length) != both.len() {
        return None;
    }
    let (r, rest) = integer(both)?;
    let (s, rest) = integer(rest)?;
    let mut raw = [0; 64];
    raw[..32].copy_from_slice(&r);
    raw[32..].copy_from_slice(&s);
    rest.is_empty().then_some(raw)
}

/// A positive integer of at most 32 bytes, and what follows it.
fn integer(der: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [0x02, length, rest @ ..] = der else {
        return None;
    };
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    let value = match value {
        // A leading zero says that the number is not negative, and stands nowhere else.
        [0, value @ ..] if value.first().is_some_and(|byte| *byte >= 0x80) => value,
        [1..=0x7f, ..] => value,
        _ => return None,
    };
    let mut padded = [0; 32];
    let start = padded.len().checked_sub(value.len())?;
    padded[start..].copy_from_slice(value);
    Some((padded, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DER of two integers that are given as they stand there.
    fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
        let mut both = Vec::new();
        for integer in [r, s] {
            both.extend([0x02, u8::try_from(integer.len()).unwrap()]);
            both.extend(integer);
        }
        let mut der = vec![0x30, u8::try_from(both.len()).unwrap()];
        der.extend(both);
        der
    }

    #[test]
    fn integers_of_every_length_are_padded_and_stripped_to_32_bytes() {
        let high = [&[0][..], &[0x80; 32]].concat();
        let mut low = [0; 32];
        low[31] = 7;
        for (integer, padded) in [
            (&[0x7f; 32][..], [0x7f; 32]),
            (&high, [0x80; 32]),
            (&[7], low),
        ] {
            let raw = raw_signature(&der(integer, &[0x11; 32])).unwrap();
            assert_eq!(raw[..32], padded);
            assert_eq!(raw[32..], [0x11; 32]);
            let raw = raw_signature(&der(&[0x11; 32], integer)).unwrap();
            assert_eq!(raw[32..], padded);
        }
    }

    #[test]
    fn whatever_else_is_no_signature() {
        let good = der(&[0x11; 32], &[0x22; 32]);
        for end in 0..good.len() {
            assert_eq!(raw_signature(&good[..end]), None, "cut at {end}");
        }
        let longer = [&good[..], &[0]].concat();
        let mut sequence = good.clone();
        sequence[0] = 0x31;
        for bad in [
            longer,
            sequence,
            der(&[], &[1]),
            der(&[0], &[1]),
            der(&[0x80; 32], &[1]),
            der(&[0, 1], &[1]),
            der(&[0x11; 33], &[1]),
            [0x30, 0x81, 0x06, 2, 1, 1, 2, 1, 1].to_vec(),
        ] {
            assert_eq!(raw_signature(&bad), None, "{bad:02x?}");
        }
    }
}
