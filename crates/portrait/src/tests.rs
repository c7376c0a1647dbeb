use image::ImageFormat;
use image::codecs::png::PngEncoder;
use image::{ImageEncoder, Luma, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

fn settings() -> Settings {
    Settings::default()
}

/// A picture whose four quarters are red, green, blue and grey, so that up and left can be told.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        match (x < width / 2, y < height / 2) {
            (true, true) => Rgb([200, 30, 30]),
            (false, true) => Rgb([30, 200, 30]),
            (true, false) => Rgb([30, 30, 200]),
            (false, false) => Rgb([120, 120, 120]),
        }
    })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    encode(picture, usize::MAX).unwrap()
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF note that says how to turn it.
fn turned_jpeg(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[25] = orientation;
    let plain = jpeg(picture);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &exif, &plain[2..]].concat()
}

/// The portrait's colour in the middle of each quarter, named.
fn colours(portrait: &[u8]) -> String {
    let portrait = image::load_from_memory(portrait).unwrap().into_rgb8();
    assert_eq!(portrait.dimensions(), (480, 640));
    [(120, 160), (360, 160), (120, 480), (360, 480)]
        .map(|(x, y)| match portrait.get_pixel(x, y).0 {
            [150..=255, 0..=99, 0..=99] => 'r',
            [0..=99, 150..=255, 0..=99] => 'g',
            [0..=99, 0..=99, 150..=255] => 'b',
            [100..150, 100..150, 100..150] => '-',
            other => panic!("unexpected colour {other:?}"),
        })
        .into_iter()
        .collect()
}

#[test]
fn jpeg_and_png_become_a_small_upright_jpeg_of_one_size() {
    for bytes in [
        jpeg(&quarters(900, 1200)),
        png(&quarters(900, 1200)),
        jpeg(&quarters(3000, 4000)),
        png(&quarters(240, 320)),
    ] {
        let portrait = normalise(&bytes, &settings()).unwrap();
        assert!(portrait.len() <= 64_000);
        assert_eq!(colours(&portrait), "rgb-");
    }
}

#[test]
fn a_picture_is_turned_as_its_note_says() {
    let lying = quarters(1200, 900);
    for (orientation, expected) in [
        (1, "rgb-"),
        (2, "gr-b"),
        (3, "-bgr"),
        (4, "b-rg"),
        (5, "rbg-"),
        (6, "br-g"),
        (7, "-gbr"),
        (8, "g-rb"),
        // Not a direction: left as it is.
        (9, "rgb-"),
    ] {
        let portrait = normalise(&turned_jpeg(&lying, orientation), &settings()).unwrap();
        assert_eq!(colours(&portrait), expected, "orientation {orientation}");
    }
}

#[test]
fn nothing_but_pixels_comes_out() {
    let portrait = normalise(&turned_jpeg(&quarters(900, 1200), 1), &settings()).unwrap();
    assert!(!portrait.windows(4).any(|window| window == b"Exif"));
    let segments: Vec<u8> = portrait
        .windows(2)
        .filter(|pair| pair[0] == 0xFF && (0xE1..=0xFE).contains(&pair[1]))
        .map(|pair| pair[1])
        .collect();
    assert_eq!(
        segments,
        Vec::<u8>::new(),
        "application and comment segments other than JFIF"
    );
}

#[test]
fn what_is_transparent_becomes_white() {
    let hidden = RgbaImage::from_pixel(480, 640, Rgba([255, 0, 0, 0]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&hidden, 480, 640, ExtendedColorType::Rgba8)
        .unwrap();
    let picture = read(&bytes, &settings()).unwrap();
    assert!(picture.pixels().all(|pixel| pixel.0 == [255; 3]));
}

#[test]
fn grey_and_sixteen_bit_pictures_are_read() {
    let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(480, 640, Luma([90])));
    for picture in [
        DynamicImage::ImageLuma16(grey.to_luma16()),
        grey.clone(),
        grey.to_rgba16().into(),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let read = read(bytes.get_ref(), &settings()).unwrap();
        assert_eq!(read.get_pixel(5, 5).0, [90; 3]);
    }
}

/// PNG of one chunk that announces a size and holds no pixels.
fn announced_png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let named = [name, data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &named, &crc32(&named).to_be_bytes()].concat()
    };
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1A\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &[]),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// JPEG whose frame header announces a size.
fn announced_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(&quarters(480, 640));
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn each_hostile_or_hopeless_file_is_refused_with_its_reason() {
    let good_jpeg = jpeg(&quarters(900, 1200));
    let good_png = png(&quarters(900, 1200));
    let unsupported = |format| PortraitError::Unsupported { format };
    let cases: Vec<(&str, Vec<u8>, PortraitError)> = vec![
        ("empty", vec![], PortraitError::NotAPicture),
        ("text", b"hello".to_vec(), PortraitError::NotAPicture),
        (
            "page",
            b"<!doctype html><p>Not found".to_vec(),
            PortraitError::NotAPicture,
        ),
        (
            "program",
            b"\x7FELF\x02\x01\x01".to_vec(),
            PortraitError::NotAPicture,
        ),
        (
            "far too large",
            vec![0xFF; 10_000_001],
            PortraitError::TooLarge {
                bytes: 10_000_001,
                limit: 10_000_000,
            },
        ),
        (
            "PNG of a thousand million pixels",
            announced_png(100_000, 10_000),
            PortraitError::TooManyPixels {
                pixels: 1_000_000_000,
                limit: 40_000_000,
            },
        ),
        (
            "JPEG of four thousand million pixels",
            announced_jpeg(65_535, 65_535),
            PortraitError::TooManyPixels {
                pixels: 4_294_836_225,
                limit: 40_000_000,
            },
        ),
        (
            "one pixel too many",
            announced_png(40_000_001, 1),
            PortraitError::TooManyPixels {
                pixels: 40_000_001,
                limit: 40_000_000,
            },
        ),
        (
            "stamp",
            png(&quarters(239, 320)),
            PortraitError::TooSmall {
                width: 239,
                height: 318,
            },
        ),
        (
            "line",
            announced_png(1, 40_000_000),
            PortraitError::TooSmall {
                width: 1,
                height: 1,
            },
        ),
        (
            "wide stamp",
            jpeg(&quarters(900, 300)),
            PortraitError::TooSmall {
                width: 225,
                height: 300,
            },
        ),
        (
            "PNG without pixels",
            announced_png(600, 800),
            PortraitError::Damaged,
        ),
        (
            "PNG without size",
            announced_png(0, 0),
            PortraitError::Damaged,
        ),
        (
            "half a JPEG",
            good_jpeg[..good_jpeg.len() / 2].to_vec(),
            PortraitError::Truncated,
        ),
        (
            "JPEG without its end",
            good_jpeg[..good_jpeg.len() - 2].to_vec(),
            PortraitError::Truncated,
        ),
        (
            "start of a JPEG",
            good_jpeg[..3].to_vec(),
            PortraitError::Truncated,
        ),
        (
            "JPEG of nothing",
            b"\xFF\xD8\xFF\xD9".to_vec(),
            PortraitError::Damaged,
        ),
        (
            "half a PNG",
            good_png[..good_png.len() / 2].to_vec(),
            PortraitError::Truncated,
        ),
        (
            "PNG without its end",
            good_png[..good_png.len() - 12].to_vec(),
            PortraitError::Truncated,
        ),
        (
            "start of a PNG",
            good_png[..8].to_vec(),
            PortraitError::Truncated,
        ),
        ("GIF", b"GIF89a\x01\0\x01\0".to_vec(), unsupported("GIF")),
        (
            "WebP",
            b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(),
            unsupported("WebP"),
        ),
        ("TIFF", b"II*\0\x08\0\0\0".to_vec(), unsupported("TIFF")),
        ("BMP", b"BM\0\0\0\0".to_vec(), unsupported("BMP")),
        (
            "iPhone's HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(),
            unsupported("HEIC"),
        ),
        (
            "AVIF",
            b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(),
            unsupported("AVIF"),
        ),
        (
            "SVG",
            b"<?xml version='1.0'?>\n<svg xmlns='x'/>".to_vec(),
            unsupported("SVG"),
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(normalise(&bytes, &settings()), Err(expected), "{name}");
    }
}

#[test]
fn a_moving_png_is_refused() {
    let still = png(&quarters(480, 640));
    let control = b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0";
    // Behind the signature and IHDR.
    let moving = [&still[..33], control, &still[33..]].concat();
    assert_eq!(
        normalise(&moving, &settings()),
        Err(PortraitError::Animated)
    );
}

#[test]
fn what_a_phone_appends_behind_the_picture_does_no_harm() {
    let mut bytes = jpeg(&quarters(900, 1200));
    bytes.extend_from_slice(b"maker's trailer \xFF\xD8\xFF");
    assert_eq!(colours(&normalise(&bytes, &settings()).unwrap()), "rgb-");
}

#[test]
fn even_noise_fits_or_is_refused() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(480, 640, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    let bytes = png(&noise);
    match normalise(&bytes, &settings()) {
        Ok(portrait) => assert!(portrait.len() <= 64_000),
        Err(error) => assert_eq!(error, PortraitError::Incompressible { limit: 64_000 }),
    }
    let impossible = Settings {
        max_jpeg_bytes: 100,
        ..settings()
    };
    assert_eq!(
        normalise(&bytes, &impossible),
        Err(PortraitError::Incompressible { limit: 100 })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_damage_to_a_file_brings_the_reader_down(
        as_png in any::<bool>(),
        cut in 0.0_f64..1.0,
        strikes in prop::collection::vec((0.0_f64..1.0, any::<u8>()), 0..12),
    ) {
        let small = Settings { min_width: 30, min_height: 40, width: 30, height: 40, ..settings() };
        let picture = quarters(60, 80);
        let mut bytes = if as_png { png(&picture) } else { turned_jpeg(&picture, 6) };
        let at = |share: f64, length: usize| (share * length as f64) as usize;
        for (share, byte) in strikes {
            let place = at(share, bytes.len());
            bytes[place] = byte;
        }
        if cut < 0.3 {
            bytes.truncate(at(cut / 0.3, bytes.len()));
        }
        let _ = normalise(&bytes, &small);
    }
}
