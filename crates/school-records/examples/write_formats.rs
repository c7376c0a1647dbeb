//! Writes a county in every form that is read, from a FINT dump of it: to try them out, and for other systems' makers to look at.
//!
//!     node tests/county/generate.mjs --out .out/county
//!     cargo run -p school-records --example write_formats -- .out/county .out/forms
//!
//! Then `.out/forms` holds `csv`, `oneroster`, `sds`, `pifu.xml`, `vigo.json`, `bibliotek.csv` and `bilder.csv`.
#![allow(
    clippy::expect_used,
    dead_code,
    unused_imports,
    reason = "the writer is the tests', which use more of it"
)]

use school_records::files::{FileSource, Kind, read};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../tests/formats/write/mod.rs"]
mod write;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(dump), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("give the folder of a FINT dump, and one to write to".into());
    };
    let mut source = FileSource::new(Kind::FintDump, dump.clone());
    source.allow_synthetic = true;
    source.library_codes = Some(dump.join("bibliotek.csv")).filter(|file| file.exists());
    let records = read(&source)?;
    let today = chrono::Local::now().date_naive();
    put(&out.join("csv"), write::county(&records))?;
    put(&out.join("oneroster"), write::oneroster(&records))?;
    put(&out.join("sds"), write::sds(&records, today))?;
    let single = [
        ("pifu.xml", write::pifu(&records)),
        ("vigo.json", write::vigo(&records)),
        ("bibliotek.csv", write::library(&records)),
        ("bilder.csv", write::photos(&records)),
    ];
    put(
        &out,
        single
            .map(|(name, content)| (name.to_owned(), content))
            .into(),
    )?;
    Ok(())
}

fn put(folder: &Path, files: write::Files) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for (name, content) in files {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
