use super::synthetic::{DARK_SKIN, Person};
use super::*;

fn signs(person: &Person) -> Signs {
    measured(person).signs
}

fn measured(person: &Person) -> Measured {
    let picture = person.draw(960, 1280);
    Measured::of(&picture, &[person.face()], Mode::Final).unwrap()
}

fn native(measured: &Measured, measure: Measure) -> f64 {
    let mut all = measured.measures.iter();
    all.find(|(name, _)| *name == measure).unwrap().1.native
}

#[test]
fn geometry_is_measured_as_it_was_drawn() {
    // Eyes at (480, 540), 150 apart; the chin 1.8 times that below; 960 by 1280.
    let measured = measured(&Person::default());
    for (measure, expected) in [
        (Measure::InterEyeDistance, 150.0),
        (Measure::HeadSize, 270.0 / 1280.0),
        (Measure::LeftwardCropOfTheFaceImage, 555.0 / 150.0),
        (Measure::RightwardCropOfTheFaceImage, 555.0 / 150.0),
        (Measure::MarginAboveOfTheFaceImage, 540.0 / 270.0),
        (Measure::MarginBelowOfTheFaceImage, 740.0 / 270.0),
        (Measure::EyesOpen, 0.06),
        (Measure::MouthClosed, 0.01),
        (Measure::SingleFacePresent, 0.0),
        (Measure::HeadPoseYaw, 0.0),
    ] {
        let found = native(&measured, measure);
        assert!(
            (found - expected).abs() < 1e-4,
            "{measure:?}: {found}, not {expected}"
        );
    }
}

#[test]
fn every_measure_of_the_standard_is_taken_once_and_in_order() {
    let names: Vec<Measure> = measured(&Person::default())
        .measures
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(names, Measure::ALL);
}

#[test]
fn a_turned_head_is_as_large_as_one_that_is_not() {
    let person = Person::default();
    let mut face = person.face();
    face.pose.yaw = 30.0;
    let measured = Measured::of(&person.draw(960, 1280), &[face], Mode::Final).unwrap();
    let expected = 150.0 / 30.0_f64.to_radians().cos();
    assert!((native(&measured, Measure::InterEyeDistance) - expected).abs() < 1e-3);
}

#[test]
fn an_even_grey_face_has_the_luminance_that_the_standard_computes() {
    let picture = RgbImage::from_pixel(960, 1280, image::Rgb([188; 3]));
    let measured = Measured::of(&picture, &[Person::default().face()], Mode::Final).unwrap();
    // ((188/255 + 0.055) / 1.055)^2.4 = 0.5029; times 255 and rounded: 128.
    assert!((native(&measured, Measure::LuminanceMean) - 128.0 / 255.0).abs() < 1e-9);
    assert!(native(&measured, Measure::LuminanceVariance).abs() < 1e-12);
    assert!(native(&measured, Measure::DynamicRange).abs() < 1e-12);
    assert!((native(&measured, Measure::IlluminationUniformity) - 1.0).abs() < 1e-9);
    assert_eq!(native(&measured, Measure::BackgroundUniformity), 0.0);
    assert_eq!(native(&measured, Measure::NaturalColour), 0.0);
}

#[test]
fn black_and_white_faces_are_wholly_under_and_over_exposed() {
    for (value, black, white) in [(0, 1.0, 0.0), (255, 0.0, 1.0)] {
        let picture = RgbImage::from_pixel(960, 1280, image::Rgb([value; 3]));
        let measured = Measured::of(&picture, &[Person::default().face()], Mode::Final).unwrap();
        assert_eq!(native(&measured, Measure::UnderExposurePrevention), black);
        assert_eq!(native(&measured, Measure::OverExposurePrevention), white);
    }
}

#[test]
fn a_picture_of_stripes_has_the_gradient_of_its_stripes() {
    // A ramp of luminance across: Scharr weighs a step of two samples with 32 times half of it.
    let linear = Linear::new();
    let person = Person::default();
    let ramp = RgbImage::from_fn(960, 1280, |x, _| image::Rgb([(x / 5) as u8; 3]));
    let measured = Measured::of(&ramp, &[person.face()], Mode::Final).unwrap();
    let found = native(&measured, Measure::BackgroundUniformity);
    // Around the picture's left and right thirds a sample is 492/354 * 150/113 = 1.845 pixels wide.
    let slope = |x: u32| {
        let at = |x: u32| f64::from(linear.luminance([(x / 5) as u8; 3]));
        (at(x + 50) - at(x - 50)) / 100.0
    };
    let expected = 32.0 * 1.845 * (slope(280) + slope(680) + slope(480)) / 3.0;
    assert!(
        (found / expected - 1.0).abs() < 0.25,
        "{found} against {expected}"
    );
}

#[test]
fn where_a_face_is_does_not_depend_on_how_large_the_picture_is() {
    let small = Person {
        eyes: [240.0, 270.0],
        eye_distance: 75.0,
        ..Person::default()
    };
    let (a, b) = (
        measured(&Person::default()),
        Measured::of(&small.draw(480, 640), &[small.face()], Mode::Live).unwrap(),
    );
    for (a, b) in [
        (a.place.centre_x, b.place.centre_x),
        (a.place.centre_y, b.place.centre_y),
        (a.place.width, b.place.width),
        (a.place.height, b.place.height),
    ] {
        assert!((a - b).abs() < 0.1, "{a} {b}");
    }
    assert!((a.place.centre_x - 50.0).abs() < 0.1);
}

#[test]
fn light_from_a_side_shows_which() {
    let left = signs(&Person {
        light: [1.0, 0.2],
        ..Person::default()
    });
    let right = signs(&Person {
        light: [0.2, 1.0],
        ..Person::default()
    });
    assert!(left.light.asymmetry > 0.5, "{}", left.light.asymmetry);
    assert!(right.light.asymmetry < -0.5, "{}", right.light.asymmetry);
    assert!(signs(&Person::default()).light.asymmetry.abs() < 0.05);
}

#[test]
fn what_is_blurred_measures_as_blurred_and_noise_does_not_hide_it() {
    let person = Person::default();
    let sharp = person.draw(960, 1280);
    let blurred = image::imageops::blur(&sharp, 4.0);
    let of = |picture: &RgbImage| {
        Measured::of(picture, &[person.face()], Mode::Final)
            .unwrap()
            .signs
            .blur
    };
    assert!(of(&sharp) < 0.45, "{}", of(&sharp));
    assert!(of(&blurred) > 0.6, "{}", of(&blurred));
}

#[test]
fn a_beard_or_a_scarf_around_the_face_is_no_cover_and_a_mask_is() {
    let covered = |person: Person| signs(&person).covered;
    let white = Some([235.0, 235.0, 240.0]);
    for skin in [synthetic::LIGHT_SKIN, [160.0, 110.0, 84.0], DARK_SKIN] {
        let person = Person {
            skin,
            ..Person::default()
        };
        assert!(covered(person) < 18.0);
        assert!(
            covered(Person {
                around: Some([30.0, 60.0, 120.0]),
                ..person
            }) < 18.0
        );
    }
    assert!(
        covered(Person {
            mask: white,
            ..Person::default()
        }) > 18.0
    );
}

#[test]
fn points_that_are_missing_or_no_numbers_are_no_face() {
    let person = Person::default();
    let picture = person.draw(480, 640);
    let mut few = person.face();
    few.landmarks.truncate(100);
    let mut broken = person.face();
    broken.landmarks[33] = [f32::NAN; 3];
    let mut nowhere = person.face();
    nowhere.landmarks.fill([5.0; 3]);
    let elsewhere = Person {
        eyes: [90_000.0, -4_000.0],
        ..person
    }
    .face();
    for face in [few, broken, nowhere, elsewhere] {
        assert_eq!(Measured::of(&picture, &[face], Mode::Final), None);
    }
    assert_eq!(Measured::of(&picture, &[], Mode::Final), None);
}
