use std::sync::LazyLock;

use super::*;
use crate::check::report;
use crate::measures::Measured;
use crate::measures::synthetic::{DARK_SKIN, LIGHT_SKIN, Person};
use crate::report::{Mode, Report, Verdict};
use proptest::prelude::*;

fn look(person: &Person) -> Report {
    look_in(person, 960, 1280)
}

fn look_in(person: &Person, width: u32, height: u32) -> Report {
    let picture = person.draw(width, height);
    report(&picture, &[person.face()], Mode::Final, Purpose::Source)
}

fn good() -> Signs {
    static GOOD: LazyLock<Signs> = LazyLock::new(|| {
        let person = Person::default();
        let picture = person.draw(960, 1280);
        let measured = Measured::of(&picture, &[person.face()], Mode::Final);
        measured.unwrap().signs
    });
    GOOD.clone()
}

#[test]
fn a_good_portrait_is_accepted_in_silence() {
    let report = look(&Person::default());
    assert_eq!(
        (report.verdict, report.reasons()),
        (Verdict::Accept, vec![])
    );
}

#[test]
fn each_rule_is_broken_at_its_limit_and_not_before() {
    type Set = fn(&mut Signs, f64);
    // Rule, how to set what it goes by, where advice begins, and where refusal.
    let cases: [(Rule, Set, Option<f64>, Option<f64>); 13] = [
        (
            Rule::TwoFaces,
            |signs, to| signs.second_face = to,
            None,
            Some(0.05),
        ),
        (
            Rule::Roll,
            |signs, to| signs.pose.roll = to as f32,
            Some(8.0),
            Some(15.0),
        ),
        (
            Rule::Yaw,
            |signs, to| signs.pose.yaw = -to as f32,
            Some(10.0),
            Some(16.0),
        ),
        (
            Rule::Pitch,
            |signs, to| signs.pose.pitch = to as f32,
            Some(12.0),
            Some(20.0),
        ),
        (
            Rule::Blur,
            |signs, to| signs.blur = to,
            Some(0.50),
            Some(0.60),
        ),
        (
            Rule::Over,
            |signs, to| signs.light.nearly_white = to,
            Some(0.02),
            Some(0.10),
        ),
        (
            Rule::Side,
            |signs, to| signs.light.asymmetry = -to,
            Some(0.30),
            Some(0.55),
        ),
        (
            Rule::Colour,
            |signs, to| signs.natural_colour = to,
            Some(10.0),
            None,
        ),
        (
            Rule::Mouth,
            |signs, to| signs.lip_gap = to,
            Some(0.12),
            None,
        ),
        (
            Rule::Covered,
            |signs, to| signs.covered = to,
            Some(18.0),
            None,
        ),
        (
            Rule::Background,
            |signs, to| signs.background = Some(to),
            Some(95.0),
            None,
        ),
        (
            Rule::Framing,
            |signs, to| signs.overhang[1] = to,
            None,
            Some(0.15),
        ),
        (
            Rule::Framing,
            |signs, to| signs.overhang[2] = to,
            None,
            Some(0.15),
        ),
    ];
    for (rule, set, advise, reject) in cases {
        let at = |value: f64| {
            let mut signs = good();
            set(&mut signs, value);
            let found = judge(&signs, Purpose::Source);
            assert!(
                found.iter().all(|finding| finding.rule == rule),
                "{rule:?}: {found:?}"
            );
            found.first().map(|finding| finding.rejects)
        };
        if let Some(advise) = advise {
            assert_eq!(
                (at(advise * 0.99), at(advise * 1.01)),
                (None, Some(false)),
                "{rule:?}"
            );
        }
        if let Some(reject) = reject {
            let before = advise.map(|_| false);
            assert_eq!(
                (at(reject * 0.99), at(reject * 1.01)),
                (before, Some(true)),
                "{rule:?}"
            );
        }
    }
    // Those that are broken below their limits.
    let below: [(Rule, Set, f64, Option<f64>); 4] = [
        (
            Rule::TooFar,
            |signs, to| signs.eye_distance = to,
            120.0,
            Some(90.0),
        ),
        (Rule::Grey, |signs, to| signs.chroma = to, 3.0, None),
        (Rule::Eyes, |signs, to| signs.lid_gap = to, 0.035, None),
        (
            Rule::Sunglasses,
            |signs, to| signs.eyes_to_cheeks = to,
            0.25,
            None,
        ),
    ];
    for (rule, set, advise, reject) in below {
        let at = |value: f64| {
            let mut signs = good();
            set(&mut signs, value);
            judge(&signs, Purpose::Source)
                .first()
                .map(|finding| (finding.rule, finding.rejects))
        };
        assert_eq!(
            (at(advise * 1.01), at(advise * 0.99)),
            (None, Some((rule, false)))
        );
        if let Some(reject) = reject {
            assert_eq!(
                (at(reject * 1.01), at(reject * 0.99)),
                (Some((rule, false)), Some((rule, true)))
            );
        }
    }
}

#[test]
fn findings_come_in_the_order_of_the_rules() {
    let mut signs = good();
    signs.second_face = 1.0;
    signs.blur = 1.0;
    signs.pose.roll = 90.0;
    signs.lip_gap = 1.0;
    signs.light.nearly_white = 1.0;
    signs.background = Some(500.0);
    let rules: Vec<Rule> = judge(&signs, Purpose::Source)
        .iter()
        .map(|finding| finding.rule)
        .collect();
    assert!(rules.is_sorted() && rules.len() == 6, "{rules:?}");
    assert!(Rule::ALL.is_sorted());
}

proptest! {
    /// Whatever is measured of skin, eyes, mouth, cover and background.
    #[test]
    fn what_is_measured_of_skin_eyes_mouth_and_cover_never_refuses_a_picture(
        chroma in 0.0_f64..200.0, natural_colour in 0.0_f64..200.0, lid_gap in 0.0_f64..1.0, lip_gap in 0.0_f64..2.0,
        covered in 0.0_f64..200.0, eyes_to_cheeks in 0.0_f64..5.0, background in 0.0_f64..5000.0,
        received in any::<bool>(),
    ) {
        let mut signs = good();
        signs.chroma = chroma;
        signs.natural_colour = natural_colour;
        signs.lid_gap = lid_gap;
        signs.lip_gap = lip_gap;
        signs.covered = covered;
        signs.eyes_to_cheeks = eyes_to_cheeks;
        signs.background = Some(background);
        if received {
            (signs.eye_distance, signs.eye_share, signs.eyes_at) = (120.0, 0.25, [0.5, 0.45]);
        }
        let purpose = if received { Purpose::Received } else { Purpose::Source };
        for finding in judge(&signs, purpose) {
            let personal = [
                Rule::Covered, Rule::Sunglasses, Rule::Background, Rule::Grey, Rule::Colour, Rule::Eyes, Rule::Mouth,
            ];
            prop_assert!(personal.contains(&finding.rule) && !finding.rejects, "{:?}", finding);
        }
    }
}

#[test]
fn skin_of_every_shade_in_good_light_is_neither_dark_nor_strange() {
    for skin in [
        LIGHT_SKIN,
        [198.0, 140.0, 110.0],
        [160.0, 110.0, 84.0],
        [110.0, 70.0, 52.0],
        DARK_SKIN,
    ] {
        for light in [[1.0; 2], [1.2, 1.0], [0.8; 2]] {
            let report = look(&Person {
                skin,
                light,
                ..Person::default()
            });
            assert_eq!(report.reasons(), Vec::<&str>::new(), "{skin:?} {light:?}");
        }
    }
}

#[test]
fn the_darkest_skin_has_the_luminance_of_light_skin_in_a_dark_room_and_only_the_room_is_dark() {
    let signs = |person: Person| {
        let picture = person.draw(960, 1280);
        Measured::of(&picture, &[person.face()], Mode::Final)
            .unwrap()
            .signs
    };
    let lit = Person {
        skin: DARK_SKIN,
        ..Person::default()
    };
    let unlit = Person {
        light: [0.1; 2],
        ..Person::default()
    };
    // By the mean alone nobody could tell which of them needs a lamp.
    assert!(signs(lit).light.mean < 1.6 * signs(unlit).light.mean);
    assert!(!look(&lit).reasons().contains(&"dark"));
    let report = look(&unlit);
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.rule == Rule::Dark && finding.rejects),
        "{report:?}"
    );
}

#[test]
fn hair_and_cloth_around_a_face_and_beards_are_not_remarked_upon_and_refuse_nothing() {
    for skin in [LIGHT_SKIN, DARK_SKIN] {
        for around in [
            Some([15.0, 12.0, 10.0]),
            Some([200.0, 30.0, 60.0]),
            Some([240.0; 3]),
            None,
        ] {
            for beard in [false, true] {
                let person = Person {
                    skin,
                    around,
                    beard,
                    ..Person::default()
                };
                let report = look(&person);
                assert_ne!(
                    report.verdict,
                    Verdict::Reject,
                    "{person:?} {:?}",
                    report.findings
                );
                assert!(
                    beard || report.verdict == Verdict::Accept,
                    "{person:?} {:?}",
                    report.findings
                );
            }
        }
    }
}

#[test]
fn a_mask_sunglasses_and_a_busy_wall_are_advised_against() {
    for (person, rule) in [
        (
            Person {
                mask: Some([235.0, 235.0, 240.0]),
                ..Person::default()
            },
            Rule::Covered,
        ),
        (
            Person {
                sunglasses: true,
                ..Person::default()
            },
            Rule::Sunglasses,
        ),
        (
            Person {
                busy_wall: true,
                ..Person::default()
            },
            Rule::Background,
        ),
        (
            Person {
                lip_gap: 0.3,
                ..Person::default()
            },
            Rule::Mouth,
        ),
        (
            Person {
                lid_gap: 0.01,
                ..Person::default()
            },
            Rule::Eyes,
        ),
    ] {
        let report = look(&person);
        assert_eq!(
            report.verdict,
            Verdict::Advise,
            "{rule:?} {:?}",
            report.findings
        );
        assert!(
            report.findings.iter().any(|finding| finding.rule == rule),
            "{rule:?} {:?}",
            report.findings
        );
    }
}

#[test]
fn what_may_be_the_cloth_on_a_face_is_advice_and_not_a_refusal() {
    for purpose in [Purpose::Source, Purpose::Received] {
        for (covered, mouth_colour, refuses) in [
            (COVERED * 0.99, CLOTH * 1.01, true),
            (COVERED * 1.01, CLOTH * 1.01, false),
            (COVERED * 0.99, CLOTH * 0.99, false),
        ] {
            let mut signs = good();
            (signs.eye_share, signs.eyes_at) = (0.25, [0.5, 0.45]);
            (signs.covered, signs.mouth_colour) = (covered, mouth_colour);
            signs.light.nearly_white = 0.6;
            signs.light.asymmetry = 0.9;
            let found = judge(&signs, purpose);
            let light = found
                .iter()
                .filter(|finding| [Rule::Over, Rule::Side].contains(&finding.rule));
            let refusals: Vec<bool> = light.map(|finding| finding.rejects).collect();
            assert_eq!(refusals, [refuses; 2], "{purpose:?} {found:?}");
        }
    }
}

#[test]
fn who_stands_at_the_border_is_told_where_to_go() {
    let at = |x: f64, y: f64| {
        let report = look(&Person {
            eyes: [x, y],
            ..Person::default()
        });
        report
            .findings
            .iter()
            .find(|finding| finding.rule == Rule::Framing)
            .and_then(|finding| finding.hint)
    };
    // The picture's left is the person's right.
    assert_eq!(at(200.0, 540.0), Some(Hint::Left));
    assert_eq!(at(760.0, 540.0), Some(Hint::Right));
    assert_eq!(at(480.0, 200.0), Some(Hint::Down));
    assert_eq!(at(480.0, 1000.0), Some(Hint::Up));
    assert_eq!(at(480.0, 540.0), None);
}

#[test]
fn a_face_that_fills_the_picture_is_too_close_and_a_small_one_too_far() {
    let close = look(&Person {
        eye_distance: 320.0,
        ..Person::default()
    });
    assert_eq!(close.reasons()[0], "too_close");
    assert_eq!(close.findings[0].hint, Some(Hint::Back));
    let far = look(&Person {
        eye_distance: 60.0,
        ..Person::default()
    });
    assert_eq!(
        (far.reasons()[0], far.verdict),
        ("too_far", Verdict::Reject)
    );
    assert_eq!(far.findings[0].hint, Some(Hint::Closer));
}

#[test]
fn what_was_good_once_is_not_refused_for_a_trifle_the_second_time() {
    let mut signs = good();
    (signs.eye_distance, signs.eye_share, signs.eyes_at) = (121.0, 121.0 / 480.0, [0.5, 0.45]);
    signs.pose.yaw = 16.9;
    signs.blur = 0.64;
    assert!(
        judge(&signs, Purpose::Source)
            .iter()
            .any(|finding| finding.rejects)
    );
    assert!(
        judge(&signs, Purpose::Received)
            .iter()
            .all(|finding| !finding.rejects)
    );
    signs.eyes_at = [0.2, 0.45];
    assert!(
        judge(&signs, Purpose::Received)
            .iter()
            .any(|finding| finding.rule == Rule::Framing && finding.rejects)
    );
}

#[test]
fn compression_is_judged_by_the_table() {
    let found = |sum, purpose| compression(sum, purpose).map(|finding| finding.rejects);
    assert_eq!(found(1_858, Purpose::Source), None);
    assert_eq!(found(1_859, Purpose::Source), Some(false));
    assert_eq!(found(3_689, Purpose::Source), Some(true));
    assert_eq!(found(1_858, Purpose::Received), None);
    assert_eq!(found(1_859, Purpose::Received), Some(true));
}
