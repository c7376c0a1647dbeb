//! Pictures as the screens send them.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgb, RgbImage};
use portrait::Value;

use super::*;
use crate::view::PictureVerdict;

/// A picture of nobody, as the screens send it.
fn wall(width: u32, height: u32) -> String {
    let picture = RgbImage::from_pixel(width, height, Rgb([140, 150, 145]));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 70)
        .encode(&picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    BASE64.encode(jpeg)
}

fn finding(rule: Rule, rejects: bool, hint: Option<Hint>) -> Finding {
    Finding {
        rule,
        rejects,
        hint,
    }
}

fn report(findings: Vec<Finding>) -> Report {
    Report {
        faces: 1,
        verdict: Verdict::of(&findings),
        findings,
        measures: Vec::new(),
        place: None,
    }
}

#[tokio::test]
async fn a_frame_without_anybody_says_so() {
    let view = Selfies::new()
        .check_frame(wall(360, 480), 960)
        .await
        .unwrap();
    assert_eq!(view.verdict, PictureVerdict::Reject);
    assert_eq!(view.hint, Some(Rule::NoFace));
}

#[test]
fn what_is_too_few_pixels_in_the_picture_is_said_in_the_live_view() {
    // 70 pixels between the eyes in a frame that is 360 wide.
    let judged = |picture_width| {
        let mut report = report(vec![finding(Rule::TooFar, false, None)]);
        let value = Value {
            native: 70.0,
            score: 50,
        };
        report.measures.push((Measure::InterEyeDistance, value));
        hold_against_camera(&mut report, 360, picture_width);
        (report.verdict, report.findings.len())
    };
    assert_eq!(judged(360), (Verdict::Reject, 1));
    assert_eq!(judged(480), (Verdict::Reject, 1));
    assert_eq!(judged(540), (Verdict::Advise, 1));
    assert_eq!(judged(1200), (Verdict::Advise, 1));
}

#[test]
fn what_stands_in_the_way_is_said_before_advice() {
    let view = frame_view(&report(vec![
        finding(Rule::Roll, false, None),
        finding(Rule::Framing, true, Some(Hint::Left)),
    ]));
    assert_eq!(
        (view.hint, view.direction),
        (Some(Rule::Framing), Some(Hint::Left))
    );
    let view = frame_view(&report(vec![finding(Rule::Mouth, false, None)]));
    assert_eq!(view.verdict, PictureVerdict::Advise);
    assert_eq!(view.hint, Some(Rule::Mouth));
    assert_eq!(frame_view(&report(Vec::new())).hint, None);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused() {
    let selfies = Selfies::new();
    let kind = |result: Result<FrameView, Problem>| result.unwrap_err().kind;
    for jpeg in [
        String::new(),
        "not base64".to_owned(),
        BASE64.encode("no picture"),
        "A".repeat(FRAME.bytes * 4 / 3 + 8),
        wall(1_000, 1_000),
    ] {
        assert_eq!(
            kind(selfies.check_frame(jpeg, 960).await),
            ProblemKind::PhotoUnusable
        );
    }
}

#[tokio::test]
async fn a_picture_waits_until_it_is_dropped_or_another_takes_its_place() {
    let selfies = Selfies::new();
    let check = async || {
        selfies
            .check_picture(wall(600, 800), SubmittedFrom::Selfie)
            .await
            .unwrap()
    };
    let first = check().await;
    assert!(first.portrait.starts_with("data:image/jpeg;base64,"));
    let sent = selfies.waiting(&first.id).unwrap();
    assert_eq!(
        first.portrait,
        format!("data:image/jpeg;base64,{}", BASE64.encode(&*sent.jpeg)),
        "what is shown is what is sent"
    );

    let second = check().await;
    assert!(selfies.waiting(&first.id).is_err());
    selfies.drop_picture(&first.id);
    assert!(selfies.waiting(&second.id).is_ok(), "another's name");
    selfies.drop_picture(&second.id);
    assert!(selfies.waiting(&second.id).is_err());
}
