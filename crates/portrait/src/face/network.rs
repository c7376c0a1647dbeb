//! A network that is part of this crate.

use tflite::{Model, Scratch};

/// A network with one input and two outputs.
#[derive(Debug)]
pub(super) struct Network(Model);

/// What a search works with, kept so that the next one needs no new memory.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// The next network's input.
    pub(super) patch: Vec<f32>,
    scratch: Scratch,
}

impl Network {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of this crate, and a test reads it"
    )]
    pub(super) fn new(file: &[u8]) -> Self {
        Self(Model::parse(file).expect("a network that can be read"))
    }

    /// Runs it on the patch.
    #[expect(
        clippy::expect_used,
        reason = "patches are made in the network's size, and its outputs are two"
    )]
    pub(super) fn run<'w>(&self, workspace: &'w mut Workspace) -> [&'w [f32]; 2] {
        self.0
            .run(&[&workspace.patch], &mut workspace.scratch)
            .ok()
            .and_then(|outputs| outputs.try_into().ok())
            .expect("a network of one input and two outputs")
    }
}
