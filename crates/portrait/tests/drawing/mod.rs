//! A drawn face, which belongs to nobody and is found all the same.

use image::{Rgb, RgbImage};

/// A drawn face in the middle of a picture; `size` is the share of the picture's height that the head takes.
pub(crate) fn drawing(width: u32, height: u32, size: f32) -> RgbImage {
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
pub(crate) fn draw(picture: &mut RgbImage, [x, y]: [f32; 2], height: f32, lean: f32) {
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
