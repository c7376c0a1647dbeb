//! Compressed points of P-256: `y` as one bit (RFC 9053 §7.1.1, SEC 1 §2.3.4).
//!
//! ring takes whole points only. Everything here is public, so nothing needs to be constant-time, and nothing here
//! decides whether a signature is good: a `y` that came out wrong would make ring refuse the point or the signature.
//!
//! Numbers are kept multiplied by 2²⁵⁶ (Montgomery's form), in which reducing costs four multiplications by a constant,
//! because p = 2²⁵⁶ - 2²²⁴ + 2¹⁹² + 2⁹⁶ - 1 is nearly a sum of whole limbs.

type Limbs = [u64; 4]; // least significant first

const P: Limbs = [
    0xffff_ffff_ffff_ffff,
    0x0000_0000_ffff_ffff,
    0,
    0xffff_ffff_0000_0001,
];
/// The curve's b, in Montgomery's form.
const B: Limbs = [
    0xd89c_df62_29c4_bddf,
    0xacf0_05cd_7884_3090,
    0xe5a2_20ab_f721_2ed6,
    0xdc30_061d_0487_4834,
];
/// 2⁵¹² mod p: what a number is multiplied by to bring it into that form.
const R2: Limbs = [
    0x0000_0000_0000_0003,
    0xffff_fffb_ffff_ffff,
    0xffff_ffff_ffff_fffe,
    0x0000_0004_ffff_fffd,
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
    let x = below_p(multiply(&x, &R2));
    let three_x = add(&add(&x, &x), &x);
    let cube = below_p(multiply(&square(&x), &x));
    let y2 = add(&subtract(&cube, &three_x), &B); // y² = x³ - 3x + b
    let root = root(&y2);
    if below_p(square(&root)) != y2 {
        return None;
    }
    let [r0, r1, r2, r3] = root;
    let mut y = below_p(reduce([r0, r1, r2, r3, 0, 0, 0, 0])); // out of Montgomery's form
    if (y[0] & 1 == 1) != odd {
        y = subtract(&[0; 4], &y);
    }
    Some(to_bytes(&y))
}

/// The square root if there is one, else something: a to the power (p + 1) / 4, because p ≡ 3 (mod 4).
///
/// (p + 1) / 4 = 2²⁵⁴ - 2²²² + 2¹⁹⁰ + 2⁹⁴, which is ((2³² - 1)·2³² + 1)·2⁹⁶ + 1, times 2⁹⁴.
fn root(a: &Limbs) -> Limbs {
    // `ones` is a to the power 2ⁿ - 1, for n = 1, 2, 4, … 32.
    let mut ones = *a;
    for n in [1, 2, 4, 8, 16] {
        ones = multiply(&squared(&ones, n), &ones);
    }
    let power = multiply(&squared(&ones, 32), a);
    let power = multiply(&squared(&power, 96), a);
    squared(&power, 94)
}

/// a to the power 2ⁿ.
fn squared(a: &Limbs, n: usize) -> Limbs {
    (0..n).fold(*a, |value, _| square(&value))
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

fn add_limbs(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (mut sum, mut carry) = ([0; 4], false);
    for i in 0..4 {
        (sum[i], carry) = a[i].carrying_add(b[i], carry);
    }
    (sum, carry)
}

fn subtract_limbs(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (mut difference, mut borrow) = ([0; 4], false);
    for i in 0..4 {
        (difference[i], borrow) = a[i].borrowing_sub(b[i], borrow);
    }
    (difference, borrow)
}

/// The one form of a number that is below p, of the two that are below 2²⁵⁶.
fn below_p(value: Limbs) -> Limbs {
    match subtract_limbs(&value, &P) {
        (reduced, false) => reduced,
        (_, true) => value,
    }
}

/// Of numbers below p, as is the sum.
fn add(a: &Limbs, b: &Limbs) -> Limbs {
    match add_limbs(a, b) {
        (sum, true) => subtract_limbs(&sum, &P).0,
        (sum, false) => below_p(sum),
    }
}

/// Of numbers below p, as is the difference.
fn subtract(a: &Limbs, b: &Limbs) -> Limbs {
    match subtract_limbs(a, b) {
        (difference, true) => add_limbs(&difference, &P).0,
        (difference, false) => difference,
    }
}

/// Of any numbers; the product is below 2²⁵⁶ and not always below p.
fn multiply(a: &Limbs, b: &Limbs) -> Limbs {
    let mut product = [0; 8];
    for i in 0..4 {
        let mut carry = 0;
        for j in 0..4 {
            (product[i + j], carry) = a[i].carrying_mul_add(b[j], product[i + j], carry);
        }
        product[i + 4] = carry;
    }
    reduce(product)
}

/// As [`multiply`]: what stands beside the diagonal counts twice and is computed once.
fn square(a: &Limbs) -> Limbs {
    let mut product = [0; 8];
    for i in 0..3 {
        let mut carry = 0;
        for j in i + 1..4 {
            (product[i + j], carry) = a[i].carrying_mul_add(a[j], product[i + j], carry);
        }
        product[i + 4] = carry;
    }
    let mut carry = false;
    for limb in &mut product {
        (*limb, carry) = limb.carrying_add(*limb, carry);
    }
    let mut carry = false;
    for i in 0..4 {
        let (low, high) = a[i].carrying_mul(a[i], 0);
        (product[2 * i], carry) = product[2 * i].carrying_add(low, carry);
        (product[2 * i + 1], carry) = product[2 * i + 1].carrying_add(high, carry);
    }
    reduce(product)
}

/// t / 2²⁵⁶ modulo p (Montgomery), below 2²⁵⁶ and not always below p: a number is compared after [`below_p`] alone.
///
/// Since p ≡ -1 (mod 2⁶⁴), adding t₀·p makes the lowest limb t₀ vanish, and what comes to the others is t₀·2⁹⁶ and
/// t₀·(2⁶⁴ - 2³² + 1)·2¹⁹².
fn reduce(t: [u64; 8]) -> Limbs {
    let (mut low, mut carry) = ([t[0], t[1], t[2], t[3]], false);
    for _ in 0..4 {
        let (shifted, top) = low[0].carrying_mul(P[3], 0);
        let (first, carry) = low[1].carrying_add(low[0] << 32, false);
        let (second, carry) = low[2].carrying_add(low[0] >> 32, carry);
        let (third, carry) = low[3].carrying_add(shifted, carry);
        low = [first, second, third, top + u64::from(carry)];
    }
    let mut sum = [0; 4];
    for i in 0..4 {
        (sum[i], carry) = low[i].carrying_add(t[i + 4], carry);
    }
    // Seldom: p is 2²⁵⁶ less one part in 2³².
    if carry {
        subtract_limbs(&sum, &P).0
    } else {
        sum
    }
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
        for _ in 0..256 {
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

    /// Agreeing on a secret makes ring check that the other's point is on the curve: none of our arithmetic.
    fn is_on_the_curve(x: &[u8; 32], y: &[u8; 32]) -> bool {
        use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};

        let random = ring::rand::SystemRandom::new();
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
        let point = UnparsedPublicKey::new(&ECDH_P256, [&[4][..], x, y].concat());
        agree_ephemeral(own, &point, |_| ()).is_ok()
    }

    #[test]
    fn numbers_at_the_edges_are_as_good_as_others() {
        let minus = |n: u64| to_bytes(&subtract_limbs(&P, &[n, 0, 0, 0]).0);
        let found = (0..64_u64)
            .flat_map(|n| {
                [
                    to_bytes(&[n, 0, 0, 0]),
                    to_bytes(&[0, 0, 0, n << 40]),
                    minus(n + 1),
                ]
            })
            .filter_map(|x| Some((x, decompress(&x, false)?)))
            .inspect(|(x, y)| assert!(is_on_the_curve(x, y) && !is_odd(y), "{x:?}"))
            .count();
        assert!((60..=132).contains(&found), "{found} of 192");
        assert!(decompress(&[0; 32], true).is_some());
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_found_lies_on_the_curve_and_has_the_wanted_bit(x: [u8; 32], odd: bool) {
            if let Some(y) = decompress(&x, odd) {
                proptest::prop_assert!(is_on_the_curve(&x, &y));
                proptest::prop_assert_eq!(is_odd(&y), odd);
            }
        }

        #[test]
        fn squaring_is_multiplying_by_itself(a: [u8; 32]) {
            let a = from_bytes(&a);
            proptest::prop_assert_eq!(square(&a), multiply(&a, &a));
            proptest::prop_assert!(less(&below_p(square(&a)), &P));
        }
    }

    fn from_hex(hex: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap();
        }
        bytes
    }
}
