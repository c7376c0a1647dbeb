//! Faces in drawings, which belong to nobody.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::*;

/// A drawn face in the middle of a picture; `size` is the share of the picture's height that the head takes.
fn drawing(width: u32, height: u32, size: f32) -> RgbImage {
    let mut picture = RgbImage::from_pixel(width, height, Rgb([205, 210, 200]));
    draw(
        &mut picture,
        [width as f32 / 2.0, height as f32 / 2.0],
        size * height as f32,
        0.0,
    );
    picture
}

/// Draws a head of this height, leaning clockwise by so many degrees.
fn draw(picture: &mut RgbImage, [x, y]: [f32; 2], height: f32, lean: f32) {
    let shapes: [([f32; 4], [f32; 3]); 10] = [
        ([0.0, -8.0, 66.0, 88.0], [60.0, 45.0, 35.0]),
        ([0.0, 4.0, 60.0, 80.0], [190.0, 140.0, 110.0]),
        ([-24.0, -28.0, 14.0, 3.0], [70.0, 50.0, 40.0]),
        ([24.0, -28.0, 14.0, 3.0], [70.0, 50.0, 40.0]),
        ([-24.0, -16.0, 11.0, 5.0], [235.0; 3]),
        ([24.0, -16.0, 11.0, 5.0], [235.0; 3]),
        ([-24.0, -16.0, 5.0, 5.0], [40.0, 30.0, 30.0]),
        ([24.0, -16.0, 5.0, 5.0], [40.0, 30.0, 30.0]),
        ([0.0, 14.0, 9.0, 7.0], [165.0, 115.0, 90.0]),
        ([0.0, 44.0, 24.0, 7.0], [150.0, 70.0, 70.0]),
    ];
    let unit = 176.0 / height;
    let (sin, cos) = lean.to_radians().sin_cos();
    for (column, row, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = ((column as f32 - x) * unit, (row as f32 - y) * unit);
        let (dx, dy) = (dx * cos + dy * sin, dy * cos - dx * sin);
        for ([cx, cy, rx, ry], paint) in shapes {
            if ((dx - cx) / rx).powi(2) + ((dy - cy) / ry).powi(2) <= 1.0 {
                *pixel = Rgb(paint.map(|channel| (channel - dx.abs() / 3.0) as u8));
            }
        }
    }
}

fn only_face(picture: &RgbImage, depth: Depth) -> Face {
    let mut faces = FaceFinder::new().find(picture, depth);
    assert_eq!(faces.len(), 1);
    faces.remove(0)
}

fn middle(face: &Face) -> [f32; 2] {
    let Rect {
        x,
        y,
        width,
        height,
    } = face.bounds;
    [x + width / 2.0, y + height / 2.0]
}

#[test]
fn the_files_are_those_that_were_published() {
    for (file, expected) in [
        (
            &include_bytes!("../../models/face_detection_short_range.tflite")[..],
            "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
        ),
        (
            include_bytes!("../../models/face_landmark.tflite"),
            "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1",
        ),
    ] {
        let digest = ring::digest::digest(&ring::digest::SHA256, file);
        let hex: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, expected);
    }
}

#[test]
fn a_face_is_found_where_it_is() {
    for (width, height) in [(360, 480), (640, 480), (480, 480)] {
        let picture = drawing(width, height, 0.6);
        for depth in [Depth::Live, Depth::Final] {
            let face = only_face(&picture, depth);
            let [x, y] = middle(&face);
            assert!((x - width as f32 / 2.0).abs() < 12.0, "{x}");
            assert!((y - height as f32 / 2.0).abs() < 40.0, "{y}");
            assert_eq!(face.landmarks.len(), 468);
            assert!(face.score > 0.5 && face.presence > 0.5);
            // Eyes left and right of the middle, the mouth below.
            let [left, right, mouth] = [33, 263, 13].map(|index| face.landmarks[index]);
            assert!(left[0] < x && x < right[0] && mouth[1] > left[1].max(right[1]));
            assert!(face.pose.roll.abs() < 4.0 && face.pose.yaw.abs() < 6.0);
        }
    }
}

#[test]
fn a_leaning_head_has_a_roll_with_its_sign() {
    for lean in [-25.0_f32, 25.0] {
        let mut picture = RgbImage::from_pixel(360, 480, Rgb([205, 210, 200]));
        draw(&mut picture, [180.0, 240.0], 280.0, lean);
        let roll = only_face(&picture, Depth::Final).pose.roll;
        assert!((roll - lean).abs() < 6.0, "{lean} {roll}");
    }
}

#[test]
fn a_picture_of_any_size_gives_the_same_face() {
    let small = drawing(300, 400, 0.6);
    let expected = middle(&only_face(&small, Depth::Final));
    for factor in [2, 5, 10] {
        let large = imageops::resize(&small, 300 * factor, 400 * factor, FilterType::Triangle);
        let [x, y] = middle(&only_face(&large, Depth::Final)).map(|at| at / factor as f32);
        assert!((x - expected[0]).abs() < 3.0 && (y - expected[1]).abs() < 3.0);
    }
}

#[test]
fn two_faces_are_two_and_the_larger_comes_first() {
    let mut picture = RgbImage::from_pixel(640, 480, Rgb([205, 210, 200]));
    draw(&mut picture, [170.0, 240.0], 160.0, 0.0);
    draw(&mut picture, [440.0, 240.0], 280.0, 0.0);
    let faces = FaceFinder::new().find(&picture, Depth::Final);
    assert_eq!(faces.len(), 2);
    assert!(middle(&faces[0])[0] > 320.0 && middle(&faces[1])[0] < 320.0);
}

#[test]
fn there_is_no_face_where_none_is() {
    let finder = FaceFinder::new();
    for (width, height) in [(0, 0), (1, 1), (1, 3000), (3000, 1), (360, 480)] {
        let grey = RgbImage::from_pixel(width, height, Rgb([128; 3]));
        assert_eq!(finder.find(&grey, Depth::Final), []);
    }
    let stripes = RgbImage::from_fn(360, 480, |x, _| Rgb([u8::from(x % 2 == 0) * 255; 3]));
    assert_eq!(finder.find(&stripes, Depth::Final), []);
}

#[test]
fn one_finder_serves_several_threads() {
    fn shareable<T: Send + Sync>(_: &T) {}
    let finder = FaceFinder::new();
    shareable(&finder);
    let picture = drawing(240, 320, 0.6);
    let expected = finder.find(&picture, Depth::Live);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(finder.find(&picture, Depth::Live), expected));
        }
    });
}
