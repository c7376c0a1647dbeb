//! What can be measured of a face.
//!
//! The measures of ISO/IEC 29794-5 that need no further network, as OFIQ defines them, and beside them the few of our
//! own that the rules need.

mod background;
mod colour;
mod face_area;
mod light;
mod patch;
mod score;
mod sharpness;
#[cfg(test)]
pub(crate) mod synthetic;

use image::RgbImage;

use crate::face::{Face, Pose};
use crate::geometry::{Geometry, Point, Similarity};
use crate::report::{Measure, Mode, Place, Value};
use background::Background;
use face_area::FaceArea;
use light::Light;
use patch::{Grid, Linear, Patch};

pub(crate) use patch::between;

/// The distance between the eyes in the aligned picture.
const EYES: f64 = 113.0;

/// All that the rules go by. Ratios have no unit; angles are in degrees.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Signs {
    /// Area of the second largest face, as a share of the largest.
    pub(crate) second_face: f64,
    /// Between the eyes, as if seen from the front, in pixels.
    pub(crate) eye_distance: f64,
    /// The same as a share of the picture's shorter side.
    pub(crate) eye_share: f64,
    /// How far the room that a head needs leaves the picture at the left, the top, the right and the bottom, in eye
    /// distances.
    pub(crate) overhang: [f64; 4],
    /// Between the eyes, as shares of the picture's width and height.
    pub(crate) eyes_at: Point,
    pub(crate) pose: Pose,
    /// 0 sharp, 1 blurred.
    pub(crate) blur: f64,
    pub(crate) light: Light,
    /// How colourful the cheeks are, in CIELAB.
    pub(crate) chroma: f64,
    pub(crate) natural_colour: f64,
    /// Gaps between lids and between lips, as shares of the face's height.
    pub(crate) lid_gap: f64,
    pub(crate) lip_gap: f64,
    /// How the colour of the forehead differs from that around the mouth or below the eyes, in CIELAB.
    pub(crate) covered: f64,
    /// How colourful the mouth is beside the forehead. White, grey and black cloth have no colour, and skin has some.
    pub(crate) mouth_colour: f64,
    /// How bright the brighter eye is beside the cheeks.
    pub(crate) eyes_to_cheeks: f64,
    /// Gradient of the plainest part of the background; not known in a live view.
    pub(crate) background: Option<f64>,
}

/// What was measured of the first of these faces, which is the main one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) signs: Signs,
    pub(crate) measures: Vec<(Measure, Value)>,
    pub(crate) place: Place,
}

impl Measured {
    /// Nothing without a face, or where none of it lies in the picture.
    pub(crate) fn of(picture: &RgbImage, faces: &[Face], mode: Mode) -> Option<Self> {
        let face = faces.first()?;
        let geometry = Geometry::of(face)?;
        let to_picture = patch::alignment(&geometry).inverse();
        let to_aligned = to_picture.inverse();
        let aligned = geometry.map(|point| to_aligned.apply(point), to_aligned.scale());
        let linear = Linear::new();
        let step = match mode {
            Mode::Live => 2.0,
            Mode::Final => 1.0,
        };
        let patch = Patch::sample(picture, &to_picture, around(&aligned, step), &linear);
        let area = within(picture, &to_picture, &aligned, &patch.grid);
        let light = Light::of(&patch, &area, &aligned)?;
        let skin = Skin::of(&patch, &aligned)?;
        let background = match mode {
            // It costs more than all else, and is the last thing that anyone is told.
            Mode::Live => None,
            Mode::Final => Background::of(picture, &to_picture, &aligned, &linear),
        };

        let [width, height] = [picture.width(), picture.height()].map(f64::from);
        let (eyes, ied, tall) = (
            geometry.between_eyes(),
            geometry.eye_distance(),
            geometry.height(),
        );
        let yaw = f64::from(face.pose.yaw).to_radians();
        // Beyond sixty degrees the mesh guesses, and a cosine of nought makes any face a large one.
        let eye_distance = ied / yaw.cos().max(0.5);
        let signs = Signs {
            second_face: second_face(faces),
            eye_distance,
            eye_share: eye_distance / width.min(height).max(1.0),
            overhang: [
                1.8 - eyes[0] / ied,
                2.0 - eyes[1] / ied,
                1.8 - (width - eyes[0]) / ied,
                2.5 - (height - eyes[1]) / ied,
            ],
            eyes_at: [eyes[0] / width, eyes[1] / height],
            pose: face.pose,
            blur: sharpness::blur(&patch, &area),
            light,
            chroma: skin.cheeks[0].hypot(skin.cheeks[1]),
            natural_colour: if skin.grey {
                0.0
            } else {
                colour::distance_from_skin(skin.cheeks)
            },
            lid_gap: geometry.lid_gap / tall,
            lip_gap: geometry.lip_gap / tall,
            covered: skin.covered,
            mouth_colour: skin.mouth_colour,
            eyes_to_cheeks: skin.eyes_to_cheeks,
            background: background.map(|background| background.plainest),
        };
        let natives = [
            (Measure::IlluminationUniformity, skin.uniformity),
            (Measure::LuminanceMean, light.mean),
            (Measure::LuminanceVariance, light.variance),
            (Measure::UnderExposurePrevention, light.nearly_black),
            (Measure::OverExposurePrevention, light.nearly_white),
            (Measure::DynamicRange, light.entropy),
            (Measure::NaturalColour, signs.natural_colour),
            (Measure::SingleFacePresent, signs.second_face),
            (Measure::EyesOpen, signs.lid_gap),
            (Measure::MouthClosed, signs.lip_gap),
            (Measure::InterEyeDistance, eye_distance),
            (Measure::HeadSize, tall / height),
            (
                Measure::LeftwardCropOfTheFaceImage,
                geometry.eyes[1][0] / ied,
            ),
            (
                Measure::RightwardCropOfTheFaceImage,
                (width - geometry.eyes[0][0]) / ied,
            ),
            (Measure::MarginAboveOfTheFaceImage, eyes[1] / tall),
            (
                Measure::MarginBelowOfTheFaceImage,
                (height - eyes[1]) / tall,
            ),
            (Measure::HeadPoseYaw, f64::from(face.pose.yaw)),
            (Measure::HeadPosePitch, f64::from(face.pose.pitch)),
            (Measure::HeadPoseRoll, f64::from(face.pose.roll)),
        ];
        let behind = background.map(|background| (Measure::BackgroundUniformity, background.mean));
        let measures = behind.into_iter().chain(natives);
        Some(Self {
            signs,
            measures: measures
                .map(|(measure, native)| Value::of(measure, native))
                .collect(),
            place: place(&geometry, width, height),
        })
    }
}

/// The part of the aligned picture that has the face and the forehead.
fn around(face: &Geometry, step: f64) -> Grid {
    let points = || face.outline.iter().chain(&face.eyes);
    let least = |axis: usize| {
        points()
            .map(|point| point[axis])
            .fold(f64::INFINITY, f64::min)
    };
    let most = |axis: usize| {
        points()
            .map(|point| point[axis])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let forehead = face.between_eyes()[1] - 0.6 * EYES;
    Grid::over(
        least(0) - 2.0,
        least(1).min(forehead),
        most(0) + 2.0,
        most(1) + 2.0,
        step,
    )
}

fn within(picture: &RgbImage, to_picture: &Similarity, face: &Geometry, grid: &Grid) -> FaceArea {
    let [width, height] = [picture.width(), picture.height()].map(f64::from);
    FaceArea::of(&face.outline, grid, |point| {
        let [x, y] = to_picture.apply(point);
        x >= 0.0 && y >= 0.0 && x < width && y < height
    })
}

fn second_face(faces: &[Face]) -> f64 {
    let area = |face: &Face| f64::from(face.bounds.width) * f64::from(face.bounds.height);
    match faces {
        [first, second, ..] => (area(second) / area(first).max(1.0)).clamp(0.0, 1.0),
        _ => 0.0,
    }
}

/// What is seen at certain places of the face.
struct Skin {
    /// a* and b* of both cheeks together.
    cheeks: [f64; 2],
    grey: bool,
    uniformity: f64,
    covered: f64,
    mouth_colour: f64,
    eyes_to_cheeks: f64,
}

/// A forehead with less colour than this, in CIELAB, tells nothing of how much a mouth should have.
const COLOURLESS: f64 = 5.0;

impl Skin {
    /// `face` is in coordinates of the aligned picture.
    fn of(patch: &Patch, face: &Geometry) -> Option<Self> {
        let [left, right] = face.eyes;
        let between = face.between_eyes();
        // OFIQ: squares of 0.3 eye distances, half-way from the eyes to the mouth, outwards from the eyes' middles.
        let size = 0.3 * EYES;
        let down = (face.mouth_centre()[1] - between[1]) / 2.0 + size / 2.0;
        let squares = [
            [left[0] - size / 2.0, left[1] + down],
            [right[0] + size / 2.0, right[1] + down],
        ];
        let half = [size / 2.0; 2];
        let zones = squares.map(|square| patch.rectangle(square, half).collect::<Vec<_>>());
        let colours = squares.map(|square| patch.mean_colour(square, half));
        let [Some(a), Some(b)] = colours else {
            return None;
        };
        let cheeks = colour::chroma(std::array::from_fn(|channel| {
            (a[channel] + b[channel]) / 2.0
        }));
        let grey = zones.iter().flatten().all(|index| {
            let [red, green, blue] = patch.rgb[*index];
            red == green && green == blue
        });

        let zone = |middle: Point, across: f64, down: f64| {
            patch
                .mean_colour(middle, [across * EYES, down * EYES])
                .map(colour::chroma)
        };
        let forehead = zone([between[0], between[1] - 0.42 * EYES], 0.35, 0.12)?;
        let mouth = zone(face.mouth_centre(), 0.4, 0.3)?;
        let below_eyes = zone([between[0], between[1] + 0.27 * EYES], 0.42, 0.07)?;
        let colourful = |[a, b]: [f64; 2]| a.hypot(b);
        let differs = |from: [f64; 2]| (forehead[0] - from[0]).hypot(forehead[1] - from[1]);

        let luminance = |samples: Vec<usize>| {
            let sum: f64 = samples
                .iter()
                .map(|index| f64::from(patch.luminance[*index]))
                .sum();
            sum / (samples.len() as f64).max(1.0)
        };
        let eye = |middle: Point| {
            luminance(
                patch
                    .rectangle(middle, [0.28 * EYES, 0.13 * EYES])
                    .collect(),
            )
        };
        let uniformity = light::overlap(patch, zones.clone());
        let cheek = luminance(zones.concat());
        Some(Self {
            cheeks,
            grey,
            uniformity,
            covered: differs(mouth).max(differs(below_eyes)),
            mouth_colour: if colourful(forehead) < COLOURLESS {
                1.0
            } else {
                colourful(mouth) / colourful(forehead)
            },
            eyes_to_cheeks: eye(left).max(eye(right)) / cheek.max(1.0),
        })
    }
}

fn place(face: &Geometry, width: f64, height: f64) -> Place {
    // The mesh ends where the forehead bends; hair begins a little above.
    let top =
        [0, 1].map(|axis| face.forehead[axis] + 0.1 * (face.forehead[axis] - face.chin[axis]));
    let points = || face.outline.iter().chain([&top]);
    let least = |axis: usize| {
        points()
            .map(|point| point[axis])
            .fold(f64::INFINITY, f64::min)
    };
    let most = |axis: usize| {
        points()
            .map(|point| point[axis])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let share = |length: f64, of: f64| (100.0 * length / of.max(1.0)) as f32;
    Place {
        centre_x: share((least(0) + most(0)) / 2.0, width),
        centre_y: share((least(1) + most(1)) / 2.0, height),
        width: share(most(0) - least(0), width),
        height: share(most(1) - least(1), height),
    }
}

#[cfg(test)]
mod tests;
