//! What a JPEG file says of itself, before anything is decoded.
//!
//! The decoder fills what is missing with grey and says nothing, goes by the last of several frame headers, and walks
//! over the whole picture once for every scan, of which a small file can have a hundred thousand. So the end is
//! looked for here, headers and scans are counted, and the tables are read.

use crate::PortraitError;

/// Progressive files of cameras and programs have about ten.
const MAX_SCANS: u32 = 100;

/// A JPEG file that is whole and holds one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jpeg {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// One for grey, three for colour.
    pub(crate) components: u8,
    /// Sum of the quantisation table for luminance: 64 at quality 100, 3688 at quality 50.
    pub(crate) luminance_table_sum: u32,
    /// Bytes behind the end of the picture.
    pub(crate) behind: usize,
}

impl Jpeg {
    /// Walks the markers (ITU-T T.81, annex B) up to the end of the picture.
    ///
    /// What follows the end is only counted: phones append a second picture or a maker's note there.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, PortraitError> {
        let mut rest = bytes.get(2..).ok_or(PortraitError::Truncated)?;
        let mut tables = [None; 4];
        let mut frame: Option<Frame> = None;
        let mut table_sum = None;
        let mut scans = 0;
        loop {
            let marker = next_marker(&mut rest, scans > 0)?;
            match marker {
                // EOI
                0xD9 => {
                    let (Some(frame), Some(luminance_table_sum)) = (frame, table_sum) else {
                        return Err(PortraitError::Damaged);
                    };
                    return Ok(Self {
                        width: frame.width,
                        height: frame.height,
                        components: frame.components,
                        luminance_table_sum,
                        behind: rest.len(),
                    });
                }
                // SOI: a picture within the picture.
                0xD8 => return Err(PortraitError::Damaged),
                // TEM and RSTn stand alone. Before a scan they mean nothing, and the decoder takes what follows for a
                // length: it would see another file than is seen here.
                0x01 | 0xD0..=0xD7 if scans > 0 => continue,
                0x01 | 0xD0..=0xD7 => return Err(PortraitError::Damaged),
                _ => {}
            }
            let content = segment(&mut rest)?;
            match marker {
                0xDB => quantisation(content, &mut tables)?,
                // DHT, JPG and DAC share the row with the frame headers.
                0xC4 | 0xC8 | 0xCC => {}
                0xC0..=0xCF => {
                    let first = frame.replace(Frame::read(marker, content)?).is_none();
                    first.then_some(()).ok_or(PortraitError::Damaged)?;
                }
                // APP0 begins with a name of five bytes. In one of four the decoder reads a byte too many and is beside
                // the markers from then on.
                0xE0 if content.len() < 6 => return Err(PortraitError::Damaged),
                // DHP: several frames that build on each other.
                0xDE => return unsupported("a hierarchical JPEG"),
                // SOS: coded data follow, up to the next marker.
                0xDA => {
                    scans += 1;
                    if scans > MAX_SCANS {
                        return Err(PortraitError::TooManyScans { limit: MAX_SCANS });
                    }
                    let frame = frame.ok_or(PortraitError::Damaged)?;
                    table_sum = table_sum.or(tables[frame.luminance_table]);
                }
                _ => {}
            }
        }
    }
}

/// A frame header.
#[derive(Clone, Copy)]
struct Frame {
    width: u16,
    height: u16,
    components: u8,
    luminance_table: usize,
}

impl Frame {
    fn read(marker: u8, content: &[u8]) -> Result<Self, PortraitError> {
        match marker {
            // Baseline, extended and progressive, with Huffman codes.
            0xC0..=0xC2 => {}
            0xC3 | 0xC7 | 0xCB | 0xCF => return unsupported("a lossless JPEG"),
            0xC5 | 0xC6 | 0xCD | 0xCE => return unsupported("a hierarchical JPEG"),
            _ => return unsupported("an arithmetically coded JPEG"),
        }
        let &[bits, y, y_low, x, x_low, components, ref listed @ ..] = content else {
            return Err(PortraitError::Damaged);
        };
        if bits != 8 {
            return unsupported("a JPEG of more than 8 bits");
        }
        let &[_, _, luminance_table, ..] = listed else {
            return Err(PortraitError::Damaged);
        };
        match components {
            1 | 3 => {}
            // What the inks mean stands in a profile that is not read here.
            4 => return unsupported("a CMYK JPEG"),
            _ => return Err(PortraitError::Damaged),
        }
        let (width, height) = (
            u16::from_be_bytes([x, x_low]),
            u16::from_be_bytes([y, y_low]),
        );
        if width == 0
            || height == 0
            || listed.len() != usize::from(components) * 3
            || luminance_table > 3
        {
            return Err(PortraitError::Damaged);
        }
        Ok(Self {
            width,
            height,
            components,
            luminance_table: luminance_table.into(),
        })
    }
}

fn unsupported<T>(format: &'static str) -> Result<T, PortraitError> {
    Err(PortraitError::Unsupported { format })
}

/// The content of a segment; `rest` then begins behind it.
fn segment<'bytes>(rest: &mut &'bytes [u8]) -> Result<&'bytes [u8], PortraitError> {
    let &[high, low, ..] = *rest else {
        return Err(PortraitError::Truncated);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length < 2 {
        return Err(PortraitError::Damaged);
    }
    let (content, after) = rest
        .split_at_checked(length)
        .ok_or(PortraitError::Truncated)?;
    *rest = after;
    Ok(&content[2..])
}

/// T.81 B.2.4.1: the sums of the tables of one segment.
fn quantisation(mut content: &[u8], sums: &mut [Option<u32>; 4]) -> Result<(), PortraitError> {
    while let [kind, rest @ ..] = content {
        let (wide, index) = (kind >> 4, usize::from(kind & 15));
        let (step, Some(sum)) = (usize::from(wide) + 1, sums.get_mut(index)) else {
            return Err(PortraitError::Damaged);
        };
        if wide > 1 {
            return Err(PortraitError::Damaged);
        }
        let (table, after) = rest
            .split_at_checked(64 * step)
            .ok_or(PortraitError::Damaged)?;
        let entries = || {
            let bytes = table.chunks(step);
            bytes.map(|bytes| {
                bytes
                    .iter()
                    .fold(0, |value, byte| value << 8 | u32::from(*byte))
            })
        };
        if entries().any(|entry| entry == 0) {
            return Err(PortraitError::Damaged);
        }
        *sum = Some(entries().sum());
        content = after;
    }
    Ok(())
}

/// The next marker's code; `rest` then begins behind it. Coded data before it are passed over if `in_scan`.
fn next_marker(rest: &mut &[u8], in_scan: bool) -> Result<u8, PortraitError> {
    loop {
        let start = rest
            .iter()
            .position(|byte| *byte == 0xFF)
            .ok_or(PortraitError::Truncated)?;
        if start != 0 && !in_scan {
            return Err(PortraitError::Damaged);
        }
        let after = &rest[start..];
        let fill = after
            .iter()
            .position(|byte| *byte != 0xFF)
            .ok_or(PortraitError::Truncated)?;
        let code = after[fill];
        *rest = &after[fill + 1..];
        // A stuffed zero is a data byte of the scan.
        if code != 0 {
            return Ok(code);
        }
        if !in_scan {
            return Err(PortraitError::Damaged);
        }
    }
}
