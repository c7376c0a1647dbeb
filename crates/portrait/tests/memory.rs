//! Bombs must not go off: what they make the process use at most, as Linux counts it. A program of its own, so that
//! no other test is counted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use portrait::{PortraitError, Settings, normalise};

/// The most memory that this process ever used, in kilobytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_bomb_is_refused_before_it_takes_memory() {
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
        .encode_image(&image::RgbImage::new(480, 640))
        .unwrap();
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    let sized = |kind: u8, size: [u8; 4]| {
        let mut bomb = jpeg.clone();
        bomb[frame + 1] = kind;
        bomb[frame + 5..frame + 9].copy_from_slice(&size);
        bomb
    };
    // 65 500 by 65 500; baseline, and progressive, which keeps all coefficients until the end.
    let side = 65_500_u16.to_be_bytes();
    let huge = [side[0], side[1], side[0], side[1]];
    for bomb in [sized(0xC0, huge), sized(0xC2, huge)] {
        let found = normalise(&bomb, &Settings::default());
        assert!(
            matches!(found, Err(PortraitError::TooManyPixels { .. })),
            "{found:?}"
        );
    }
    assert!(peak() < 64 * 1024, "{} kB", peak());
}
