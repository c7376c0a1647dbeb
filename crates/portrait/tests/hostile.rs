//! Files that somebody made to do harm: each is refused with its reason, or read without harm.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::Cursor;
use std::sync::LazyLock;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use portrait::{FaceFinder, PortraitError, Settings, check_file, examine, normalise};

const GOOD: &[u8] = include_bytes!("../../../tests/portraits/good.jpg");

static FINDER: LazyLock<FaceFinder> = LazyLock::new(FaceFinder::new);

fn jpeg() -> Vec<u8> {
    let picture = RgbImage::from_fn(480, 640, |x, y| {
        image::Rgb([(x / 2) as u8, (y / 3) as u8, 80])
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85)
        .encode_image(&picture)
        .unwrap();
    jpeg
}

fn png() -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    RgbImage::new(480, 640)
        .write_to(&mut png, ImageFormat::Png)
        .unwrap();
    png.into_inner()
}

/// Where the first segment of this kind begins, and where it ends.
fn segment(jpeg: &[u8], marker: u8) -> (usize, usize) {
    let start = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, marker])
        .unwrap();
    let length = usize::from(u16::from_be_bytes([jpeg[start + 2], jpeg[start + 3]]));
    (start, start + 2 + length)
}

fn altered(marker: u8, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut jpeg = jpeg();
    let (start, _) = segment(&jpeg, marker);
    jpeg[start + offset..start + offset + bytes.len()].copy_from_slice(bytes);
    jpeg
}

const SOF: u8 = 0xC0;
const DQT: u8 = 0xDB;
const SOS: u8 = 0xDA;

#[test]
fn each_is_refused_for_what_it_is_by_whoever_reads_it() {
    let good = jpeg();
    let (frame_start, frame_end) = segment(&good, SOF);
    let frame = &good[frame_start..frame_end];
    let (scan_start, _) = segment(&good, SOS);
    let (head, scan) = good.split_at(scan_start);
    let scan = &scan[..scan.len() - 2];
    let unsupported = |format| PortraitError::Unsupported { format };

    // Four components: what inks mean is not known here.
    let mut inks = frame.to_vec();
    inks[3] += 3;
    inks[9] = 4;
    inks.extend([4, 0x11, 0]);
    let cmyk = [&good[..frame_start], &inks, &good[frame_end..]].concat();

    // A note. Who takes its marker for the length of what stands before it sees something else behind it.
    let hidden = [&[0xFF, 0xFE, 0, 2 + frame.len() as u8][..], frame].concat();

    let cases: Vec<(&str, Vec<u8>, PortraitError)> = vec![
        (
            "four thousand million pixels",
            altered(SOF, 5, &[0xFF; 4]),
            PortraitError::TooManyPixels {
                pixels: 65_535 * 65_535,
                limit: 40_000_000,
            },
        ),
        (
            "no height",
            altered(SOF, 5, &[0, 0]),
            PortraitError::Damaged,
        ),
        ("no width", altered(SOF, 7, &[0, 0]), PortraitError::Damaged),
        (
            "no pixels",
            altered(SOF, 5, &[0; 4]),
            PortraitError::Damaged,
        ),
        ("CMYK", cmyk, unsupported("a CMYK JPEG")),
        (
            "two components",
            altered(SOF, 9, &[2]),
            PortraitError::Damaged,
        ),
        (
            "twelve bits",
            altered(SOF, 4, &[12]),
            unsupported("a JPEG of more than 8 bits"),
        ),
        (
            "lossless",
            altered(SOF, 1, &[0xC3]),
            unsupported("a lossless JPEG"),
        ),
        (
            "arithmetic",
            altered(SOF, 1, &[0xC9]),
            unsupported("an arithmetically coded JPEG"),
        ),
        (
            "hierarchical",
            altered(SOF, 1, &[0xC5]),
            unsupported("a hierarchical JPEG"),
        ),
        (
            "a division by nothing",
            altered(DQT, 5, &[0]),
            PortraitError::Damaged,
        ),
        (
            "a table that is not there",
            altered(SOF, 12, &[3]),
            PortraitError::Damaged,
        ),
        (
            "a table beyond the last",
            altered(DQT, 4, &[9]),
            PortraitError::Damaged,
        ),
        (
            "half a table",
            altered(DQT, 4, &[0x10]),
            PortraitError::Damaged,
        ),
        (
            "a picture in the picture",
            [&good[..2], &good[..]].concat(),
            PortraitError::Damaged,
        ),
        (
            "two sizes",
            [&good[..frame_end], frame, &good[frame_end..]].concat(),
            PortraitError::Damaged,
        ),
        (
            "no size",
            [&good[..frame_start], &good[frame_end..]].concat(),
            PortraitError::Damaged,
        ),
        (
            "a restart before anything",
            [&good[..2], &[0xFF, 0xD0], &good[2..]].concat(),
            PortraitError::Damaged,
        ),
        (
            "another picture, for who takes a restart to have a length",
            [head, &[0xFF, 0xD7], &hidden, scan, &[0xFF, 0xD9]].concat(),
            PortraitError::Damaged,
        ),
        (
            "another picture, for who takes TEM to have a length",
            [head, &[0xFF, 0x01], &hidden, scan, &[0xFF, 0xD9]].concat(),
            PortraitError::Damaged,
        ),
        (
            "a note of four bytes where five are read",
            [&good[..2], &[0xFF, 0xE0, 0, 6, 1, 2, 3, 4], &good[2..]].concat(),
            PortraitError::Damaged,
        ),
        (
            "a hundred and one scans",
            [head, &scan.repeat(101), &[0xFF, 0xD9]].concat(),
            PortraitError::TooManyScans { limit: 100 },
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(
            normalise(&bytes, &Settings::default()),
            Err(expected),
            "{name}"
        );
        assert_eq!(
            check_file(&FINDER, &bytes, &Settings::default()),
            Err(expected),
            "{name}"
        );
        assert!(
            examine(&FINDER, &bytes, &Settings::default()).is_err(),
            "{name}"
        );
    }
}

#[test]
fn wherever_a_file_is_cut_off_it_is_refused() {
    for whole in [jpeg(), png()] {
        for end in (0..whole.len() - 1).step_by(37) {
            let found = check_file(&FINDER, &whole[..end], &Settings::default());
            assert!(
                matches!(
                    found,
                    Err(PortraitError::Truncated | PortraitError::NotAPicture)
                ),
                "{end}: {found:?}"
            );
        }
    }
}

#[test]
fn what_hides_in_a_picture_does_not_come_out() {
    let payload = b"<script>alert(1)</script>PK\x03\x04 MZ";
    let note = |marker: u8| {
        let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
        [&GOOD[..2], &[0xFF, marker], &length, payload, &GOOD[2..]].concat()
    };
    for polyglot in [
        [GOOD, payload].concat(),
        [&png()[..], payload].concat(),
        note(0xFE),
        note(0xE1),
        note(0xEF),
    ] {
        let jpeg = normalise(&polyglot, &Settings::default()).unwrap();
        for hidden in [&b"<script"[..], b"PK\x03\x04", b" MZ"] {
            assert!(!jpeg.windows(hidden.len()).any(|window| window == hidden));
        }
    }
    for inside_out in [[payload, GOOD].concat(), [&b"GIF89a"[..], GOOD].concat()] {
        assert!(normalise(&inside_out, &Settings::default()).is_err());
    }
}

#[test]
fn sixteen_bits_are_read_as_eight() {
    let picture = image::load_from_memory(GOOD).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb16(picture.to_rgb16())
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let report = check_file(&FINDER, bytes.get_ref(), &Settings::default()).unwrap();
    assert_eq!(report.faces, 1);
}

#[test]
fn what_moves_is_refused() {
    let still = png();
    let control = b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0";
    let moving = [&still[..33], control, &still[33..]].concat();
    for (bytes, expected) in [
        (moving, PortraitError::Animated),
        (
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            PortraitError::Unsupported { format: "GIF" },
        ),
        (
            b"RIFF\x10\0\0\0WEBPVP8X".to_vec(),
            PortraitError::Unsupported { format: "WebP" },
        ),
    ] {
        assert_eq!(
            check_file(&FINDER, &bytes, &Settings::default()),
            Err(expected)
        );
    }
}
