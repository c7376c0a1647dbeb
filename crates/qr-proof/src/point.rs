//! Compressed points of P-256: `y` as one bit (RFC 9053 §7.1.1, SEC 1 §2.3.4).
//!
//! ring takes whole points only. Everything here is public, so nothing needs to be constant-time, and nothing here
//! decides whether a signature is good: a `y` that came out wrong would make ring refuse the point or the signature.

type Limbs = [u64; 4]; // least significant first

const P: Limbs = [
    0xffff_ffff_ffff_ffff,
    0x0000_0000_ffff_ffff,
    0,
    0xffff_ffff_0000_0001,
];
const B: Limbs = [
    0x3bce_3c3e_27d2_604b,
    0x651d_06b0_cc53_b0f6,
    0xb3eb_bd55_7698_86bc,
    0x5ac6_35d8_aa3a_93e7,
];
/// (p + 1) / 4: raising a square to it gives its root, because p ≡ 3 (mod 4).
const ROOT: Limbs = [
    0,
    0x0000_0000_4000_0000,
    0x4000_0000_0000_0000,
    0x3fff_ffff_c000_0000,
];

/// The bit that, with `x`, stands for `y`.
pub(crate) fn is_odd(y: &[u8; 32]) -> bool {
    y[31] & 1 == 1
}

/// The `y` with the wanted parity on the curve above `x`, or `None` if there is none.
pub(crate) fn decompress(x: &[u8; 32], odd: bool) -> Option<[u8; 32]> {
    let x = from_bytes(x);
    if !less(&x, &P) {
        return None;
    }
    let x = to_montgomery(&x);
    let three_x = add(&add(&x, &x), &x);
    let cube = multiply(&multiply(&x, &x), &x);
    let square = add(&subtract(&cube, &three_x), &to_montgomery(&B)); // y² = x³ - 3x + b
    let root = power(&square, &ROOT);
    if multiply(&root, &root) != square {
        return None;
    }
    let mut y = from_montgomery(&root);
    if (y[0] & 1 == 1) != odd {
        y = subtract(&[0; 4], &y);
    }
    Some(to_bytes(&y))
}

fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    limbs
}

fn to_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (limb, chunk) in limbs.iter().rev().zip(bytes.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

fn less(a: &Limbs, b: &Limbs) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn add_raw(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (mut sum, mut carry) = ([0; 4], false);
    for i in 0..4 {
        let (partial, first) = a[i].overflowing_add(b[i]);
        let (total, second) = partial.overflowing_add(u64::from(carry));
        (sum[i], carry) = (total, first | second);
    }
    (sum, carry)
}

fn subtract_raw(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (mut difference, mut borrow) = ([0; 4], false);
    for i in 0..4 {
        let (partial, first) = a[i].overflowing_sub(b[i]);
        let (total, second) = partial.overflowing_sub(u64::from(borrow));
        (difference[i], borrow) = (total, first | second);
    }
    (difference, borrow)
}

fn reduce(value: Limbs, carry: bool) -> Limbs {
    if carry || !less(&value, &P) {
        subtract_raw(&value, &P).0
    } else {
        value
    }
}

fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let (sum, carry) = add_raw(a, b);
    reduce(sum, carry)
}

fn subtract(a: &Limbs, b: &Limbs) -> Limbs {
    let (difference, borrow) = subtract_raw(a, b);
    if borrow {
        add_raw(&difference, &P).0
    } else {
        difference
    }
}

/// Montgomery multiplication: a·b·2⁻²⁵⁶ mod p. Since p ≡ -1 (mod 2⁶⁴), the usual factor -p⁻¹ is 1.
fn multiply(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = [0_u64; 6];
    for a_limb in a {
        let mut carry = 0_u128;
        for j in 0..4 {
            let sum = u128::from(t[j]) + u128::from(*a_limb) * u128::from(b[j]) + carry;
            (t[j], carry) = (sum as u64, sum >> 64);
        }
        let sum = u128::from(t[4]) + carry;
        (t[4], t[5]) = (sum as u64, (sum >> 64) as u64);

        let factor = u128::from(t[0]);
        let mut carry = (u128::from(t[0]) + factor * u128::from(P[0])) >> 64;
        for j in 1..4 {
            let sum = u128::from(t[j]) + factor * u128::from(P[j]) + carry;
            (t[j - 1], carry) = (sum as u64, sum >> 64);
        }
        let sum = u128::from(t[4]) + carry;
        (t[3], t[4]) = (sum as u64, t[5] + (sum >> 64) as u64);
    }
    reduce([t[0], t[1], t[2], t[3]], t[4] != 0)
}

/// a·2²⁵⁶ mod p, by doubling.
fn to_montgomery(a: &Limbs) -> Limbs {
    (0..256).fold(*a, |value, _| add(&value, &value))
}

fn from_montgomery(a: &Limbs) -> Limbs {
    multiply(a, &[1, 0, 0, 0])
}

fn power(base: &Limbs, exponent: &Limbs) -> Limbs {
    let mut result = to_montgomery(&[1, 0, 0, 0]);
    for bit in (0..256).rev() {
        result = multiply(&result, &result);
        if exponent[bit / 64] >> (bit % 64) & 1 == 1 {
            result = multiply(&result, base);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use jose::{PublicKey, Signer, SoftwareKey};

    #[test]
    fn the_base_point_of_the_curve_is_found() {
        // SEC 2 §2.4.2
        let x = from_hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let y = from_hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        assert_eq!(decompress(&x, true), Some(y));
        assert_ne!(decompress(&x, false), Some(y));
    }

    #[test]
    fn what_ring_makes_is_found_again() {
        let rng = ring::rand::SystemRandom::new();
        for _ in 0..32 {
            let PublicKey::P256 { x, y } = SoftwareKey::generate(&rng).unwrap().public_jwk().key
            else {
                panic!("not P-256")
            };
            assert_eq!(decompress(&x, is_odd(&y)), Some(y));
        }
    }

    #[test]
    fn about_half_of_all_numbers_have_no_point_and_p_itself_has_none() {
        let missing = (0..=255_u8)
            .filter(|last| {
                let mut x = [0x5a; 32];
                x[31] = *last;
                decompress(&x, false).is_none()
            })
            .count();
        assert!((90..=166).contains(&missing), "{missing} of 256");
        assert_eq!(decompress(&to_bytes(&P), false), None);
        assert_eq!(decompress(&[0xff; 32], false), None);
    }

    fn from_hex(hex: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap();
        }
        bytes
    }
}
