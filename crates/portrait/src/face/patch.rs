//! A square cut out of a picture, turned and scaled, as the floats that a network takes.

use image::RgbImage;

/// A square somewhere in a picture, or reaching over its borders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Square {
    /// Its middle, in pixels of the picture.
    pub(super) centre: [f32; 2],
    /// The length of its side, in pixels of the picture.
    pub(super) side: f32,
    /// How far it is turned clockwise, in radians.
    pub(super) angle: f32,
}

impl Square {
    /// The smallest upright one around the whole picture.
    pub(super) fn around(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        Self {
            centre: [width / 2.0, height / 2.0],
            side: width.max(height),
            angle: 0.0,
        }
    }

    /// Where a point of the square, 0 to 1 in both directions, is in the picture.
    pub(super) fn to_picture(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = self.angle.sin_cos();
        let (x, y) = ((x - 0.5) * self.side, (y - 0.5) * self.side);
        [
            self.centre[0] + x * cos - y * sin,
            self.centre[1] + x * sin + y * cos,
        ]
    }
}

/// What is seen beyond the picture's borders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// Black.
    Black,
    /// The nearest pixel of the picture.
    Border,
}

/// How a patch is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    /// Pixels on a side.
    pub(super) pixels: usize,
    pub(super) beyond: Beyond,
    /// The numbers that black and white become.
    pub(super) range: [f32; 2],
}

/// Most samples across one pixel of a patch.
const MOST_SAMPLES: usize = 8;
/// Positions are counted in fractions of a pixel: so many bits of them.
const BITS: u32 = 16;

impl Patch {
    /// Cuts the square out of the picture.
    ///
    /// A pixel that covers several of the picture is the mean of as many samples; one alone would let fine patterns
    /// through as coarse ones. One that covers less than one is mixed from its four neighbours.
    pub(super) fn cut(&self, picture: &RgbImage, square: Square, out: &mut Vec<f32>) {
        out.clear();
        if picture.width() == 0 || picture.height() == 0 {
            out.resize(self.pixels * self.pixels * 3, self.range[0]);
            return;
        }
        out.reserve(self.pixels * self.pixels * 3);
        let scale = square.side / self.pixels as f32;
        if scale <= 1.0 {
            self.mix(picture, square, out);
        } else {
            // The cast saturates; a scale that is no number cannot be.
            self.average(
                picture,
                square,
                (scale.ceil() as usize).min(MOST_SAMPLES),
                out,
            );
        }
    }

    fn average(&self, picture: &RgbImage, square: Square, samples: usize, out: &mut Vec<f32>) {
        let fine = self.pixels * samples;
        let grid = Grid::of(square, fine);
        let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
        let pixels = picture.as_raw();
        let factor = (self.range[1] - self.range[0]) / (255.0 * (samples * samples) as f32);
        let mut sums = vec![[0_u32; 3]; self.pixels];
        for row in 0..self.pixels {
            sums.fill([0; 3]);
            for fine_row in row * samples..(row + 1) * samples {
                let mut at = grid.row(fine_row);
                for sum in &mut sums {
                    for _ in 0..samples {
                        let (mut x, mut y) = (at[0] >> BITS, at[1] >> BITS);
                        at = [at[0] + grid.across[0], at[1] + grid.across[1]];
                        if x < 0 || y < 0 || x >= width || y >= height {
                            if self.beyond == Beyond::Black {
                                continue;
                            }
                            x = x.clamp(0, width - 1);
                            y = y.clamp(0, height - 1);
                        }
                        // Both lie within the picture.
                        let index = 3 * (y * width + x) as usize;
                        if let Some([red, green, blue]) = pixels.get(index..index + 3) {
                            sum[0] += u32::from(*red);
                            sum[1] += u32::from(*green);
                            sum[2] += u32::from(*blue);
                        }
                    }
                }
            }
            let numbers = sums.iter().flatten();
            out.extend(numbers.map(|sum| *sum as f32 * factor + self.range[0]));
        }
    }

    fn mix(&self, picture: &RgbImage, square: Square, out: &mut Vec<f32>) {
        let grid = Grid::of(square, self.pixels);
        let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
        let pixels = picture.as_raw();
        let factor = (self.range[1] - self.range[0]) / 255.0;
        let half = 1_i64 << (BITS - 1);
        for row in 0..self.pixels {
            let mut at = grid.row(row);
            for _ in 0..self.pixels {
                let [x, y] = at.map(|position| position - half);
                at = [at[0] + grid.across[0], at[1] + grid.across[1]];
                let fraction =
                    |position: i64| (position & ((1 << BITS) - 1)) as f32 / (1_u32 << BITS) as f32;
                let (right, below) = (fraction(x), fraction(y));
                let mut mixed = [0.0_f32; 3];
                for (dx, dy, weight) in [
                    (0, 0, (1.0 - right) * (1.0 - below)),
                    (1, 0, right * (1.0 - below)),
                    (0, 1, (1.0 - right) * below),
                    (1, 1, right * below),
                ] {
                    let (x, y) = ((x >> BITS) + dx, (y >> BITS) + dy);
                    let (inside_x, inside_y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
                    if (inside_x, inside_y) != (x, y) && self.beyond == Beyond::Black {
                        continue;
                    }
                    let index = 3 * (inside_y * width + inside_x) as usize;
                    if let Some(pixel) = pixels.get(index..index + 3) {
                        for (mixed, channel) in mixed.iter_mut().zip(pixel) {
                            *mixed += weight * f32::from(*channel);
                        }
                    }
                }
                out.extend(mixed.map(|channel| channel * factor + self.range[0]));
            }
        }
    }
}

/// Places in a picture, evenly over a square, in fractions of a pixel.
struct Grid {
    first: [f64; 2],
    step: [f64; 2],
    across: [i64; 2],
}

impl Grid {
    fn of(square: Square, count: usize) -> Self {
        let (sin, cos) = f64::from(square.angle).sin_cos();
        let step = f64::from(square.side) / count as f64;
        let unit = f64::from(1_u32 << BITS);
        let from_middle = (1.0 - count as f64) / 2.0 * step;
        let centre = square.centre.map(f64::from);
        Self {
            first: [
                centre[0] + from_middle * (cos - sin),
                centre[1] + from_middle * (sin + cos),
            ],
            step: [-sin * step, cos * step],
            across: [(cos * step * unit) as i64, (sin * step * unit) as i64],
        }
    }

    /// Where a row begins.
    fn row(&self, row: usize) -> [i64; 2] {
        let unit = f64::from(1_u32 << BITS);
        std::array::from_fn(|axis| {
            ((self.first[axis] + row as f64 * self.step[axis]) * unit) as i64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    const PATCH: Patch = Patch {
        pixels: 4,
        beyond: Beyond::Black,
        range: [0.0, 255.0],
    };

    fn reds(patch: &Patch, picture: &RgbImage, square: Square) -> Vec<f32> {
        let mut out = Vec::new();
        patch.cut(picture, square, &mut out);
        out.chunks_exact(3).map(|pixel| pixel[0].round()).collect()
    }

    /// Each pixel says where it is.
    fn numbered(side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| {
            Rgb([u8::try_from(10 * y + x).unwrap_or(u8::MAX), 0, 0])
        })
    }

    #[test]
    fn a_patch_of_the_same_size_is_the_picture() {
        let picture = numbered(4);
        let expected: Vec<f32> = picture
            .pixels()
            .map(|pixel| f32::from(pixel.0[0]))
            .collect();
        assert_eq!(reds(&PATCH, &picture, Square::around(&picture)), expected);
    }

    #[test]
    fn a_smaller_patch_is_made_of_means() {
        let picture = numbered(8);
        let found = reds(&PATCH, &picture, Square::around(&picture));
        // The mean of 0, 1, 10 and 11, and so on by two columns and two rows.
        assert_eq!(found[..4], [6.0, 8.0, 10.0, 12.0]);
        assert_eq!(found[4], 26.0);
    }

    #[test]
    fn a_quarter_turn_clockwise_reads_the_picture_downwards() {
        let picture = numbered(4);
        let square = Square {
            angle: std::f32::consts::FRAC_PI_2,
            ..Square::around(&picture)
        };
        assert_eq!(reds(&PATCH, &picture, square)[..4], [3.0, 13.0, 23.0, 33.0]);
        let [x, y] = square.to_picture([0.125, 0.125]);
        assert!((x - 3.5).abs() < 1e-4 && (y - 0.5).abs() < 1e-4);
    }

    #[test]
    fn beyond_the_border_it_is_black_or_as_the_border() {
        let picture = RgbImage::from_pixel(4, 2, Rgb([100, 0, 0]));
        let square = Square::around(&picture);
        let black = reds(&PATCH, &picture, square);
        assert_eq!((black[0], black[5], black[12]), (0.0, 100.0, 0.0));
        let border = Patch {
            beyond: Beyond::Border,
            ..PATCH
        };
        assert!(
            reds(&border, &picture, square)
                .iter()
                .all(|red| *red == 100.0)
        );
    }

    #[test]
    fn no_picture_at_all_is_black() {
        let empty = RgbImage::new(0, 0);
        assert_eq!(reds(&PATCH, &empty, Square::around(&empty)), [0.0; 16]);
    }
}
