//! A part of a picture, turned and scaled so that the face in it stands where all faces stand.

use image::RgbImage;

use crate::geometry::{Geometry, Point, Similarity};

/// ISO/IEC 29794-5: where eyes, nose and the corners of the mouth stand in the aligned picture of 616 by 616.
const STANDARD: [Point; 5] = [
    [251.0, 272.0],
    [364.0, 272.0],
    [308.0, 336.0],
    [262.0, 402.0],
    [355.0, 402.0],
];
/// Width and height of the aligned picture.
pub(crate) const SIDE: f64 = 616.0;

/// From the picture to the aligned one.
pub(crate) fn alignment(face: &Geometry) -> Similarity {
    let [left, right] = face.eyes;
    let [mouth_left, mouth_right] = face.mouth;
    Similarity::fit([left, right, face.nose, mouth_left, mouth_right], STANDARD)
}

/// Where samples of the aligned picture are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    /// The outer corner of the first sample, in the aligned picture.
    pub(crate) corner: Point,
    /// From sample to sample, in the aligned picture.
    pub(crate) step: [f64; 2],
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Grid {
    /// Over a part of the aligned picture, as far as that reaches.
    pub(crate) fn over(left: f64, top: f64, right: f64, bottom: f64, step: f64) -> Self {
        let [left, top, right, bottom] = [left, top, right, bottom].map(|at| at.clamp(0.0, SIDE));
        Self {
            corner: [left, top],
            step: [step; 2],
            width: ((right - left) / step).round().max(0.0) as usize,
            height: ((bottom - top) / step).round().max(0.0) as usize,
        }
    }

    /// The aligned picture's coordinates of a sample's middle.
    pub(crate) fn at(&self, column: usize, row: usize) -> Point {
        [
            self.corner[0] + (column as f64 + 0.5) * self.step[0],
            self.corner[1] + (row as f64 + 0.5) * self.step[1],
        ]
    }

    /// The column that this x of the aligned picture is in, and the row, as fractions.
    pub(crate) fn place(&self, point: Point) -> Point {
        [
            (point[0] - self.corner[0]) / self.step[0],
            (point[1] - self.corner[1]) / self.step[1],
        ]
    }
}

/// Samples of the aligned picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Patch {
    pub(crate) grid: Grid,
    pub(crate) rgb: Vec<[u8; 3]>,
    /// Luminance, linear, 0 to 255.
    pub(crate) luminance: Vec<u8>,
}

impl Patch {
    /// `to_picture` leads from the aligned picture to the one that is sampled. Beyond the border its last pixels go on.
    ///
    /// Where samples are farther apart than pixels, a sample is the mean of some pixels; else patterns would appear.
    pub(crate) fn sample(
        picture: &RgbImage,
        to_picture: &Similarity,
        grid: Grid,
        linear: &Linear,
    ) -> Self {
        let across = to_picture.scale() * grid.step[0].max(grid.step[1]);
        let mut rgb = Vec::with_capacity(grid.width * grid.height);
        for row in 0..grid.height {
            for column in 0..grid.width {
                let middle = grid.at(column, row);
                rgb.push(if across > 1.0 {
                    // Eight by eight pixels say enough of any larger area.
                    mean(
                        picture,
                        to_picture,
                        middle,
                        grid.step,
                        across.ceil().min(8.0) as usize,
                    )
                } else {
                    between(picture, to_picture.apply(middle))
                });
            }
        }
        let luminance = rgb.iter().map(|pixel| linear.luminance(*pixel)).collect();
        Self {
            grid,
            rgb,
            luminance,
        }
    }

    /// The mean colour of a rectangle around a point of the aligned picture; nothing outside the patch.
    pub(crate) fn mean_colour(&self, middle: Point, half: [f64; 2]) -> Option<[f64; 3]> {
        let mut sum = [0.0; 3];
        let mut count = 0.0;
        for index in self.rectangle(middle, half) {
            for (sum, channel) in sum.iter_mut().zip(self.rgb[index]) {
                *sum += f64::from(channel);
            }
            count += 1.0;
        }
        (count > 0.0).then(|| sum.map(|channel| channel / count))
    }

    /// The samples of a rectangle around a point of the aligned picture.
    pub(crate) fn rectangle(
        &self,
        middle: Point,
        half: [f64; 2],
    ) -> impl Iterator<Item = usize> + '_ {
        let [left, top] = self.grid.place([middle[0] - half[0], middle[1] - half[1]]);
        let [right, bottom] = self.grid.place([middle[0] + half[0], middle[1] + half[1]]);
        let within = |from: f64, to: f64, end: usize| {
            let last = to.round().clamp(0.0, end as f64) as usize;
            (from.round().clamp(0.0, end as f64) as usize)..last
        };
        let columns = within(left, right, self.grid.width);
        within(top, bottom, self.grid.height)
            .flat_map(move |row| columns.clone().map(move |column| (row, column)))
            .map(|(row, column)| row * self.grid.width + column)
    }
}

fn pixel(picture: &RgbImage, x: f64, y: f64) -> [u8; 3] {
    // A cast takes what lies before the first pixel to the first.
    let x = (x as u32).min(picture.width().saturating_sub(1));
    let y = (y as u32).min(picture.height().saturating_sub(1));
    picture.get_pixel(x, y).0
}

/// Between the middles of four pixels.
pub(crate) fn between(picture: &RgbImage, [x, y]: Point) -> [u8; 3] {
    let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
    let (along, down) = (x.fract() as f32, y.fract() as f32);
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
        .map(|(right, below)| pixel(picture, x + right, y + below));
    let mut mixed = [0; 3];
    for (channel, mixed) in mixed.iter_mut().enumerate() {
        let [a, b, c, d] = corners.map(|corner| f32::from(corner[channel]));
        let upper = a + (b - a) * along;
        let lower = c + (d - c) * along;
        *mixed = (upper + (lower - upper) * down + 0.5) as u8;
    }
    mixed
}

fn mean(
    picture: &RgbImage,
    to_picture: &Similarity,
    middle: Point,
    step: [f64; 2],
    samples: usize,
) -> [u8; 3] {
    // One sample apart in the aligned picture is this far apart in the other.
    let apart = step.map(|step| step / samples as f64);
    let across = [to_picture.along * apart[0], to_picture.across * apart[0]];
    let down = [-to_picture.across * apart[1], to_picture.along * apart[1]];
    let half = (samples as f64 - 1.0) / 2.0;
    let [x, y] = to_picture.apply(middle);
    let first = [0, 1].map(|axis| [x, y][axis] - half * (across[axis] + down[axis]));
    let mut sum = [0_u32; 3];
    for row in 0..samples {
        let mut x = first[0] + row as f64 * down[0];
        let mut y = first[1] + row as f64 * down[1];
        for _ in 0..samples {
            for (sum, channel) in sum.iter_mut().zip(pixel(picture, x, y)) {
                *sum += u32::from(channel);
            }
            x += across[0];
            y += across[1];
        }
    }
    let count = (samples * samples) as u32;
    sum.map(|channel| ((channel + count / 2) / count) as u8)
}

/// Light for each value of an sRGB channel, 0 to 1.
pub(crate) struct Linear([f64; 256]);

impl Linear {
    pub(crate) fn new() -> Self {
        let mut table = [0.0; 256];
        for (value, light) in table.iter_mut().enumerate() {
            *light = linear(value as f64 / 255.0);
        }
        Self(table)
    }

    /// ISO/IEC 29794-5: 0 to 255, rounded.
    pub(crate) fn luminance(&self, [red, green, blue]: [u8; 3]) -> u8 {
        let light = |channel: u8| self.0[usize::from(channel)];
        let y = 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
        (255.0 * y + 0.5) as u8
    }
}

/// IEC 61966-2-1, with the numbers that OFIQ uses.
pub(crate) fn linear(value: f64) -> f64 {
    if value > 0.04045 {
        ((value + 0.055) / 1.055).powf(2.4)
    } else {
        value / 12.92
    }
}
