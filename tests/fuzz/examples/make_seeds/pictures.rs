//! Pictures of people and of codes, and the numbers on library cards.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use qrcode::{EcLevel, QrCode};

use crate::seed;

pub(crate) fn write() {
    people();
    codes();
    for (name, text) in [
        ("good-code39", "N00123456"),
        ("good-code128", "az {}~!\"9"),
        ("good-itf", "12345678901234"),
        ("good-codabar", "B4-$:/.+1D"),
        ("good-ean13", "4006381333931"),
        ("good-ean13-without-check", "400638133393"),
        ("bad-letters", "ÆØÅ"),
        ("bad-long", "11111111111111111111111111111111111111111"),
    ] {
        seed("barcodes", name, text);
    }
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn people() {
    let put = |name: &str, bytes: &[u8]| seed("portrait", name, bytes);
    let person = RgbImage::from_fn(24, 32, |x, y| match (x < 12, y < 16) {
        (true, true) => Rgb([200, 30, 30]),
        (false, true) => Rgb([30, 200, 30]),
        (true, false) => Rgb([30, 30, 200]),
        (false, false) => Rgb([120, 120, 120]),
    });
    let png = file(&person.clone().into(), ImageFormat::Png);
    let jpeg = file(&person.clone().into(), ImageFormat::Jpeg);
    put("good-png", &png);
    put("good-jpeg", &jpeg);
    put("bad-png-cut-off", &png[..png.len() - 20]);
    put("bad-jpeg-cut-off", &jpeg[..jpeg.len() - 20]);
    let see_through = RgbaImage::from_fn(16, 16, |x, y| Rgba([200, 10, 10, (x * y) as u8]));
    put(
        "good-png-transparent",
        &file(&see_through.into(), ImageFormat::Png),
    );
    put(
        "good-png-16-bit",
        &file(
            &DynamicImage::ImageRgb16(DynamicImage::from(person.clone()).into_rgb16()),
            ImageFormat::Png,
        ),
    );
    let gray = GrayImage::from_fn(40, 12, |x, y| image::Luma([(x * 6 + y) as u8]));
    put(
        "good-jpeg-gray",
        &file(&gray.clone().into(), ImageFormat::Jpeg),
    );
    put("good-png-gray", &file(&gray.into(), ImageFormat::Png));
    let gray_alpha =
        image::ImageBuffer::from_fn(12, 16, |x, y| LumaA([(x * 9) as u8, (y * 9) as u8]));
    put(
        "good-png-gray-transparent",
        &file(&DynamicImage::ImageLumaA8(gray_alpha), ImageFormat::Png),
    );
    // A note that the picture lies on its side, as phones write it.
    let mut exif =
        b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[25] = 6;
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    put(
        "good-jpeg-turned",
        &[&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat(),
    );
    put(
        "good-jpeg-with-more-behind",
        &[&jpeg[..], b"a maker's note"].concat(),
    );
    let tiny = RgbImage::new(5, 5);
    put("bad-small", &file(&tiny.into(), ImageFormat::Png));
    put("bad-gif", b"GIF89a\x01\0\x01\0\0\0\0;");
    put("bad-heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    put(
        "bad-svg",
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    put("bad-text", b"not a picture");
    // Announces 60 000 by 60 000 pixels.
    let mut huge = png;
    huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    put("bad-png-huge", &huge);
}

fn codes() {
    let put = |name: &str, bytes: &[u8]| seed("pictures", name, bytes);
    let drawn = |text: &str, pixels: u32| {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        code.render::<image::Luma<u8>>()
            .module_dimensions(pixels, pixels)
            .build()
    };
    let small = DynamicImage::from(drawn("SID1:ABC", 2));
    put("good-png", &file(&small, ImageFormat::Png));
    put(
        "good-png-rgba",
        &file(&small.to_rgba8().into(), ImageFormat::Png),
    );
    let mut inverted = small.clone();
    inverted.invert();
    put("good-png-inverted", &file(&inverted, ImageFormat::Png));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60)
        .encode_image(&DynamicImage::from(drawn("SID1:ABC", 3)))
        .unwrap();
    put("good-jpeg", &jpeg);
    let larger = DynamicImage::from(drawn(
        &format!("SID1:{}", "0123456789ABCDEF $%*+-./:".repeat(8)),
        2,
    ));
    put("good-png-larger", &file(&larger, ImageFormat::Png));
    // Two codes in one picture.
    let one = drawn("https://example.org", 2);
    let mut both = GrayImage::from_pixel(one.width() * 2, one.height(), image::Luma([255]));
    image::imageops::overlay(&mut both, &one, 0, 0);
    image::imageops::overlay(&mut both, &drawn("SID1:ABC", 2), i64::from(one.width()), 0);
    put("png-two-codes", &file(&both.into(), ImageFormat::Png));
    put(
        "bad-png-white",
        &file(
            &GrayImage::from_pixel(40, 40, image::Luma([255])).into(),
            ImageFormat::Png,
        ),
    );
    put("good-text", b"SID1:ABC $%*+-./:0123456789");
    put("bad-text", "æøå <script>".as_bytes());
}
