//! What is said against a picture, and what of that refuses it.
//!
//! Refused is what a machine measures well and most people can put right. What is measured of skin, eyes, mouth and
//! cover only advises, and light is judged by what the camera did, not by how light the skin is: see [`Dark`]. The
//! rules can still refuse somebody because of who they are: those on pose where a head cannot be held straight,
//! [`Rule::NoFace`] where little of a face shows or it is unlike most, [`Rule::Over`] and [`Rule::Side`] where cloth,
//! a dressing or hair lies on it. The last two only advise where something covers the mouth; for all of them a picture can
//! be sent anyway, and a person looks at it.

use crate::measures::Signs;
use crate::report::{Finding, Hint, Rule};

/// What a picture is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What to do next in front of a camera.
    Live,
    /// The picture that a portrait is cut from.
    Source,
    /// A portrait that was cut from such a picture elsewhere.
    Received,
}

/// What has been scaled and compressed since it was judged measures a little differently. So that nobody is
/// refused what their own phone found good, limits are so much wider the second time.
const SLACK: f64 = 1.1;

/// More than the first refuses, more than the second is worth advice.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limits {
    reject: f64,
    advise: f64,
}

const TWO_FACES: f64 = 0.05;
/// Pixels between the eyes: fewer than these.
const TOO_FAR: Limits = Limits {
    reject: 90.0,
    advise: 120.0,
};
/// A live view is smaller than the picture that will be taken: shares of its shorter side instead.
const TOO_FAR_LIVE: Limits = Limits {
    reject: 0.15,
    advise: 0.18,
};
const OVERHANG: f64 = 0.15;
const ROLL: Limits = Limits {
    reject: 15.0,
    advise: 8.0,
};
const YAW: Limits = Limits {
    reject: 16.0,
    advise: 10.0,
};
const PITCH: Limits = Limits {
    reject: 20.0,
    advise: 12.0,
};
const BLUR: Limits = Limits {
    reject: 0.60,
    advise: 0.50,
};
const OVER: Limits = Limits {
    reject: 0.10,
    advise: 0.02,
};
const SIDE: Limits = Limits {
    reject: 0.55,
    advise: 0.30,
};
const GREY: f64 = 3.0;
const COLOUR: f64 = 10.0;
const MOUTH: f64 = 0.12;
const EYES: f64 = 0.035;
const COVERED: f64 = 18.0;
/// Colour of the mouth by that of the forehead: with less, it is cloth for all that `over` and `side` may say.
const CLOTH: f64 = 0.4;
const SUNGLASSES: f64 = 0.25;
const BACKGROUND: f64 = 95.0;
/// Sums of a quantisation table for luminance: quality 50 and quality 75 of the usual encoders.
const JPEG: Limits = Limits {
    reject: 3_688.0,
    advise: 1_858.0,
};

/// When a picture is too dark.
///
/// Dark skin in good light and light skin in the dark have the same luminance, so luminance alone would tell people
/// with dark skin to find a lamp that they have already found. What tells the two apart is the brightest of a face: in
/// good light the skin shines somewhere and the eyes are white, whatever the skin; in the dark they are not. So a
/// face is dark if it is dark as a whole *and* nothing in it is bright.
struct Dark {
    /// Either: entropy below this, and a mean below [`MEAN`].
    entropy: f64,
    /// Or: more than this share nearly black.
    nearly_black: f64,
    /// And in either case: the brightest hundredth below this, or
    highlight: f64,
    /// below this and at the same time below [`CONTRAST`] times the mean. The white of an eye is hardly brighter than
    /// light skin, and many times brighter than dark skin: where it is not, the skin is not dark, but unlit.
    flat_highlight: f64,
}

const CONTRAST: f64 = 2.5;

const MEAN: f64 = 0.2;
const DARK_REJECTS: Dark = Dark {
    entropy: 5.0,
    nearly_black: 0.85,
    highlight: 0.08,
    flat_highlight: 0.12,
};
const DARK_ADVISES: Dark = Dark {
    entropy: 5.6,
    nearly_black: 0.6,
    highlight: 0.15,
    flat_highlight: 0.25,
};

impl Dark {
    fn is(&self, signs: &Signs, slack: f64) -> bool {
        let light = &signs.light;
        let dull = light.entropy < self.entropy / slack && light.mean < MEAN;
        let black = light.nearly_black > self.nearly_black * slack;
        let flat = light.highlight < CONTRAST * light.mean;
        let highlight = light.highlight * slack;
        let unlit = highlight < self.highlight || (flat && highlight < self.flat_highlight);
        (dull || black) && unlit
    }
}

/// A portrait that [`portrait`](crate::portrait()) made has the face here; another was not made by it.
pub(crate) mod made {
    use std::ops::RangeInclusive;

    pub(crate) const EYES_ACROSS: RangeInclusive<f64> = 0.44..=0.56;
    pub(crate) const EYES_DOWN: RangeInclusive<f64> = 0.34..=0.52;
    /// Between the eyes, as a share of the width: the frame goes by nothing else, so neither does this. How long a
    /// face is below the eyes is its own affair.
    pub(crate) const EYE_SHARE: RangeInclusive<f64> = 110.0 / 480.0..=165.0 / 480.0;
}

/// What is said against a picture without a face.
pub(crate) fn without_face() -> Vec<Finding> {
    vec![Finding {
        rule: Rule::NoFace,
        rejects: true,
        hint: None,
    }]
}

/// What is said against a picture with a face, in the order of [`Rule`].
pub(crate) fn judge(signs: &Signs, purpose: Purpose) -> Vec<Finding> {
    let slack = match purpose {
        Purpose::Received => SLACK,
        Purpose::Live | Purpose::Source => 1.0,
    };
    let mut found = Findings(Vec::new());

    found.add(
        Rule::TwoFaces,
        (signs.second_face > TWO_FACES * slack).then_some(true),
        None,
    );
    match purpose {
        Purpose::Live => found.below(
            Rule::TooFar,
            signs.eye_share,
            TOO_FAR_LIVE,
            Some(Hint::Closer),
        ),
        Purpose::Source => found.below(
            Rule::TooFar,
            signs.eye_distance,
            TOO_FAR,
            Some(Hint::Closer),
        ),
        Purpose::Received => {
            let far = signs.eye_share < *made::EYE_SHARE.start();
            found.add(Rule::TooFar, far.then_some(true), Some(Hint::Closer));
        }
    }
    match purpose {
        Purpose::Received => placement(signs, &mut found),
        Purpose::Live | Purpose::Source => framing(signs, &mut found),
    }

    let pose = [signs.pose.roll, signs.pose.yaw, signs.pose.pitch].map(f64::from);
    // To their left is to the picture's right.
    let back = |angle: f64| Some(if angle > 0.0 { Hint::Right } else { Hint::Left });
    let level = Some(if pose[2] > 0.0 { Hint::Down } else { Hint::Up });
    found.above(Rule::Roll, pose[0].abs() / slack, ROLL, back(pose[0]));
    found.above(Rule::Yaw, pose[1].abs() / slack, YAW, back(pose[1]));
    found.above(Rule::Pitch, pose[2].abs() / slack, PITCH, level);
    found.above(Rule::Blur, signs.blur / slack, BLUR, None);

    let dark = if DARK_REJECTS.is(signs, slack) {
        Some(true)
    } else {
        DARK_ADVISES.is(signs, 1.0).then_some(false)
    };
    found.add(Rule::Dark, dark, None);
    // White cloth is not burnt out, and dark cloth on one side is not the light: what covers a face is measured with it.
    let covered = signs.covered > COVERED;
    let cloth = covered || signs.mouth_colour < CLOTH;
    let unless_covered = |limits: Limits| Limits {
        reject: if cloth { f64::INFINITY } else { limits.reject },
        ..limits
    };
    found.above(
        Rule::Over,
        signs.light.nearly_white / slack,
        unless_covered(OVER),
        None,
    );
    found.above(
        Rule::Side,
        signs.light.asymmetry.abs() / slack,
        unless_covered(SIDE),
        towards_light(signs),
    );

    let grey = signs.chroma < GREY;
    found.advise(Rule::Grey, grey);
    found.advise(Rule::Colour, !grey && signs.natural_colour > COLOUR);
    found.advise(Rule::Mouth, signs.lip_gap > MOUTH);
    found.advise(Rule::Eyes, signs.lid_gap < EYES);
    found.advise(Rule::Covered, covered);
    found.advise(Rule::Sunglasses, signs.eyes_to_cheeks < SUNGLASSES);
    found.advise(
        Rule::Background,
        signs
            .background
            .is_some_and(|gradient| gradient > BACKGROUND),
    );
    found.0
}

/// What is said of a file by the sum of its quantisation table for luminance.
pub(crate) fn compression(table_sum: u32, purpose: Purpose) -> Option<Finding> {
    let sum = f64::from(table_sum);
    let reject = match purpose {
        // What was cut here is never below quality 75.
        Purpose::Received => JPEG.advise,
        Purpose::Live | Purpose::Source => JPEG.reject,
    };
    let mut found = Findings(Vec::new());
    found.above(Rule::Jpeg, sum, Limits { reject, ..JPEG }, None);
    found.0.pop()
}

/// Whether the head has room.
fn framing(signs: &Signs, found: &mut Findings) {
    let [left, top, right, bottom] = signs.overhang.map(|overhang| overhang > OVERHANG);
    if (left && right) || (top && bottom) {
        found.add(Rule::TooClose, Some(true), Some(Hint::Back));
    } else {
        let hint = match [left, top, right, bottom] {
            [true, ..] => Some(Hint::Left),
            [_, _, true, _] => Some(Hint::Right),
            [_, true, ..] => Some(Hint::Down),
            [.., true] => Some(Hint::Up),
            _ => None,
        };
        found.add(Rule::Framing, hint.map(|_| true), hint);
    }
}

/// Whether the face is where it was put.
fn placement(signs: &Signs, found: &mut Findings) {
    let [across, down] = signs.eyes_at;
    let there = made::EYES_ACROSS.contains(&across) && made::EYES_DOWN.contains(&down);
    found.add(Rule::Framing, (!there).then_some(true), None);
    let close = signs.eye_share > *made::EYE_SHARE.end();
    found.add(Rule::TooClose, close.then_some(true), Some(Hint::Back));
}

/// A face whose left half in the picture is the brighter is lit from its own right.
fn towards_light(signs: &Signs) -> Option<Hint> {
    Some(if signs.light.asymmetry > 0.0 {
        Hint::Right
    } else {
        Hint::Left
    })
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: Rule, rejects: Option<bool>, hint: Option<Hint>) {
        if let Some(rejects) = rejects {
            self.0.push(Finding {
                rule,
                rejects,
                hint,
            });
        }
    }

    fn advise(&mut self, rule: Rule, broken: bool) {
        self.add(rule, broken.then_some(false), None);
    }

    fn above(&mut self, rule: Rule, value: f64, limits: Limits, hint: Option<Hint>) {
        let broken = value > limits.advise || value > limits.reject;
        self.add(rule, broken.then_some(value > limits.reject), hint);
    }

    fn below(&mut self, rule: Rule, value: f64, limits: Limits, hint: Option<Hint>) {
        self.add(
            rule,
            (value < limits.advise).then_some(value < limits.reject),
            hint,
        );
    }
}

#[cfg(test)]
mod tests;
