//! Where the faces in a picture are, and how the largest looks at the camera.
//!
//! A face here is 468 points of a general shape, and nothing that tells one person from another: no template is made,
//! nobody is recognised.

mod detector;
mod mesh;
mod network;
mod patch;
mod pose;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use image::RgbImage;

use detector::{Detection, Detector};
use mesh::Mesh;
use network::Workspace;

/// How sure the mesh must be that there is a face.
const LEAST_PRESENCE: f32 = 0.5;
/// How many faces are looked at, so that a crowd takes no longer than that.
const MOST_FACES: usize = 6;

/// Finds faces. Costs some milliseconds and some megabytes to make; make one and share it.
#[derive(Debug)]
pub struct FaceFinder {
    detector: Detector,
    mesh: Mesh,
    /// What nobody works with just now.
    workspaces: Mutex<Vec<Workspace>>,
}

impl Default for FaceFinder {
    fn default() -> Self {
        Self::new()
    }
}

impl FaceFinder {
    /// Reads the two networks that are part of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self {
            detector: Detector::new(),
            mesh: Mesh::new(),
            workspaces: Mutex::default(),
        }
    }

    /// All faces, largest first.
    ///
    /// A face that is narrower than about a tenth of the picture's longer side is not seen. Of a crowd the six largest
    /// are looked at. The picture may be of any size: it is sampled, so that a large one takes no longer, and what is
    /// returned is in its pixels.
    #[must_use]
    pub fn find(&self, picture: &RgbImage, depth: Depth) -> Vec<Face> {
        // What a thread that stopped left behind is as good as any: it is written before it is read.
        let workspaces = || {
            self.workspaces
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let mut workspace = workspaces().pop().unwrap_or_default();
        let mut faces: Vec<Face> = Vec::new();
        let detections = self.detector.detect(picture, &mut workspace);
        for detection in detections.iter().take(MOST_FACES) {
            // The first that is one is the largest.
            let depth = if faces.is_empty() { depth } else { Depth::Live };
            faces.extend(self.look(picture, detection, depth, &mut workspace));
        }
        workspaces().push(workspace);
        faces
    }

    /// What the detector saw, if it is a face.
    fn look(
        &self,
        picture: &RgbImage,
        detection: &Detection,
        depth: Depth,
        workspace: &mut Workspace,
    ) -> Option<Face> {
        let square = mesh::square_of_detection(detection);
        let mut shape = self.mesh.look(picture, square, workspace);
        // The second look decides: a face that leans is seen well only then.
        if depth == Depth::Final
            && let Some(square) = mesh::square_of_shape(&shape)
        {
            shape = self.mesh.look(picture, square, workspace);
        }
        let [left, top, right, bottom] = detection.edges;
        (shape.presence > LEAST_PRESENCE).then(|| Face {
            score: detection.score,
            presence: shape.presence,
            bounds: Rect {
                x: left,
                y: top,
                width: right - left,
                height: bottom - top,
            },
            pose: pose::of(&shape.points),
            landmarks: shape.points,
        })
    }
}

/// How closely the largest face is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Once: for a hint in a live view.
    Live,
    /// Twice, the second time at the place where the first look saw the face: for the picture that will be kept. Other
    /// faces are looked at once.
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
