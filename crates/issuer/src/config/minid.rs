//! `[minid]`: the settings of the MinID help, which are a file of their own.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use minid_guide::{Guide, GuideError};

use super::Reader;

/// `[minid]`
#[derive(Clone, Debug, Default)]
pub struct MinidConfig {
    /// The county's own numbers and addresses; without them those that came with the program.
    pub guide: Option<Guide>,
}

impl MinidConfig {
    pub(super) fn read(r: &mut Reader) -> Self {
        const SETTING: &str = "minid.guide";
        let guide = r.optional_path(SETTING).and_then(|file| {
            let wrong = match read(&file) {
                Ok(Ok(guide)) => return Some(guide),
                Ok(Err(error)) => format!("{}: {error}", file.display()),
                Err(error) => format!("the file {} cannot be read: {error}", file.display()),
            };
            let advice =
                "set it to a changed copy of the whole file guide.toml (docs/minid.md), or remove it";
            r.wrong(SETTING, wrong.trim_end(), advice);
            None
        });
        Self { guide }
    }
}

/// Not more of it than there can be: the name may be that of something else.
fn read(file: &Path) -> io::Result<Result<Guide, GuideError>> {
    let mut text = String::new();
    File::open(file)?
        .take(Guide::MAX_BYTES as u64 + 1)
        .read_to_string(&mut text)?;
    Ok(Guide::from_toml(&text))
}
