//! Real portraits, and worse ones made of them: what is said of each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::LazyLock;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use portrait::{
    FaceFinder, Mode, NotAPortrait, PortraitError, Report, Rule, Settings, VERSION, Verdict, check,
    check_file, examine, make, portrait, read,
};

const GOOD: &[u8] = include_bytes!("../../../tests/portraits/good.jpg");
const GLASSES: &[u8] = include_bytes!("../../../tests/portraits/glasses.jpg");

static FINDER: LazyLock<FaceFinder> = LazyLock::new(FaceFinder::new);

fn good() -> RgbImage {
    read(GOOD, &Settings::default()).unwrap()
}

fn look(picture: &RgbImage) -> Report {
    check(&FINDER, picture, Mode::Final)
}

/// As less or more light would have shown it, on the left and the right half.
fn lit(picture: &RgbImage, left: f32, right: f32) -> RgbImage {
    let middle = picture.width() / 2;
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let light = if x < middle { left } else { right };
        Rgb(picture.get_pixel(x, y).0.map(|channel| {
            let linear = (f32::from(channel) / 255.0).powf(2.2) * light;
            (linear.powf(1.0 / 2.2) * 255.0).min(255.0) as u8
        }))
    })
}

fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (width, height) = picture.dimensions();
    let middle = [width, height].map(|length| length as f32 / 2.0);
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - middle[0], y as f32 - middle[1]);
        let (x, y) = (
            x * cosine + y * sine + middle[0],
            y * cosine - x * sine + middle[1],
        );
        let inside = x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32;
        if inside {
            *picture.get_pixel(x as u32, y as u32)
        } else {
            Rgb([160; 3])
        }
    })
}

/// The picture at half its size, in the middle of a wall.
fn far(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let small = imageops::resize(picture, width / 2, height / 2, FilterType::Triangle);
    let mut wall = RgbImage::from_pixel(width, height, Rgb([160; 3]));
    imageops::overlay(
        &mut wall,
        &small,
        i64::from(width / 4),
        i64::from(height / 4),
    );
    wall
}

fn two(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut both = RgbImage::new(2 * width, height);
    imageops::overlay(&mut both, picture, 0, 0);
    imageops::overlay(&mut both, picture, i64::from(width), 0);
    both
}

fn part(picture: &RgbImage, x: u32, y: u32, width: u32, height: u32) -> RgbImage {
    imageops::crop_imm(picture, x, y, width, height).to_image()
}

#[test]
fn good_portraits_are_accepted_with_glasses_and_with_a_cap() {
    for bytes in [GOOD, GLASSES] {
        let report = check_file(&FINDER, bytes, &Settings::default()).unwrap();
        assert_eq!(
            (report.faces, report.verdict, report.reasons()),
            (1, Verdict::Accept, vec![])
        );
    }
}

#[test]
fn each_fault_is_found_and_named() {
    let good = good();
    let (width, height) = good.dimensions();
    let grey = RgbImage::from_fn(width, height, |x, y| Rgb([good.get_pixel(x, y).0[1]; 3]));
    let cases = [
        ("blurred", imageops::blur(&good, 5.0), Rule::Blur, true),
        ("dark", lit(&good, 0.05, 0.05), Rule::Dark, true),
        ("bright", lit(&good, 4.0, 4.0), Rule::Over, true),
        ("lit from the left", lit(&good, 1.0, 0.08), Rule::Side, true),
        (
            "lit from the right",
            lit(&good, 0.08, 1.0),
            Rule::Side,
            true,
        ),
        ("leaning", turned(&good, 25.0), Rule::Roll, true),
        (
            "leaning the other way",
            turned(&good, -25.0),
            Rule::Roll,
            true,
        ),
        ("far away", far(&good), Rule::TooFar, true),
        ("two", two(&good), Rule::TwoFaces, true),
        (
            "too near",
            part(&good, 135, 180, 405, 495),
            Rule::TooClose,
            true,
        ),
        (
            "at the left border",
            part(&good, 190, 0, 485, 900),
            Rule::Framing,
            true,
        ),
        (
            "without hair",
            part(&good, 0, 200, 675, 700),
            Rule::Framing,
            true,
        ),
        ("grey", grey, Rule::Grey, false),
    ];
    for (name, picture, rule, rejects) in cases {
        let report = look(&picture);
        let found = report.findings.iter().find(|finding| finding.rule == rule);
        assert_eq!(
            found.map(|finding| finding.rejects),
            Some(rejects),
            "{name}: {:?}",
            report.findings
        );
    }
}

/// Cloth drawn where this says so of a place in eye distances from between the eyes, right and down.
fn clothed(picture: &RgbImage, colour: [u8; 3], covers: impl Fn(f32, f32) -> bool) -> RgbImage {
    let faces = FINDER.find(picture, portrait::Depth::Final);
    let at = |index: usize| faces[0].landmarks[index];
    let eye =
        |outer: usize, inner: usize| [0, 1].map(|axis| (at(outer)[axis] + at(inner)[axis]) / 2.0);
    let (left, right) = (eye(33, 133), eye(263, 362));
    let distance = (left[0] - right[0]).hypot(left[1] - right[1]);
    let middle = [0, 1].map(|axis| (left[axis] + right[axis]) / 2.0);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let across = (x as f32 - middle[0]) / distance;
        let down = (y as f32 - middle[1]) / distance;
        if covers(across, down) {
            // Folds, so that it is cloth and not a hole in the picture.
            let fold = (2.0 * (9.0 * across + 4.0 * down).sin()) as i16;
            Rgb(colour.map(|channel| (i16::from(channel) + fold).clamp(0, 255) as u8))
        } else {
            *picture.get_pixel(x, y)
        }
    })
}

#[test]
fn a_scarf_over_the_mouth_or_around_the_head_refuses_nothing() {
    let over_the_mouth = |across: f32, down: f32| down > 0.75 && across.abs() < 1.5 && down < 2.6;
    let around = |across: f32, down: f32| {
        let face = (across / 1.05).powi(2) + ((down - 0.35) / 1.3).powi(2) < 1.0;
        let head = (across / 1.7).powi(2) + ((down - 0.5) / 2.1).powi(2) < 1.0;
        head && !face
    };
    let good = good();
    for (name, picture) in [
        (
            "white over the mouth",
            clothed(&good, [252; 3], over_the_mouth),
        ),
        ("dark around the head", clothed(&good, [22, 20, 26], around)),
        ("white around the head", clothed(&good, [252; 3], around)),
    ] {
        let report = look(&picture);
        assert_eq!(report.faces, 1, "{name}");
        assert_ne!(
            report.verdict,
            Verdict::Reject,
            "{name}: {:?}",
            report.findings
        );
        let jpeg = portrait_of(&picture);
        let examined = examine(&FINDER, &jpeg, &Settings::default()).unwrap();
        assert_ne!(
            examined.report.verdict,
            Verdict::Reject,
            "{name}: {:?}",
            examined.report.findings
        );
    }
}

#[test]
fn a_wall_is_no_face() {
    let report = look(&RgbImage::from_pixel(600, 800, Rgb([160, 150, 140])));
    assert_eq!(
        (report.faces, report.reasons(), report.place),
        (0, vec!["no_face"], None)
    );
    assert_eq!(
        (report.verdict, report.measures.len()),
        (Verdict::Reject, 0)
    );
}

#[test]
fn a_live_frame_is_judged_by_its_shares() {
    let frame = imageops::resize(&good(), 360, 480, FilterType::Triangle);
    let report = check(&FINDER, &frame, Mode::Live);
    assert_ne!(report.verdict, Verdict::Reject, "{:?}", report.findings);
    let place = report.place.unwrap();
    assert!(
        (45.0..55.0).contains(&place.centre_x) && (35.0..55.0).contains(&place.centre_y),
        "{place:?}"
    );
    let report = check(
        &FINDER,
        &imageops::resize(&far(&good()), 360, 480, FilterType::Triangle),
        Mode::Live,
    );
    assert!(
        report.reasons().contains(&"too_far"),
        "{:?}",
        report.findings
    );
}

fn portrait_of(picture: &RgbImage) -> Vec<u8> {
    let faces = FINDER.find(picture, portrait::Depth::Final);
    portrait(picture, faces.first(), &Settings::default()).unwrap()
}

#[test]
fn what_the_phone_makes_the_issuer_takes() {
    let good = good();
    for (name, picture) in [
        ("good", good.clone()),
        ("leaning a little", turned(&good, 9.0)),
        (
            "large",
            imageops::resize(&good, 2025, 2700, FilterType::Triangle),
        ),
        ("with little room", part(&good, 100, 0, 475, 640)),
        ("glasses", read(GLASSES, &Settings::default()).unwrap()),
    ] {
        let jpeg = portrait_of(&picture);
        assert!(jpeg.len() <= 64_000, "{name}: {}", jpeg.len());
        assert_eq!(
            read(&jpeg, &Settings::default()).unwrap().dimensions(),
            (480, 640)
        );
        let examined = examine(&FINDER, &jpeg, &Settings::default()).unwrap();
        assert_ne!(
            examined.report.verdict,
            Verdict::Reject,
            "{name}: {:?}",
            examined.report.findings
        );
        assert!(examined.jpeg.len() <= 64_000);
        assert_eq!(
            read(&examined.jpeg, &Settings::default())
                .unwrap()
                .dimensions(),
            (480, 640)
        );
    }
}

#[test]
fn the_issuer_refuses_what_no_phone_of_ours_sends() {
    let jpeg = portrait_of(&good());
    let refused = |bytes: &[u8]| examine(&FINDER, bytes, &Settings::default()).err();
    let not = |why: NotAPortrait| Some(PortraitError::NotAPortrait(why));

    let behind = [&jpeg[..], b"<script>PK\x03\x04"].concat();
    assert_eq!(refused(&behind), not(NotAPortrait::MoreBehind));
    let mut png = std::io::Cursor::new(Vec::new());
    RgbImage::new(480, 640)
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    assert_eq!(refused(png.get_ref()), not(NotAPortrait::Kind));
    let encoded = |width, height, quality| {
        let picture = imageops::resize(&good(), width, height, FilterType::Triangle);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .encode_image(&picture)
            .unwrap();
        jpeg
    };
    // One size is made, and one is taken: nothing is enlarged.
    for (width, height) in [
        (640, 480),
        (1200, 1600),
        (960, 1280),
        (240, 320),
        (480, 639),
        (481, 640),
    ] {
        assert_eq!(
            refused(&encoded(u32::from(width), u32::from(height), 40)),
            not(NotAPortrait::Size { width, height })
        );
    }
    let mut grey = Vec::new();
    let luma = image::DynamicImage::ImageRgb8(good())
        .resize_exact(480, 640, FilterType::Triangle)
        .to_luma8();
    JpegEncoder::new(&mut grey).encode_image(&luma).unwrap();
    assert_eq!(refused(&grey), not(NotAPortrait::Colours));
    assert_eq!(
        refused(&vec![0xFF; 256 * 1024 + 1]),
        Some(PortraitError::TooLarge {
            bytes: 256 * 1024 + 1,
            limit: 256 * 1024
        })
    );

    // Well formed, and not what a phone of ours makes: found by the rules.
    let mut small = Vec::new();
    JpegEncoder::new_with_quality(&mut small, 85)
        .encode_image(&imageops::resize(
            &far(&good()),
            480,
            640,
            FilterType::Triangle,
        ))
        .unwrap();
    for (bytes, rule) in [(encoded(480, 640, 60), Rule::Jpeg), (small, Rule::TooFar)] {
        let report = examine(&FINDER, &bytes, &Settings::default())
            .unwrap()
            .report;
        assert!(
            report.findings.iter().any(|finding| finding.rule == rule),
            "{rule:?} {:?}",
            report.findings
        );
    }
    let elsewhere = part(&good(), 150, 150, 480, 640);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85)
        .encode_image(&elsewhere)
        .unwrap();
    let report = examine(&FINDER, &jpeg, &Settings::default())
        .unwrap()
        .report;
    assert_eq!(
        (report.verdict, report.reasons()[0]),
        (Verdict::Reject, "framing")
    );
}

#[test]
fn a_file_that_is_compressed_too_much_is_told_so() {
    for (quality, expected) in [(85, None), (60, Some(false)), (30, Some(true))] {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .encode_image(&good())
            .unwrap();
        let report = check_file(&FINDER, &jpeg, &Settings::default()).unwrap();
        let found = report
            .findings
            .iter()
            .find(|finding| finding.rule == Rule::Jpeg);
        assert_eq!(
            found.map(|finding| finding.rejects),
            expected,
            "quality {quality}"
        );
    }
}

#[test]
fn who_makes_a_portrait_of_a_file_is_told_what_is_told_of_the_file() {
    let settings = Settings::default();
    let mut squeezed = Vec::new();
    JpegEncoder::new_with_quality(&mut squeezed, 30)
        .encode_image(&good())
        .unwrap();
    for bytes in [GOOD, GLASSES, &squeezed] {
        let made = make(&FINDER, bytes, &settings).unwrap();
        assert_eq!(made.report, check_file(&FINDER, bytes, &settings).unwrap());
        assert_eq!(made.jpeg, portrait_of(&read(bytes, &settings).unwrap()));
    }
    let report = make(&FINDER, &squeezed, &settings).unwrap().report;
    assert_eq!(
        (report.verdict, report.reasons()),
        (Verdict::Reject, vec!["jpeg"])
    );
}

#[test]
fn without_a_face_a_portrait_is_the_upper_middle_and_just_as_small() {
    let wall = RgbImage::from_fn(1200, 1000, |x, y| Rgb([(x / 5) as u8, (y / 4) as u8, 90]));
    let jpeg = portrait(&wall, None, &Settings::default()).unwrap();
    assert!(jpeg.len() <= 64_000);
    assert_eq!(
        read(&jpeg, &Settings::default()).unwrap().dimensions(),
        (480, 640)
    );
}

#[test]
fn the_sun_in_a_hedge_is_made_to_fit_without_being_compressed_too_much() {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 25) as u8
    };
    let mut busy = good();
    busy.pixels_mut()
        .for_each(|pixel| pixel.0 = pixel.0.map(|channel| channel.saturating_add(noise())));
    let jpeg = portrait_of(&busy);
    assert!(jpeg.len() <= 64_000);
    let report = check_file(&FINDER, &jpeg, &Settings::default()).unwrap();
    assert!(!report.reasons().contains(&"jpeg"));
    let examined = examine(&FINDER, &jpeg, &Settings::default()).unwrap();
    assert_ne!(
        examined.report.verdict,
        Verdict::Reject,
        "{:?}",
        examined.report.findings
    );
}

/// A JPEG that lies as its note on orientation says it must not be shown.
fn lying(upright: &RgbImage, orientation: u8) -> Vec<u8> {
    let stored = match orientation {
        2 => imageops::flip_horizontal(upright),
        3 => imageops::rotate180(upright),
        4 => imageops::flip_vertical(upright),
        5 => imageops::rotate270(&imageops::flip_horizontal(upright)),
        6 => imageops::rotate270(upright),
        7 => imageops::rotate90(&imageops::flip_horizontal(upright)),
        8 => imageops::rotate90(upright),
        _ => upright.clone(),
    };
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 90)
        .encode_image(&stored)
        .unwrap();
    let mut exif =
        b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[25] = orientation;
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &exif, &plain[2..]].concat()
}

#[test]
fn whichever_way_a_phone_stored_it_a_portrait_is_upright_and_has_no_notes() {
    let good = good();
    for orientation in 1..=8 {
        let bytes = lying(&good, orientation);
        let report = check_file(&FINDER, &bytes, &Settings::default()).unwrap();
        assert_eq!(
            report.verdict,
            Verdict::Accept,
            "orientation {orientation}: {:?}",
            report.findings
        );
        let jpeg = portrait_of(&read(&bytes, &Settings::default()).unwrap());
        assert!(!jpeg.windows(4).any(|window| window == b"Exif"));
        assert_ne!(
            examine(&FINDER, &jpeg, &Settings::default())
                .unwrap()
                .report
                .verdict,
            Verdict::Reject
        );
    }
    // The issuer turns nothing: a note there is not of our making.
    let small = imageops::resize(&good, 480, 640, FilterType::Triangle);
    for orientation in 2..=8 {
        let why = match orientation {
            ..5 => NotAPortrait::Turned,
            _ => NotAPortrait::Size {
                width: 640,
                height: 480,
            },
        };
        assert_eq!(
            examine(&FINDER, &lying(&small, orientation), &Settings::default()).err(),
            Some(PortraitError::NotAPortrait(why)),
            "orientation {orientation}"
        );
    }
    // Of the right size as it is stored, and only then.
    let wide = lying(&imageops::resize(&good, 640, 480, FilterType::Triangle), 6);
    assert_eq!(
        examine(&FINDER, &wide, &Settings::default()).err(),
        Some(PortraitError::NotAPortrait(NotAPortrait::Turned))
    );
}

#[test]
fn a_report_says_the_same_after_a_journey_as_json() {
    let report = look(&turned(&good(), 7.0));
    let json = serde_json::to_string(&report).unwrap();
    assert!(
        json.contains("\"verdict\":\"advise\"") && json.contains("\"rule\":\"roll\""),
        "{json}"
    );
    let again: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(again.findings, report.findings);
    assert_eq!(VERSION, env!("CARGO_PKG_VERSION"));
}
