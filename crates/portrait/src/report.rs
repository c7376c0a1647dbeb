//! What a check of a portrait comes to: a verdict, what led to it, and the measures behind it.

use serde::{Deserialize, Serialize};

/// How a picture was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One frame of a live view: quick, and only to say what to do next.
    Live,
    /// The picture that is to be kept.
    Final,
}

/// What a picture was found to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Report {
    /// How many faces there are.
    pub faces: usize,
    /// The answer; the worst of `findings`.
    pub verdict: Verdict,
    /// What could be better, in the order in which a person should put it right.
    pub findings: Vec<Finding>,
    /// What was measured of the main face; empty without a face.
    pub measures: Vec<(Measure, Value)>,
    /// Where the main face is.
    pub place: Option<Place>,
}

impl Report {
    /// The ids of the rules that were broken, in order.
    pub fn reasons(&self) -> Vec<&'static str> {
        self.findings
            .iter()
            .map(|finding| finding.rule.id())
            .collect()
    }

    /// The value of one measure, if it was taken.
    pub fn measure(&self, measure: Measure) -> Option<Value> {
        let (_, value) = self.measures.iter().find(|(name, _)| *name == measure)?;
        Some(*value)
    }
}

/// Whether a picture will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing to say against it.
    Accept,
    /// Good enough, and could be better. Nobody needs to follow advice.
    Advise,
    /// Another picture is needed, or a person who looks at this one.
    Reject,
}

impl Verdict {
    /// The verdict that some findings come to.
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|finding| finding.rejects) {
            Self::Reject
        } else if findings.is_empty() {
            Self::Accept
        } else {
            Self::Advise
        }
    }
}

/// One thing that could be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Finding {
    /// What it is.
    pub rule: Rule,
    /// Whether the picture is refused for it; else it is advice.
    pub rejects: bool,
    /// Which way helps, where one does.
    pub hint: Option<Hint>,
}

/// Which way a person should move, as seen by themself: `Left` is towards their own left hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// To their left.
    Left,
    /// To their right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// Towards the camera.
    Closer,
    /// Away from the camera.
    Back,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $id:literal,)+) => {
        /// What can be said against a picture, in the order in which it is said.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        pub enum Rule {
            $($(#[$doc])* #[serde(rename = $id)] $rule,)+
        }

        impl Rule {
            /// All rules, in order.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// Its name in JSON, in messages and in logs.
            pub fn id(self) -> &'static str {
                match self { $(Self::$rule => $id,)+ }
            }
        }
    };
}

rules! {
    /// No face, or none that can be seen clearly.
    NoFace = "no_face",
    /// Somebody else is in the picture.
    TwoFaces = "two_faces",
    /// The face has too few pixels.
    TooFar = "too_far",
    /// The head is not wholly in the picture, and moving helps.
    Framing = "framing",
    /// The head is not wholly in the picture because it is too large for it.
    TooClose = "too_close",
    /// The head leans to one side.
    Roll = "roll",
    /// The head is turned to one side.
    Yaw = "yaw",
    /// The head is raised or lowered.
    Pitch = "pitch",
    /// The face is not sharp.
    Blur = "blur",
    /// There is too little light to see the face by.
    Dark = "dark",
    /// Parts of the face are burnt out.
    Over = "over",
    /// The light comes from one side.
    Side = "side",
    /// The picture has no colours.
    Grey = "grey",
    /// The light has a colour.
    Colour = "colour",
    /// The mouth is open.
    Mouth = "mouth",
    /// The eyes look closed.
    Eyes = "eyes",
    /// Something may cover a part of the face.
    Covered = "covered",
    /// The eyes may be behind dark glasses.
    Sunglasses = "sunglasses",
    /// There is much to see behind the person.
    Background = "background",
    /// The file has been compressed too much.
    Jpeg = "jpeg",
}

macro_rules! measures {
    ($($(#[$doc:meta])* $measure:ident,)+) => {
        /// A measure of ISO/IEC 29794-5, in the spelling of OFIQ, its reference implementation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        pub enum Measure {
            $($(#[$doc])* $measure,)+
        }

        impl Measure {
            /// All measures that are taken here, in the order of the standard.
            pub const ALL: &'static [Self] = &[$(Self::$measure),+];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$measure => stringify!($measure),)+ }
            }
        }
    };
}

measures! {
    /// Mean gradient of the luminance beside and above the head.
    BackgroundUniformity,
    /// How alike the luminance histograms of both cheeks are, 0 to 1.
    IlluminationUniformity,
    /// Mean luminance of the face, 0 to 1.
    LuminanceMean,
    /// Variance of the luminance of the face.
    LuminanceVariance,
    /// Share of the face that is nearly black, 0 to 1.
    UnderExposurePrevention,
    /// Share of the face that is nearly white, 0 to 1.
    OverExposurePrevention,
    /// Entropy of the luminance of the face, in bits.
    DynamicRange,
    /// How far the colour of the cheeks is from that of any skin in white light, in CIELAB.
    NaturalColour,
    /// Area of the second largest face, as a share of the largest.
    SingleFacePresent,
    /// Gap between the lids of the less open eye, as a share of the face's height.
    EyesOpen,
    /// Gap between the lips, as a share of the face's height.
    MouthClosed,
    /// Distance between the eyes, in pixels, as if seen from the front.
    InterEyeDistance,
    /// Distance from the eyes to the chin, as a share of the picture's height.
    HeadSize,
    /// Room on the left of the picture, in eye distances.
    LeftwardCropOfTheFaceImage,
    /// Room on the right of the picture, in eye distances.
    RightwardCropOfTheFaceImage,
    /// Room above the eyes, in heights of the face.
    MarginAboveOfTheFaceImage,
    /// Room below the eyes, in heights of the face.
    MarginBelowOfTheFaceImage,
    /// How far the head is turned, in degrees.
    HeadPoseYaw,
    /// How far the head is raised or lowered, in degrees.
    HeadPosePitch,
    /// How far the head leans, in degrees.
    HeadPoseRoll,
}

/// What one measure came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Value {
    /// As it was measured, in the measure's own unit.
    pub native: f64,
    /// As quality, from 0 to 100.
    pub score: u8,
}

/// Where a face is, in hundredths of the picture's width and height, for the oval of a live view.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Place {
    /// The middle of the face, from the left.
    pub centre_x: f32,
    /// The middle of the face, from above.
    pub centre_y: f32,
    /// Width of the face.
    pub width: f32,
    /// Height of the face, from the hair to the chin.
    pub height: f32,
}
