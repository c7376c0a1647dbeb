//! The template of the county's own lists, which people copy.

use std::path::Path;

use school_records::files::{FileSource, Kind, read};

#[test]
fn the_template_is_read_without_a_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("template");
    let mut source = FileSource::new(Kind::Csv, folder);
    source.allow_synthetic = true;
    let records = read(&source).unwrap();
    let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:?}");
    insta::assert_json_snapshot!(records.people);
}
