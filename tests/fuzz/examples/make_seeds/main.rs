//! Writes the seeds that are not there yet: real examples from our own crates, and some that are malformed.
//!
//! ```text
//! cargo run --no-default-features --example make_seeds
//! ```
//!
//! To make one anew, as after a change of a wire form, delete its file first: signatures are different every time.

#![forbid(unsafe_code)]

mod codes;
mod documents;
mod messages;
mod networks;
mod pictures;
mod tokens;

use std::fs;

use fuzz::seeds::folder;

fn main() {
    codes::write();
    documents::write();
    messages::write();
    networks::write();
    pictures::write();
    tokens::write();
}

/// Writes a seed unless it is there.
fn seed(target: &str, name: &str, content: impl AsRef<[u8]>) {
    let folder = folder(target);
    fs::create_dir_all(&folder).expect("the folder of seeds can be written");
    let file = folder.join(name);
    if !file.exists() {
        fs::write(file, content).expect("the folder of seeds can be written");
    }
}
