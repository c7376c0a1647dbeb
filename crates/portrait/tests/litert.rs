//! The two networks as they are run here, against LiteRT, which is Google's own way to run them.
//!
//! `tests/litert/make.py` says how the pictures are made, and made the answers.

use tflite::{Model, Scratch};

const DETECTOR: &[u8] = include_bytes!("../models/face_detection_short_range.tflite");
const MESH: &[u8] = include_bytes!("../models/face_landmark.tflite");

/// A picture of bytes: 3 for each pixel.
type Make = fn(usize) -> Vec<u8>;

fn noise(side: usize) -> Vec<u8> {
    let mut state = 1_u32;
    (0..side * side * 3)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}

fn drawing(side: usize) -> Vec<u8> {
    // Centre, radii and colour; later ones lie above.
    let shapes: [([i64; 4], [i64; 3]); 10] = [
        ([128, 120, 66, 88], [60, 45, 35]),
        ([128, 132, 60, 80], [190, 140, 110]),
        ([104, 100, 14, 3], [70, 50, 40]),
        ([152, 100, 14, 3], [70, 50, 40]),
        ([104, 112, 11, 5], [235, 235, 235]),
        ([152, 112, 11, 5], [235, 235, 235]),
        ([104, 112, 5, 5], [40, 30, 30]),
        ([152, 112, 5, 5], [40, 30, 30]),
        ([128, 142, 9, 7], [165, 115, 90]),
        ([128, 172, 24, 7], [150, 70, 70]),
    ];
    let mut picture = Vec::new();
    for pixel in 0..side * side {
        let [x, y] = [pixel % side, pixel / side].map(|at| (at * 256 / side) as i64);
        let mut colour = [205, 210, 200];
        for ([cx, cy, rx, ry], paint) in shapes {
            if ((x - cx) * ry).pow(2) + ((y - cy) * rx).pow(2) <= (rx * ry).pow(2) {
                colour = paint.map(|channel| channel - (x - 128).abs() / 3);
            }
        }
        picture.extend(colour.map(|channel| channel as u8));
    }
    picture
}

fn floats(picture: &[u8], low: f32) -> Vec<f32> {
    let scale = (1.0 - low) / 255.0;
    picture
        .iter()
        .map(|channel| f32::from(*channel) * scale + low)
        .collect()
}

fn answers(file: &[u8]) -> Vec<f32> {
    let (numbers, _) = file.as_chunks();
    numbers.iter().map(|n| f32::from_le_bytes(*n)).collect()
}

/// The largest difference between two rows of numbers of one length.
fn difference(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| (ours - theirs).abs())
        .fold(0.0, |largest, difference| {
            assert!(!difference.is_nan());
            f32::max(largest, difference)
        })
}

#[test]
fn the_detector_says_what_litert_says() {
    let model = Model::parse(DETECTOR).unwrap();
    let mut scratch = Scratch::default();
    let cases: [(Make, &[u8]); 2] = [
        (noise, include_bytes!("litert/detector-noise.f32")),
        (drawing, include_bytes!("litert/detector-drawing.f32")),
    ];
    for (make, file) in cases {
        let input = floats(&make(128), -1.0);
        let outputs = model.run(&[&input], &mut scratch).unwrap();
        let boxes = outputs[0].chunks_exact(16).step_by(11).flatten();
        let ours: Vec<f32> = outputs[1].iter().chain(boxes).copied().collect();
        let difference = difference(&ours, &answers(file));
        assert!(difference < 1e-3, "{difference}");
    }
}

#[test]
fn the_mesh_says_what_litert_says() {
    let model = Model::parse(MESH).unwrap();
    let mut scratch = Scratch::default();
    let cases: [(Make, &[u8]); 2] = [
        (noise, include_bytes!("litert/mesh-noise.f32")),
        (drawing, include_bytes!("litert/mesh-drawing.f32")),
    ];
    for (make, file) in cases {
        let input = floats(&make(192), 0.0);
        let outputs = model.run(&[&input], &mut scratch).unwrap();
        let ours = [outputs[1], outputs[0]].concat();
        let difference = difference(&ours, &answers(file));
        assert!(difference < 1e-3, "{difference}");
    }
}

#[test]
fn there_is_a_face_in_the_drawing_and_none_in_noise() {
    let model = Model::parse(MESH).unwrap();
    let mut scratch = Scratch::default();
    let mut presence = |make: Make| {
        let input = floats(&make(192), 0.0);
        model.run(&[&input], &mut scratch).unwrap()[1][0]
    };
    assert!(presence(drawing) > 0.0 && presence(noise) < 0.0);
}
