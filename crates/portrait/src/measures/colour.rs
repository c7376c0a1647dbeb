//! The colours of skin, and of what may lie over it.

use super::patch::linear;

/// CIELAB's a* and b* of a mean sRGB colour, for the white of D50, as ISO/IEC 29794-5 and OFIQ compute them.
pub(crate) fn chroma(colour: [f64; 3]) -> [f64; 2] {
    const KAPPA: f64 = 24_389.0 / 27.0;
    const EPSILON: f64 = 216.0 / 24_389.0;
    let [red, green, blue] = colour.map(|channel| linear(channel / 255.0));
    let xyz = [
        (0.43605 * red + 0.38508 * green + 0.14309 * blue) / 0.964_221,
        0.22249 * red + 0.71689 * green + 0.06062 * blue,
        (0.01393 * red + 0.09710 * green + 0.71419 * blue) / 0.825_211,
    ];
    let [x, y, z] = xyz.map(|value| {
        if value <= EPSILON {
            (KAPPA * value + 16.0) / 116.0
        } else {
            value.cbrt()
        }
    });
    [500.0 * (x - y), 200.0 * (y - z)]
}

/// ISO/IEC 29794-5, natural colour: how far outside the range of skin in white light; 100 where blue or green.
pub(crate) fn distance_from_skin([a, b]: [f64; 2]) -> f64 {
    if a < 0.0 || b < 0.0 {
        return 100.0;
    }
    let outside = |value: f64, least: f64, most: f64| (least - value).max(value - most).max(0.0);
    outside(a, 5.0, 25.0).hypot(outside(b, 5.0, 35.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chroma_is_that_of_cielab() {
        // Computed by hand from the definition: grey has none, pure red (D50) a* 80.8, b* 69.9, blue 68.3, -112.0.
        for (colour, expected) in [
            ([128.0; 3], [0.0, 0.0]),
            ([255.0, 0.0, 0.0], [80.8, 69.9]),
            ([0.0, 0.0, 255.0], [68.3, -112.0]),
        ] {
            let found = chroma(colour);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 0.2, "{colour:?} {found}");
            }
        }
    }

    #[test]
    fn skin_of_every_shade_is_natural_and_coloured_light_is_not() {
        for shade in [
            [255.0, 224.0, 196.0],
            [198.0, 134.0, 102.0],
            [141.0, 85.0, 54.0],
            [74.0, 46.0, 34.0],
        ] {
            assert!(distance_from_skin(chroma(shade)) < 1.0, "{shade:?}");
        }
        assert_eq!(distance_from_skin([3.0, -1.0]), 100.0);
        assert_eq!(distance_from_skin([28.0, 39.0]), 5.0);
        assert_eq!(distance_from_skin([2.0, 1.0]), 5.0);
    }
}
