//! The sheet: one page, A4, tagged so that it can be read aloud (PDF/UA-1), the code as vectors.
//!
//! Its metadata name the county and nobody else. All lengths are points (1/72 inch), y from the top.

mod pen;

use chrono::{DateTime, Utc};
use county_api::{CardClaims, Profile, date_in_norway};
use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::Point,
    metadata::{self, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    tagging::{ListNumbering, Tag, TagGroup, TagTree},
};
use qrcode::{Color, EcLevel, QrCode};

use super::words::{Language, Words};
use pen::{Pen, Weight};

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 42.5;
/// 15 mm more than a phone needs at arm's length.
const CODE: f32 = 238.0;
/// 480×640 pixels at this width are 230 dots an inch.
const PHOTO: f32 = 150.0;

/// What stands on the sheet.
pub(super) struct Sheet<'a> {
    pub(super) card: &'a CardClaims,
    pub(super) profile: Profile,
    pub(super) code: &'a str,
    /// A phone's camera opens it by itself; otherwise only the app and the page read it.
    pub(super) is_link: bool,
    /// The address of the page that checks codes.
    pub(super) page: &'a str,
    pub(super) county: &'a str,
    pub(super) demo: bool,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    /// It is seldom over earlier: where a day has 25 hours, or the key that signs ends.
    pub(super) is_until_midnight: bool,
    pub(super) language: Language,
}

/// Why no sheet was drawn. Says nothing of what was to stand on it.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The code is too large for a QR code.
    #[error("the code cannot be drawn")]
    Code(#[source] qrcode::types::QrError),
    /// The photo is no JPEG.
    #[error("the photo cannot be put on the sheet")]
    Photo,
    /// The fonts in the program are broken.
    #[error("the fonts cannot be read")]
    Font,
    /// The page has no size.
    #[error("the page cannot be laid out")]
    Layout,
    /// Name, school and county take more lines than the page has.
    #[error("what is to stand on the sheet does not fit on a page")]
    Full,
    /// The file could not be written.
    #[error("the PDF could not be written")]
    Write,
}

impl From<KrillaError> for PaperError {
    fn from(_: KrillaError) -> Self {
        // Its text may quote the words on the page.
        Self::Write
    }
}

/// Draws the sheet.
///
/// # Errors
/// When a part of it cannot be drawn.
pub(super) fn draw(sheet: &Sheet<'_>) -> Result<Vec<u8>, PaperError> {
    let words = sheet.language.words();
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PaperError::Layout)?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let mut tree = TagTree::new().with_lang(Some(words.tag.to_owned()));
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PaperError::Layout)?;
    let mut page = document.start_page_with(size);
    let mut pen = Pen::new(page.surface())?;
    let below = head(&mut pen, &mut tree, sheet, words)?;
    let below = facts(&mut pen, &mut tree, sheet, words, below)?;
    let below = code(&mut pen, &mut tree, sheet, words, below)?;
    let below = foot(&mut pen, &mut tree, words, below);
    // Better no sheet than one that lacks its last lines.
    if below > HEIGHT - MARGIN / 2.0 {
        return Err(PaperError::Full);
    }
    pen.finish();
    page.finish();

    document.set_metadata(describe(sheet, words));
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(words.title.to_owned(), top));
    document.set_outline(outline);
    document.set_tag_tree(tree);
    Ok(document.finish()?)
}

/// Nothing of the pupil: a file's name and title are read in passing, in a print queue for one.
fn describe(sheet: &Sheet<'_>, words: &Words) -> Metadata {
    let at = DateTime::from_timestamp(sheet.issued_at, 0).unwrap_or_default();
    let part = |format: &str| at.format(format).to_string().parse::<u8>().unwrap_or(0);
    let year = at.format("%Y").to_string().parse().unwrap_or(0);
    let date = metadata::DateTime::new(year)
        .month(part("%m"))
        .day(part("%d"))
        .hour(part("%H"))
        .minute(part("%M"))
        .second(part("%S"))
        .utc_offset_hour(0);
    Metadata::new()
        .title(words.title.to_owned())
        .authors(vec![sheet.county.to_owned()])
        .creator("Lommebevis".to_owned())
        .language(words.tag.to_owned())
        .creation_date(date)
}

/// What it is and when it is good; the answer is where it ends.
fn head(
    pen: &mut Pen<'_>,
    tree: &mut TagTree,
    sheet: &Sheet<'_>,
    words: &Words,
) -> Result<f32, PaperError> {
    let wide = WIDTH - 2.0 * MARGIN;
    let mut y = MARGIN + 8.0;
    if sheet.demo {
        let (paragraph, below) = pen.paragraph(words.specimen, MARGIN, y, wide, 13.0, Weight::Bold);
        tree.push(paragraph);
        y = below + 4.0;
    }
    let mut heading = TagGroup::new(Tag::Hn(
        std::num::NonZeroU16::MIN,
        Some(words.title.to_owned()),
    ));
    y = pen.lines(
        &mut heading,
        words.title,
        MARGIN,
        y,
        wide,
        24.0,
        Weight::Bold,
    );
    tree.push(heading);
    // The last second in which it is good, since it ends at midnight.
    let day = date_in_norway(moment(sheet.expires_at - 1));
    let day = words.weekday_and_day(day);
    let good = if sheet.is_until_midnight {
        (words.today_only)(&day)
    } else {
        (words.until)(&day, &words.clock(sheet.expires_at))
    };
    let (paragraph, below) = pen.paragraph(&good, MARGIN, y + 4.0, wide, 15.0, Weight::Bold);
    tree.push(paragraph);
    let (paragraph, below) =
        pen.paragraph(sheet.county, MARGIN, below, wide, 11.0, Weight::Regular);
    tree.push(paragraph);
    pen.rule(MARGIN, below + 8.0, wide)?;
    Ok(below + 24.0)
}

/// The photo, and who it is.
fn facts(
    pen: &mut Pen<'_>,
    tree: &mut TagTree,
    sheet: &Sheet<'_>,
    words: &Words,
    top: f32,
) -> Result<f32, PaperError> {
    let card = sheet.card;
    let jpeg = card.portrait.jpeg();
    let (photo, height) = pen.photo(jpeg, MARGIN, top, PHOTO, words.photo)?;
    tree.push(photo);
    let name = format!("{} {}", card.given_name, card.family_name);
    let day = date_in_norway(moment(sheet.issued_at));
    let at = format!("{} {}", words.day(day), words.clock(sheet.issued_at));
    // A company prints nothing: the county does.
    let by = if card.card_type.is_training() {
        sheet.county
    } else {
        &card.institution
    };
    let place = if card.card_type.is_training() {
        words.company
    } else {
        words.school
    };
    let is_exam = sheet.profile == Profile::Exam;
    let semester = card.semester.to_string();
    let rows = [
        (words.name, Some(name.trim().to_owned())),
        (words.born, Some(words.day(card.birthdate))),
        (place, Some(card.institution.clone())),
        // No more than the code says.
        (words.class, card.class.clone().filter(|_| is_exam)),
        (
            words.number,
            card.student_number.clone().filter(|_| is_exam),
        ),
        (words.semester, (!is_exam).then_some(semester)),
        (words.card, Some(words.card_type(card.card_type).to_owned())),
        (words.purpose, Some(words.profile(sheet.profile).to_owned())),
        (words.printed, Some((words.printed_by)(&at, by))),
    ];
    let left = MARGIN + PHOTO + 24.0;
    let wide = WIDTH - MARGIN - left;
    let mut y = top;
    for (label, value) in rows {
        let Some(value) = value else { continue };
        let (paragraph, below) = pen.fact(label, &value, left, y, wide);
        tree.push(paragraph);
        y = below + 5.0;
    }
    Ok(y.max(top + height) + 22.0)
}

/// The code, and what to do with it.
fn code(
    pen: &mut Pen<'_>,
    tree: &mut TagTree,
    sheet: &Sheet<'_>,
    words: &Words,
    top: f32,
) -> Result<f32, PaperError> {
    let code = QrCode::with_error_correction_level(sheet.code.as_bytes(), EcLevel::M)
        .map_err(PaperError::Code)?;
    let width = code.width();
    let is_dark = |x, y| code[(x, y)] == Color::Dark;
    tree.push(pen.squares(width, is_dark, MARGIN, top, CODE, words.code)?);

    let left = MARGIN + CODE + 26.0;
    let wide = WIDTH - MARGIN - left;
    let mut heading = TagGroup::new(Tag::Hn(
        std::num::NonZeroU16::MIN.saturating_add(1),
        Some(words.check_title.to_owned()),
    ));
    let mut y = pen.lines(
        &mut heading,
        words.check_title,
        left,
        top,
        wide,
        14.0,
        Weight::Bold,
    );
    tree.push(heading);
    let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
    for (step, text) in words.steps(sheet.page, sheet.is_link).iter().enumerate() {
        let (item, below) = pen.step(&format!("{}.", step + 1), text, left, y + 4.0, wide);
        list.push(item);
        y = below + 3.0;
    }
    tree.push(list);
    Ok(y.max(top + CODE) + 20.0)
}

/// What remains to be said; the answer is where it ends.
fn foot(pen: &mut Pen<'_>, tree: &mut TagTree, words: &Words, top: f32) -> f32 {
    let wide = WIDTH - 2.0 * MARGIN;
    let (paragraph, below) = pen.paragraph(words.lost, MARGIN, top, wide, 11.0, Weight::Regular);
    tree.push(paragraph);
    let (mut paragraph, below) = pen.paragraph(
        words.other_language,
        MARGIN,
        below + 4.0,
        wide,
        11.0,
        Weight::Regular,
    );
    paragraph
        .tag
        .as_any_mut()
        .set_lang(Some(words.other_tag.to_owned()));
    tree.push(paragraph);
    below
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
