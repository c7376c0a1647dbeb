//! From what was measured to a quality from 0 to 100, as ISO/IEC 29794-5 and OFIQ 1.0 map each measure.

use std::f64::consts::PI;

use crate::report::{Measure, Value};

impl Value {
    pub(crate) fn of(measure: Measure, native: f64) -> (Measure, Self) {
        let score = score(measure, native);
        (measure, Self { native, score })
    }
}

fn score(measure: Measure, x: f64) -> u8 {
    let quality = match measure {
        Measure::BackgroundUniformity => 190.0 * (1.0 - sigmoid(x, 10.0, 100.0)),
        Measure::IlluminationUniformity => 100.0 * x.max(0.0).powf(0.3),
        Measure::LuminanceMean => 100.0 * sigmoid(x, 0.2, 0.05) * (1.0 - sigmoid(x, 0.8, 0.05)),
        Measure::LuminanceVariance => 100.0 * (PI * 60.0 * x / (60.0 * x + 1.0)).sin(),
        Measure::UnderExposurePrevention => 120.0 * (0.832 - sigmoid(x, 0.92, 0.05)),
        Measure::OverExposurePrevention => 1.0 / (x + 0.01),
        Measure::DynamicRange => 12.5 * x,
        Measure::NaturalColour => 200.0 * (1.0 - sigmoid(x, 0.0, 10.0)),
        Measure::SingleFacePresent => 100.0 * (1.0 - x),
        Measure::EyesOpen => 100.0 * sigmoid(x, 0.02, 0.01),
        Measure::MouthClosed => 100.0 * (1.0 - sigmoid(x, 0.2, 0.06)),
        Measure::InterEyeDistance => 100.0 * sigmoid(x, 70.0, 20.0),
        Measure::HeadSize => 200.0 * (1.0 - sigmoid((x - 0.45).abs(), 0.0, 0.05)),
        Measure::LeftwardCropOfTheFaceImage | Measure::RightwardCropOfTheFaceImage => {
            100.0 * sigmoid(x, 0.9, 0.1)
        }
        Measure::MarginAboveOfTheFaceImage => 100.0 * sigmoid(x, 1.4, 0.1),
        Measure::MarginBelowOfTheFaceImage => 100.0 * sigmoid(x, 1.8, 0.1),
        Measure::HeadPoseYaw | Measure::HeadPosePitch | Measure::HeadPoseRoll => {
            100.0 * x.to_radians().cos().max(0.0).powi(2)
        }
    };
    // Clamped, and a cast takes no number to 0.
    quality.round().clamp(0.0, 100.0) as u8
}

fn sigmoid(x: f64, middle: f64, width: f64) -> f64 {
    1.0 / (1.0 + ((middle - x) / width).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OFIQ's published conformance table: for 15 pictures what was measured and the score that must come of it.
    const TABLE: &str = include_str!("../../vectors/ofiq-scores.csv");

    #[test]
    fn every_score_of_the_published_conformance_table_comes_out() {
        let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let named: Vec<Measure> = lines
            .next()
            .unwrap()
            .split(';')
            .map(|name| {
                let mut all = Measure::ALL.iter();
                *all.find(|measure| measure.name() == name).unwrap()
            })
            .collect();
        assert_eq!(named, Measure::ALL);
        let mut compared = 0;
        for line in lines {
            for (measure, entry) in named.iter().zip(line.split(';')) {
                let (native, expected) = entry.split_once('=').unwrap();
                let value = Value::of(*measure, native.parse().unwrap()).1;
                let expected: u8 = expected.parse().unwrap();
                assert_eq!(value.score, expected, "{measure:?} of {native}");
                compared += 1;
            }
        }
        assert_eq!(compared, 15 * 20);
    }

    #[test]
    fn a_score_stays_between_none_and_a_hundred_whatever_was_measured() {
        for measure in Measure::ALL {
            for native in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e9, 0.0, 1e9] {
                assert!(
                    Value::of(*measure, native).1.score <= 100,
                    "{measure:?} {native}"
                );
            }
        }
    }
}
