//! The list of bits and its compressed form (draft §4).

use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// How many bits an entry has (§4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bits {
    /// Valid or invalid.
    One,
    /// The four values of [`Status`] with one left to the application.
    Two,
    /// Sixteen values.
    Four,
    /// 256 values.
    Eight,
}

impl Bits {
    /// 1, 2, 4 or 8.
    #[must_use]
    pub fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    fn largest(self) -> u8 {
        u8::MAX >> (8 - self.count())
    }
}

impl TryFrom<u64> for Bits {
    type Error = ListError;

    fn try_from(count: u64) -> Result<Self, ListError> {
        match count {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(ListError::Bits),
        }
    }
}

/// What an entry means (§7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0: good, or never given out.
    Valid,
    /// 1: withdrawn for ever.
    Invalid,
    /// 2: withdrawn for now.
    Suspended,
    /// Any other value; 3 and 12–15 are the application's own.
    Application(u8),
}

impl From<u8> for Status {
    fn from(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Application(other),
        }
    }
}

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        match status {
            Status::Valid => 0,
            Status::Invalid => 1,
            Status::Suspended => 2,
            Status::Application(value) => value,
        }
    }
}

/// Entries of 1, 2, 4 or 8 bits, packed from the least significant bit of each byte upwards (§4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "StatusList({} entries of {} bits)",
            self.len(),
            self.bits.count()
        )
    }
}

/// Why bytes are no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// `bits` is not 1, 2, 4 or 8.
    #[error("entries must have 1, 2, 4 or 8 bits")]
    Bits,
    /// Not a complete zlib stream, or bytes follow it.
    #[error("not a whole zlib stream")]
    Compression,
    /// Larger than allowed when unpacked.
    #[error("the list is too large")]
    TooLarge,
}

/// No such entry, or a value that does not fit the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such entry in the list, or a value too large for it")]
pub struct OutOfRange;

impl StatusList {
    /// A list of at least `size` entries, all 0. Sizes are rounded up to whole bytes.
    #[must_use]
    pub fn new(bits: Bits, size: usize) -> Self {
        let per_byte = usize::from(8 / bits.count());
        Self {
            bits,
            bytes: vec![0; size.div_ceil(per_byte)],
        }
    }

    /// A list from its unpacked bytes.
    #[must_use]
    pub fn from_bytes(bits: Bits, bytes: Vec<u8>) -> Self {
        Self { bits, bytes }
    }

    /// The unpacked bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bits an entry has.
    #[must_use]
    pub fn bits(&self) -> Bits {
        self.bits
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64 * u64::from(8 / self.bits.count())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The entry at `idx`, or `None` if the list is not that long. `None` is no good status: §8.3 says refuse.
    #[must_use]
    pub fn get(&self, idx: u64) -> Option<u8> {
        let (at, shift) = self.place(idx)?;
        Some(self.bytes.get(at)? >> shift & self.bits.largest())
    }

    /// Changes the entry at `idx`.
    ///
    /// # Errors
    /// [`OutOfRange`] if there is no such entry or `value` needs more bits.
    pub fn set(&mut self, idx: u64, value: u8) -> Result<(), OutOfRange> {
        let largest = self.bits.largest();
        if value > largest {
            return Err(OutOfRange);
        }
        let (at, shift) = self.place(idx).ok_or(OutOfRange)?;
        let byte = self.bytes.get_mut(at).ok_or(OutOfRange)?;
        *byte = *byte & !(largest << shift) | value << shift;
        Ok(())
    }

    /// The list as a zlib stream (RFC 1950), as small as it gets (§4.1).
    #[must_use]
    #[expect(clippy::expect_used, reason = "writing to memory does not fail")]
    pub fn compress(&self) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder
            .write_all(&self.bytes)
            .and_then(|()| encoder.finish())
            .expect("memory takes every byte")
    }

    /// Unpacks a zlib stream to at most `max` bytes.
    ///
    /// # Errors
    /// [`ListError`] if it is not a whole stream or would be larger.
    pub fn decompress(bits: Bits, mut compressed: &[u8], max: usize) -> Result<Self, ListError> {
        let mut bytes = Vec::new();
        let limit = max.saturating_add(1) as u64; // one more, so that too much is seen
        let mut decoder = ZlibDecoder::new(&mut compressed);
        decoder
            .by_ref()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|_| ListError::Compression)?;
        if bytes.len() > max {
            return Err(ListError::TooLarge);
        }
        if !compressed.is_empty() {
            return Err(ListError::Compression);
        }
        Ok(Self { bits, bytes })
    }

    fn place(&self, idx: u64) -> Option<(usize, u8)> {
        let per_byte = u64::from(8 / self.bits.count());
        let at = usize::try_from(idx / per_byte).ok()?;
        Some((at, (idx % per_byte) as u8 * self.bits.count()))
    }
}
