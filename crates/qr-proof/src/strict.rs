//! A look through CBOR (RFC 8949) before anything else reads it.
//!
//! Only one encoding of each value is let through, the deterministic one of §4.2.1: definite lengths, shortest
//! heads, map keys in strictly ascending order of their bytes (so none twice). Floats, `undefined`, exotic simple
//! values and big numbers are refused, since nothing in a code needs them and a big number that is small would be a second
//! way to write it (§3.4.3). Nothing is allocated, and depth is bounded.

/// The rule that the bytes break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborFault {
    /// The bytes end inside an item.
    #[error("it ends too early")]
    Truncated,
    /// Bytes follow the item.
    #[error("bytes follow the item")]
    TrailingBytes,
    /// Containers and tags nested deeper than 16.
    #[error("nested too deep")]
    TooDeep,
    /// An indefinite length or a stray break.
    #[error("an indefinite length")]
    IndefiniteLength,
    /// A head that is longer than it needs to be, or reserved.
    #[error("a head that is not the shortest")]
    NotShortest,
    /// The same key twice in one map.
    #[error("the same key twice in a map")]
    DuplicateKey,
    /// Map keys out of order.
    #[error("map keys out of order")]
    KeyOrder,
    /// A float, `undefined`, another simple value or a big number: without use here.
    #[error("a kind of value that has no place here")]
    Unsupported,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
}

/// Containers and tags within one another.
pub(crate) const MAX_DEPTH: usize = 16;

/// Checks that `bytes` are exactly one item in deterministic encoding.
pub(crate) fn check(bytes: &[u8]) -> Result<(), CborFault> {
    let mut reader = Reader { bytes, at: 0 };
    reader.item(0)?;
    if reader.at == bytes.len() {
        Ok(())
    } else {
        Err(CborFault::TrailingBytes)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: usize) -> Result<(), CborFault> {
        let initial = self.take(1)?[0];
        let (major, info) = (initial >> 5, initial & 0x1f);
        if major == 7 {
            return match info {
                20..=22 => Ok(()), // false, true, null
                31 => Err(CborFault::IndefiniteLength),
                _ => Err(CborFault::Unsupported),
            };
        }
        let argument = self.argument(info)?;
        if major >= 4 && depth >= MAX_DEPTH {
            return Err(CborFault::TooDeep);
        }
        match major {
            0 | 1 => {}
            2 => {
                self.take_long(argument)?;
            }
            3 => {
                std::str::from_utf8(self.take_long(argument)?).map_err(|_| CborFault::Utf8)?;
            }
            4 => {
                for _ in 0..argument {
                    self.item(depth + 1)?;
                }
            }
            5 => self.map(argument, depth + 1)?,
            _ if matches!(argument, 2 | 3) => return Err(CborFault::Unsupported),
            _ => self.item(depth + 1)?, // a tag
        }
        Ok(())
    }

    fn map(&mut self, pairs: u64, depth: usize) -> Result<(), CborFault> {
        let mut previous: Option<&[u8]> = None;
        for _ in 0..pairs {
            let start = self.at;
            self.item(depth)?;
            let key = &self.bytes[start..self.at];
            if let Some(previous) = previous {
                match previous.cmp(key) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => return Err(CborFault::DuplicateKey),
                    std::cmp::Ordering::Greater => return Err(CborFault::KeyOrder),
                }
            }
            previous = Some(key);
            self.item(depth)?;
        }
        Ok(())
    }

    fn argument(&mut self, info: u8) -> Result<u64, CborFault> {
        let (width, least) = match info {
            0..=23 => return Ok(u64::from(info)),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            31 => return Err(CborFault::IndefiniteLength),
            _ => return Err(CborFault::NotShortest),
        };
        let value = self
            .take(width)?
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        if value < least {
            Err(CborFault::NotShortest)
        } else {
            Ok(value)
        }
    }

    fn take_long(&mut self, length: u64) -> Result<&'a [u8], CborFault> {
        self.take(usize::try_from(length).map_err(|_| CborFault::Truncated)?)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CborFault> {
        let end = self.at.checked_add(length).ok_or(CborFault::Truncated)?;
        let slice = self.bytes.get(self.at..end).ok_or(CborFault::Truncated)?;
        self.at = end;
        Ok(slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_deterministic_encoding_passes() {
        let cases: &[(&str, &[u8], Result<(), CborFault>)] = &[
            ("a small map", &[0xa2, 0x01, 0x02, 0x20, 0x41, 0xff], Ok(())),
            ("true, false, null", &[0x83, 0xf4, 0xf5, 0xf6], Ok(())),
            ("a tag", &[0xd2, 0x80], Ok(())),
            ("nothing", &[], Err(CborFault::Truncated)),
            (
                "a cut byte string",
                &[0x42, 0x00],
                Err(CborFault::Truncated),
            ),
            ("a cut head", &[0x19, 0x01], Err(CborFault::Truncated)),
            (
                "a huge byte string",
                &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                Err(CborFault::Truncated),
            ),
            (
                "a huge array",
                &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                Err(CborFault::Truncated),
            ),
            (
                "a huge map",
                &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                Err(CborFault::Truncated),
            ),
            ("two items", &[0x00, 0x00], Err(CborFault::TrailingBytes)),
            (
                "indefinite bytes",
                &[0x5f, 0x41, 0x00, 0xff],
                Err(CborFault::IndefiniteLength),
            ),
            (
                "indefinite array",
                &[0x9f, 0xff],
                Err(CborFault::IndefiniteLength),
            ),
            (
                "indefinite map",
                &[0xbf, 0xff],
                Err(CborFault::IndefiniteLength),
            ),
            ("a break alone", &[0xff], Err(CborFault::IndefiniteLength)),
            (
                "23 in two bytes",
                &[0x18, 0x17],
                Err(CborFault::NotShortest),
            ),
            (
                "255 in three bytes",
                &[0x19, 0x00, 0xff],
                Err(CborFault::NotShortest),
            ),
            (
                "65535 in five bytes",
                &[0x1a, 0x00, 0x00, 0xff, 0xff],
                Err(CborFault::NotShortest),
            ),
            ("a reserved head", &[0x1c], Err(CborFault::NotShortest)),
            (
                "a key twice",
                &[0xa2, 0x01, 0x00, 0x01, 0x00],
                Err(CborFault::DuplicateKey),
            ),
            (
                "keys out of order",
                &[0xa2, 0x02, 0x00, 0x01, 0x00],
                Err(CborFault::KeyOrder),
            ),
            ("a float", &[0xf9, 0x3c, 0x00], Err(CborFault::Unsupported)),
            ("undefined", &[0xf7], Err(CborFault::Unsupported)),
            (
                "one as a big number",
                &[0xc2, 0x41, 0x01],
                Err(CborFault::Unsupported),
            ),
            (
                "minus two as a big number",
                &[0xc3, 0x41, 0x01],
                Err(CborFault::Unsupported),
            ),
            (
                "text that is not UTF-8",
                &[0x61, 0xff],
                Err(CborFault::Utf8),
            ),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(check(bytes), *expected, "{name}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| {
            let mut bytes = vec![0x81; depth];
            bytes.push(0x00);
            bytes
        };
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(CborFault::TooDeep));
        assert_eq!(check(&vec![0xc1; 100_000]), Err(CborFault::TooDeep));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_answered_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = check(&bytes);
        }
    }
}
