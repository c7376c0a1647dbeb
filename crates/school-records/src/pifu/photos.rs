//! The photos that a file names.

use std::io::BufRead;

use super::{PifuError, Step, attribute, walk};

/// A `person` with a photo.
#[derive(Clone, PartialEq, Eq)]
pub struct PhotoReference {
    /// `userid` of the type `studentID`: the pupil's number (elevnummer).
    pub student_number: Option<String>,
    /// `photo/extref`: where the photo is. An address, or a file's name.
    pub place: String,
}

/// Whose photo it is, is personal.
impl std::fmt::Debug for PhotoReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhotoReference")
    }
}

/// The photos that a PIFU-IMS file names, in its order.
///
/// # Errors
/// At the first place where the file cannot be read. A file that ends before its root element does is cut off, so nothing
/// of it is given.
pub fn photos(input: impl BufRead) -> Result<Vec<PhotoReference>, PifuError> {
    let mut found = Vec::new();
    let mut person = Person::default();
    walk(input, is_kept, |path, step| {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match (names.as_slice(), step) {
            ([_, "person"], Step::Begins(_)) => person = Person::default(),
            ([_, "person", "userid"], Step::Begins(element)) => {
                person.is_number =
                    attribute(element, "useridtype").is_some_and(|kind| kind == "studentID");
            }
            ([_, "person", "userid"], Step::Ends(said)) if person.is_number && !said.is_empty() => {
                person.student_number = Some(said.to_owned());
            }
            ([_, "person", "photo", "extref"], Step::Ends(said)) if !said.is_empty() => {
                person.place = Some(said.to_owned());
            }
            ([_, "person"], Step::Ends(_)) => found.extend(std::mem::take(&mut person).photo()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// What of a person has been read so far.
#[derive(Default)]
struct Person {
    /// The `userid` that is being read is a pupil's number.
    is_number: bool,
    student_number: Option<String>,
    place: Option<String>,
}

impl Person {
    fn photo(self) -> Option<PhotoReference> {
        Some(PhotoReference {
            student_number: self.student_number,
            place: self.place?,
        })
    }
}

fn is_kept(path: &[String]) -> bool {
    path.last()
        .is_some_and(|name| name == "userid" || name == "extref")
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_DEPTH, MAX_TEXT};
    use super::*;
    use proptest::prelude::*;

    fn file(people: &str) -> String {
        format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pifu:enterprise xmlns:pifu=\"http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-v1\">\
             <pifu:properties><pifu:type>full</pifu:type></pifu:properties>{people}</pifu:enterprise>"
        )
    }

    const NORA: &str = "<pifu:person recstatus=\"1\"><pifu:sourcedid><pifu:source>Fjordviken</pifu:source><pifu:id>77</pifu:id></pifu:sourcedid>\
        <pifu:userid useridtype=\"personNIN\">14830812345</pifu:userid><pifu:userid useridtype=\"studentID\"> 100042 </pifu:userid>\
        <pifu:photo imgtype=\"JPG\"><pifu:extref>https://bilder.fjordviken.example/b?id=7&amp;stor=1</pifu:extref></pifu:photo></pifu:person>";

    #[test]
    fn no_error_quotes_the_file() {
        for wrong in [
            "<pifu:person><14830812345></pifu:person>",
            "<pifu:person></14830812345>",
            "<pifu:person></pifu:14830812345>",
            "<pifu:person 14830812345=1/>",
            "<pifu:person>&#x14830812345;</pifu:person>",
            "<pifu:person><14830812345",
        ] {
            if let Err(error) = photos(file(wrong).as_bytes()) {
                let told = format!("{error} {error:?}");
                assert!(!told.contains("14830812345"), "{told}");
            }
        }
        let stray = photos(file("<pifu:person></pifu:14830812345>").as_bytes());
        assert!(matches!(stray, Err(PifuError::Xml { .. })));
    }

    fn read(text: &str) -> Result<Vec<(Option<String>, String)>, PifuError> {
        let photos = photos(text.as_bytes())?;
        Ok(photos
            .into_iter()
            .map(|photo| (photo.student_number, photo.place))
            .collect())
    }

    #[test]
    fn each_person_with_a_photo_is_found_by_number_in_either_namespace() {
        let aslak = "<person xmlns=\"urn:other\"><userid useridtype=\"studentID\">100043</userid><photo><extref><![CDATA[bilder/100043.jpg]]></extref></photo></person>";
        let nobody =
            "<pifu:person><pifu:userid useridtype=\"studentID\">100044</pifu:userid></pifu:person>";
        let unnumbered =
            "<pifu:person><pifu:photo><pifu:extref>x.jpg</pifu:extref></pifu:photo></pifu:person>";
        let found = read(&file(&format!("{NORA}{aslak}{nobody}{unnumbered}"))).unwrap();
        let number = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                (
                    number("100042"),
                    "https://bilder.fjordviken.example/b?id=7&stor=1".to_owned()
                ),
                (number("100043"), "bilder/100043.jpg".to_owned()),
                (None, "x.jpg".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_cut_off_foreign_or_hostile_gives_nothing() {
        let whole = file(NORA);
        for bad in [
            whole[..whole.len() - 20].to_owned(),
            whole.replace("enterprise", "register"),
            whole.replace("</pifu:photo>", ""),
            whole.replace("&amp;", "&bilde;"),
            whole.replace(
                "<pifu:enterprise",
                "<!DOCTYPE e [<!ENTITY bilde \"x\">]><pifu:enterprise",
            ),
            file(&"<a>".repeat(MAX_DEPTH + 1)),
            whole.replace("100042", &"1".repeat(MAX_TEXT + 1)),
            String::new(),
            "hei".to_owned(),
        ] {
            assert!(read(&bad).is_err(), "{}", &bad[..bad.len().min(200)]);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..800) {
            let _ = photos(bytes.as_slice());
            let whole = file(NORA);
            let mut cut_off = whole.into_bytes();
            cut_off.truncate(cut);
            cut_off.extend_from_slice(&bytes);
            let _ = photos(cut_off.as_slice());
        }
    }
}
