use std::io::Write;

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, packed).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn spool(uploads: &[(&str, &[u8])]) -> Spool {
    let mut file = tempfile::tempfile().unwrap();
    let mut written = Vec::new();
    for (name, bytes) in uploads {
        file.write_all(bytes).unwrap();
        written.push(((*name).to_owned(), u64::try_from(bytes.len()).unwrap()));
    }
    Spool::new(file, written)
}

fn limits() -> Limits {
    Limits {
        files: 5,
        file_bytes: 1_000,
        upload_bytes: 10_000,
        unpacked_bytes: 2_500,
    }
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.name.as_str()).collect()
}

#[test]
fn pictures_lie_loose_or_in_zips_and_what_computers_add_is_passed_over() {
    let zipped = zip(&[
        ("klasse/2STA/1.jpg", b"one"),
        ("__MACOSX/klasse/._1.jpg", b"x"),
        ("klasse\\Thumbs.db", b"x"),
        ("inni.zip", b"x"),
    ]);
    let spool = spool(&[
        ("2.jpg", b"two"),
        ("alle.ZIP", &zipped),
        (".DS_Store", b"x"),
        ("3.jpg", b"three"),
    ]);
    let found = spool.list(limits()).unwrap();
    assert_eq!(names(&found), ["2.jpg", "1.jpg", "inni.zip", "3.jpg"]);
    let mut reader = spool.reader(limits());
    // In any order.
    let read: Vec<_> = [1, 0, 3, 1]
        .iter()
        .map(|index| reader.read(&found[*index]).unwrap().unwrap())
        .collect();
    assert_eq!(read, [&b"one"[..], b"two", b"three", b"one"]);
}

#[test]
fn a_path_that_climbs_out_is_only_a_name() {
    let zipped = zip(&[("../../etc/passwd", b"x"), ("/abs/100.jpg", b"y")]);
    let spool = spool(&[("a.zip", &zipped)]);
    assert_eq!(names(&spool.list(limits()).unwrap()), ["passwd", "100.jpg"]);
}

#[test]
fn what_swells_is_stopped_file_by_file_and_in_all() {
    let big = vec![0; 900];
    let zipped = zip(&[
        ("1.jpg", &[0; 100_000]),
        ("2.jpg", &big),
        ("3.jpg", &big),
        ("4.jpg", &big),
    ]);
    let spool = spool(&[("a.zip", &zipped)]);
    let found = spool.list(limits()).unwrap();
    let mut reader = spool.reader(limits());
    assert_eq!(reader.read(&found[0]).unwrap(), Err(Unreadable::TooLarge));
    assert!(reader.read(&found[1]).unwrap().is_ok());
    assert!(matches!(
        reader.read(&found[2]),
        Err(Refused::TooLarge(2_500))
    ));
}

#[test]
fn a_size_that_is_a_lie_does_not_let_more_through() {
    let mut zipped = zip(&[("1.jpg", &[0; 5_000])]);
    let said = 5_000_u32.to_le_bytes();
    let small = 10_u32.to_le_bytes();
    for at in 0..zipped.len() - 4 {
        if zipped[at..at + 4] == said {
            zipped[at..at + 4].copy_from_slice(&small);
        }
    }
    let spool = spool(&[("a.zip", &zipped)]);
    let found = spool.list(limits()).unwrap();
    let read = spool.reader(limits()).read(&found[0]).unwrap();
    assert!(read.is_err() || read.unwrap().len() <= 1_000);
}

#[test]
fn too_many_files_a_damaged_zip_and_nothing_at_all_are_refused() {
    let many: Vec<(String, &[u8])> = (0..6).map(|n| (format!("{n}.jpg"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    let zipped = zip(&many);
    let refused = |uploads: &[(&str, &[u8])]| spool(uploads).list(limits()).unwrap_err();
    assert!(matches!(refused(&many), Refused::TooMany(5)));
    assert!(matches!(
        refused(&[("a.zip", &zipped)]),
        Refused::TooMany(5)
    ));
    assert!(matches!(
        refused(&[("a.zip", &zipped[..zipped.len() - 30])]),
        Refused::BadZip
    ));
    assert!(matches!(
        refused(&[("a.zip", b"not a zip")]),
        Refused::BadZip
    ));
    assert!(matches!(refused(&[(".a", b"x")]), Refused::Empty));
}

/// A zip whose end says this of number, size and place of its names.
fn with_end(zipped: &[u8], files: u16, directory: u32, offset: u32) -> Vec<u8> {
    let mut forged = zipped.to_vec();
    let end = forged.len() - 22;
    forged[end + 8..end + 10].copy_from_slice(&files.to_le_bytes());
    forged[end + 10..end + 12].copy_from_slice(&files.to_le_bytes());
    forged[end + 12..end + 16].copy_from_slice(&directory.to_le_bytes());
    forged[end + 16..end + 20].copy_from_slice(&offset.to_le_bytes());
    forged
}

#[test]
fn an_end_that_points_elsewhere_is_refused_before_it_is_followed() {
    let honest = zip(&[("1.jpg", b"one")]);
    let refused = |zipped: &[u8]| spool(&[("a.zip", zipped)]).list(limits()).unwrap_err();
    // Of these three the reader would look for another record, which says what it likes.
    for forged in [
        with_end(&honest, u16::MAX, 50, 34),
        with_end(&honest, 1, u32::MAX, 34),
        with_end(&honest, 1, 50, u32::MAX),
    ] {
        let refused = refused(&forged);
        assert!(
            matches!(refused, Refused::TooMany(5) | Refused::BadZip),
            "{refused:?}"
        );
    }
    // The last one is harmless, and the reader would go by the one before.
    let mut two = with_end(&honest, u16::MAX, 50, 34);
    two.extend_from_slice(&with_end(&honest, 1, 50, 34)[honest.len() - 22..]);
    assert!(matches!(refused(&two), Refused::TooMany(5)));
}

#[test]
fn opening_a_zip_reads_no_more_than_a_list_of_names_can_be() {
    use zip::write::ExtendedFileOptions;
    let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
    // Few files with much beside each: 200 of 60 KB, twelve megabytes of names.
    for number in 0..200 {
        let mut packed: zip::write::FileOptions<'_, '_, ExtendedFileOptions> =
            zip::write::FileOptions::default();
        packed
            .add_extra_field(0x7777, vec![7; 60_000].into_boxed_slice(), true)
            .unwrap();
        writer.start_file(format!("{number}.jpg"), packed).unwrap();
    }
    let mut zipped = writer.finish().unwrap().into_inner();
    // And it says that there are few of them.
    let end = zipped.len() - 22;
    zipped[end + 12..end + 16].copy_from_slice(&9_000_u32.to_le_bytes());
    let many = Limits {
        files: 1_000,
        ..limits()
    };
    let refused = spool(&[("a.zip", &zipped)]).list(many).unwrap_err();
    assert!(matches!(refused, Refused::BadZip), "{refused:?}");
}
