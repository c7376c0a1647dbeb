//! 16-bit floating-point numbers.

/// The value of an IEEE 754 binary16.
pub(crate) fn to_f32(bits: u16) -> f32 {
    let bits = u32::from(bits);
    let sign = (bits & 0x8000) << 16;
    let exponent = (bits >> 10) & 0x1F;
    let fraction = bits & 0x3FF;
    let magnitude = match exponent {
        // Zero and the subnormal ones: so many times 2^-24.
        0 => return f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => 0x7F80_0000 | (fraction << 13),
        _ => ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_are_read() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7BFF, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x83FF, -6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x7C00, f32::INFINITY),
            (0xFC00, f32::NEG_INFINITY),
        ] {
            assert_eq!(to_f32(bits), value, "{bits:#06x}");
        }
        assert!(to_f32(0x8000).is_sign_negative());
        assert!(to_f32(0x7E00).is_nan());
    }

    #[test]
    fn every_finite_number_is_its_fraction_times_a_power_of_two() {
        for bits in 0..=0xFFFF_u16 {
            let (exponent, fraction) = ((bits >> 10) & 0x1F, f64::from(bits & 0x3FF));
            if exponent == 31 {
                continue;
            }
            let magnitude = if exponent == 0 {
                fraction * 2_f64.powi(-24)
            } else {
                (1024.0 + fraction) * 2_f64.powi(i32::from(exponent) - 25)
            };
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            assert_eq!(f64::from(to_f32(bits)), sign * magnitude, "{bits:#06x}");
        }
    }
}
