//! PIFU-IMS 1.3 (NS 4170), as school administration systems write it: people, groups, memberships, photos.
//!
//! Elements are known by their local names, since two namespaces are in use. The file is read as it comes; what one element
//! may bring with it is bounded. Entities other than XML's own five are refused, and so is a DOCTYPE.

mod groups;
mod memberships;
mod people;
mod photos;

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

pub use people::read;
pub use photos::{PhotoReference, photos};

/// Longest text that is kept of one element, in bytes.
const MAX_TEXT: usize = 2_048;
/// Deepest nesting; real files have about six.
const MAX_DEPTH: usize = 64;

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum PifuError {
    /// Not XML, or cut off.
    #[error("the file is not whole XML, at byte {at}: {why}")]
    Xml {
        /// Bytes from the beginning.
        at: u64,
        /// What is wrong, in words of ours: the reader's own quote the file, and so the people in it.
        why: &'static str,
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

/// What comes by on the way through a file.
enum Step<'a> {
    /// An element begins; the path ends with it.
    Begins(&'a BytesStart<'a>),
    /// An element ends, with what it said, trimmed; the path still ends with it.
    Ends(&'a str),
}

fn in_our_words(error: &quick_xml::Error) -> &'static str {
    use quick_xml::Error;
    match error {
        Error::Io(_) => "it cannot be read on",
        Error::Syntax(_) => "a tag or comment is not whole",
        Error::IllFormed(_) => "a tag does not fit the others",
        Error::InvalidAttr(_) => "an attribute is not well-formed",
        Error::Encoding(_) => "a text is not in the encoding that it should be",
        Error::Escape(_) => "a reference is not well-formed",
        Error::Namespace(_) => "a namespace is not well-formed",
    }
}

/// Goes through a file once. `is_kept` says of which elements, by their path, the text is wanted; of others it is not even
/// looked at, so that its length does not matter.
///
/// # Errors
/// At the first place where the file cannot be read on, or that `see` does not take. A file that ends before its root
/// element does is cut off.
fn walk(
    input: impl BufRead,
    is_kept: impl Fn(&[String]) -> bool,
    mut see: impl FnMut(&[String], Step<'_>) -> Result<(), &'static str>,
) -> Result<(), PifuError> {
    let mut reader = Reader::from_reader(Bounded {
        input,
        left: MAX_EVENT,
    });
    let mut buffer = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut seen_root = false;
    loop {
        reader.get_mut().left = MAX_EVENT;
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| PifuError::Xml {
                at: reader.error_position(),
                why: in_our_words(&error),
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
                begin(&element, &mut path, &mut seen_root).map_err(wrong)?;
                text.clear();
                see(&path, Step::Begins(&element)).map_err(wrong)?;
            }
            Event::Empty(element) => {
                begin(&element, &mut path, &mut seen_root).map_err(wrong)?;
                text.clear();
                see(&path, Step::Begins(&element)).map_err(wrong)?;
                see(&path, Step::Ends("")).map_err(wrong)?;
                path.pop();
            }
            Event::End(_) => {
                see(&path, Step::Ends(text.trim())).map_err(wrong)?;
                text.clear();
                path.pop();
            }
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
    Ok(())
}

fn begin(
    element: &BytesStart<'_>,
    path: &mut Vec<String>,
    seen_root: &mut bool,
) -> Result<(), &'static str> {
    if path.len() >= MAX_DEPTH {
        return Err("elements are nested far too deep");
    }
    let name = element.local_name().into_inner().to_owned();
    if path.is_empty() {
        if *seen_root || name != "enterprise" {
            return Err("the root element is not enterprise");
        }
        *seen_root = true;
    }
    path.push(name);
    Ok(())
}

/// A text, if there is one.
fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The value of an attribute, by its local name.
fn attribute(element: &BytesStart<'_>, wanted: &str) -> Option<String> {
    element
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().into_inner() == wanted)
        .map(|attribute| attribute.value.trim().to_owned())
}

/// The most bytes of one tag, text or comment: quick-xml holds each whole.
const MAX_EVENT: usize = 1 << 20;

/// Gives no more than what is left until the next event begins.
struct Bounded<R> {
    input: R,
    left: usize,
}

impl<R: BufRead> std::io::Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.take(read)?;
        Ok(read)
    }
}

impl<R: BufRead> Bounded<R> {
    fn take(&mut self, bytes: usize) -> std::io::Result<()> {
        self.left = self
            .left
            .checked_sub(bytes)
            .ok_or(std::io::ErrorKind::FileTooLarge)?;
        Ok(())
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.input.consume(bytes);
    }
}
