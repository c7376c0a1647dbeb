//! Which part of a picture becomes the portrait.

use crate::{PortraitError, Settings};

/// How much of what is cut off in height is cut at the top, in hundredths.
const TOP_SHARE: u64 = 30;

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crop {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Crop {
    /// The largest part of the settings' shape: in the middle from side to side, above the middle in height.
    pub(crate) fn upper_middle(
        width: u32,
        height: u32,
        settings: &Settings,
    ) -> Result<Self, PortraitError> {
        let (shape_width, shape_height) = (u64::from(settings.width), u64::from(settings.height));
        let wide = u64::from(width) * shape_height;
        let tall = u64::from(height) * shape_width;
        let crop = if wide > tall {
            let cropped = narrow(tall / shape_height.max(1), width);
            Self {
                x: (width - cropped) / 2,
                y: 0,
                width: cropped,
                height,
            }
        } else {
            let cropped = narrow(wide / shape_width.max(1), height);
            let excess = height - cropped;
            Self {
                x: 0,
                y: narrow(u64::from(excess) * TOP_SHARE / 100, excess),
                width,
                height: cropped,
            }
        };
        if crop.width < settings.min_width.max(1) || crop.height < settings.min_height.max(1) {
            return Err(PortraitError::TooSmall {
                width: crop.width,
                height: crop.height,
            });
        }
        Ok(crop)
    }
}

fn narrow(length: u64, at_most: u32) -> u32 {
    u32::try_from(length).unwrap_or(at_most).min(at_most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crop(width: u32, height: u32) -> Result<Crop, PortraitError> {
        Crop::upper_middle(width, height, &Settings::default())
    }

    #[test]
    fn what_is_too_wide_is_cut_at_both_sides_and_what_is_too_tall_mostly_below() {
        for (width, height, expected) in [
            (480, 640, (0, 0, 480, 640)),
            (4000, 3000, (875, 0, 2250, 3000)),
            (3000, 4000, (0, 0, 3000, 4000)),
            (3000, 5000, (0, 300, 3000, 4000)),
            (240, 320, (0, 0, 240, 320)),
        ] {
            let (x, y, cropped_width, cropped_height) = expected;
            let expected = Crop {
                x,
                y,
                width: cropped_width,
                height: cropped_height,
            };
            assert_eq!(crop(width, height), Ok(expected), "{width} x {height}");
        }
    }

    #[test]
    fn what_remains_must_be_large_enough() {
        for (width, height) in [
            (0, 0),
            (239, 320),
            (320, 240),
            (300, 300),
            (1, u32::MAX),
            (u32::MAX, 1),
        ] {
            assert!(
                matches!(crop(width, height), Err(PortraitError::TooSmall { .. })),
                "{width} x {height}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_crop_lies_within_the_picture_and_has_the_shape(width in 320_u32..20_000, height in 320_u32..20_000) {
            let crop = crop(width, height).unwrap();
            prop_assert!(crop.x + crop.width <= width && crop.y + crop.height <= height);
            prop_assert!(crop.width == width || crop.height == height);
            let slant = i64::from(crop.width) * 4 - i64::from(crop.height) * 3;
            prop_assert!(slant.abs() <= 4, "{:?}", crop);
        }
    }
}
