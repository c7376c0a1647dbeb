//! PIFU-IMS 1.3 (NS 4170), as school administration systems write it: so far the photos that it names.
//!
//! Elements are known by their local names, since two namespaces are in use. The file is read as it comes, one person at
//! a time; what a person may bring with them is bounded. Entities other than XML's own five are refused.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Longest text that is kept of one element, in bytes.
const MAX_TEXT: usize = 2_048;
/// Deepest nesting; real files have about six.
const MAX_DEPTH: usize = 64;

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

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum PifuError {
    /// Not XML, or cut off.
    #[error("the file is not whole XML, at byte {at}: {error}")]
    Xml {
        /// Bytes from the beginning.
        at: u64,
        /// What the reader says.
        error: quick_xml::Error,
    },
    /// XML, but not what a school's system writes.
    #[error("the file is not PIFU-IMS, at byte {at}: {why}")]
    Content {
        /// Bytes from the beginning.
        at: u64,
        /// What is wrong.
        why: &'static str,
    },
}

/// The photos that a PIFU-IMS file names, in its order.
///
/// # Errors
/// At the first place where the file cannot be read. A file that ends before its root element does is cut off, so nothing
/// of it is given.
pub fn photos(input: impl BufRead) -> Result<Vec<PhotoReference>, PifuError> {
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut person = Person::default();
    let mut text = String::new();
    let mut seen_root = false;
    loop {
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| PifuError::Xml {
                at: reader.error_position(),
                error,
            })?;
        let at = reader.buffer_position();
        let wrong = |why| PifuError::Content { at, why };
        let mut append = |part: &str| {
            if text.len() + part.len() > MAX_TEXT {
                return Err(wrong("a text is far too long"));
            }
            text.push_str(part);
            Ok(())
        };
        match event {
            Event::Start(element) => {
                if path.len() >= MAX_DEPTH {
                    return Err(wrong("elements are nested far too deep"));
                }
                let name = local_name(&element);
                if path.is_empty() {
                    if seen_root || name != "enterprise" {
                        return Err(wrong("the root element is not enterprise"));
                    }
                    seen_root = true;
                }
                if name == "person" && path.len() == 1 {
                    person = Person::default();
                }
                if name == "userid" {
                    person.is_number = has_type(&element, "studentID");
                }
                text.clear();
                path.push(name);
            }
            Event::End(_) => {
                let names: Vec<&str> = path.iter().map(String::as_str).collect();
                let said = text.trim();
                match names.as_slice() {
                    [_, "person", "userid"] if person.is_number && !said.is_empty() => {
                        person.student_number = Some(said.to_owned());
                    }
                    [_, "person", "photo", "extref"] if !said.is_empty() => {
                        person.place = Some(said.to_owned());
                    }
                    [_, "person"] => found.extend(std::mem::take(&mut person).photo()),
                    _ => {}
                }
                text.clear();
                path.pop();
            }
            // Only what is inside these two is kept, so that the length of nothing else matters.
            Event::Text(part) if is_kept(&path) => append(&part.xml10_content())?,
            Event::CData(part) if is_kept(&path) => append(&part.xml10_content())?,
            Event::GeneralRef(reference) if is_kept(&path) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    Ok(None) => {
                        quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                            .map(str::to_owned)
                    }
                    Err(_) => None,
                };
                append(&resolved.ok_or_else(|| wrong("an entity that XML does not know"))?)?;
            }
            Event::DocType(_) => return Err(wrong("it has a DOCTYPE")),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    if !seen_root || !path.is_empty() {
        return Err(PifuError::Content {
            at: reader.buffer_position(),
            why: "it is cut off",
        });
    }
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

fn local_name(element: &BytesStart<'_>) -> String {
    element.local_name().into_inner().to_owned()
}

fn has_type(element: &BytesStart<'_>, wanted: &str) -> bool {
    element.attributes().flatten().any(|attribute| {
        attribute.key.local_name().into_inner() == "useridtype" && attribute.value == wanted
    })
}

#[cfg(test)]
mod tests {
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
