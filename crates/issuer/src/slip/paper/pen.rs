//! Text that wraps, pictures and squares, each with its tag.

use krilla::{
    color::rgb,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup},
    text::{Font, TextDirection},
};
use ttf_parser::Face;

use super::PaperError;

const REGULAR: &[u8] = include_bytes!("../../../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/NotoSans-Bold.ttf");
/// From line to line, in sizes of the font.
const LEADING: f32 = 1.32;
/// From the top of a line to its base.
const ASCENT: f32 = 1.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Draws on one page.
pub(super) struct Pen<'a> {
    surface: Surface<'a>,
    regular: Typeface,
    bold: Typeface,
}

struct Typeface {
    font: Font,
    face: Face<'static>,
}

impl Typeface {
    fn new(bytes: &'static [u8]) -> Result<Self, PaperError> {
        Ok(Self {
            font: Font::new(bytes.into(), 0).ok_or(PaperError::Font)?,
            face: Face::parse(bytes, 0).map_err(|_| PaperError::Font)?,
        })
    }

    /// What the font has no letter for becomes a box: a name in another script still has a sheet, and the code has it whole.
    fn printable(&self, text: &str) -> String {
        let known = |c: char| self.face.glyph_index(c).is_some();
        let replaced = text.chars().map(|c| if known(c) { c } else { '□' });
        replaced.collect()
    }

    /// The width of a text without kerning, which would only make it narrower.
    fn width(&self, text: &str, size: f32) -> f32 {
        let units: u32 = text
            .chars()
            .filter_map(|c| self.face.glyph_hor_advance(self.face.glyph_index(c)?))
            .map(u32::from)
            .sum();
        units as f32 * size / f32::from(self.face.units_per_em())
    }

    /// The lines of a text in this width. A word that is longer than a line is broken.
    fn wrap(&self, text: &str, size: f32, wide: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last().map_or("", String::as_str);
            let joined = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&joined, size) <= wide {
                lines.pop();
                lines.push(joined);
                continue;
            }
            if line.is_empty() {
                lines.pop();
            }
            let mut part = String::new();
            for c in word.chars() {
                part.push(c);
                if self.width(&part, size) > wide && part.chars().count() > 1 {
                    part.pop();
                    lines.push(std::mem::replace(&mut part, c.to_string()));
                }
            }
            lines.push(part);
        }
        lines
    }
}

impl<'a> Pen<'a> {
    pub(super) fn new(surface: Surface<'a>) -> Result<Self, PaperError> {
        Ok(Self {
            surface,
            regular: Typeface::new(REGULAR)?,
            bold: Typeface::new(BOLD)?,
        })
    }

    pub(super) fn finish(self) {
        self.surface.finish();
    }

    fn typeface(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn ink(&mut self, lightness: u8) {
        self.surface.set_fill(Some(Fill {
            paint: rgb::Color::new(lightness, lightness, lightness).into(),
            ..Fill::default()
        }));
    }

    /// Text as lines of a group; the answer is where they end.
    #[expect(clippy::too_many_arguments, reason = "a place and a style")]
    pub(super) fn lines(
        &mut self,
        group: &mut TagGroup,
        text: &str,
        x: f32,
        top: f32,
        wide: f32,
        size: f32,
        weight: Weight,
    ) -> f32 {
        let typeface = self.typeface(weight);
        let font = typeface.font.clone();
        let lines = typeface.wrap(&typeface.printable(text), size, wide);
        let last = lines.len().saturating_sub(1);
        let mut y = top;
        self.ink(0);
        for (number, mut line) in lines.into_iter().enumerate() {
            // Read aloud, the lines are one text.
            if number < last {
                line.push(' ');
            }
            let span = self
                .surface
                .start_tagged(ContentTag::Span(SpanTag::empty()));
            let base = Point::from_xy(x, y + size * ASCENT);
            let auto = TextDirection::Auto;
            self.surface
                .draw_text(base, font.clone(), size, &line, false, auto);
            self.surface.end_tagged();
            group.push(span);
            y += size * LEADING;
        }
        y
    }

    pub(super) fn paragraph(
        &mut self,
        text: &str,
        x: f32,
        top: f32,
        wide: f32,
        size: f32,
        weight: Weight,
    ) -> (TagGroup, f32) {
        let mut group = TagGroup::new(Tag::P);
        let below = self.lines(&mut group, text, x, top, wide, size, weight);
        (group, below)
    }

    /// A label with its value below it.
    pub(super) fn fact(
        &mut self,
        label: &str,
        value: &str,
        x: f32,
        top: f32,
        wide: f32,
    ) -> (TagGroup, f32) {
        let mut group = TagGroup::new(Tag::P);
        let label = format!("{label}: ");
        let below = self.lines(&mut group, &label, x, top, wide, 9.5, Weight::Regular);
        let below = self.lines(&mut group, value, x, below - 1.0, wide, 13.0, Weight::Bold);
        (group, below)
    }

    /// A numbered step.
    pub(super) fn step(
        &mut self,
        number: &str,
        text: &str,
        x: f32,
        top: f32,
        wide: f32,
    ) -> (TagGroup, f32) {
        const INDENT: f32 = 16.0;
        let mut label = TagGroup::new(Tag::Lbl);
        self.lines(&mut label, number, x, top, INDENT, 11.5, Weight::Bold);
        let mut body = TagGroup::new(Tag::LBody);
        let (left, wide) = (x + INDENT, wide - INDENT);
        let below = self.lines(&mut body, text, left, top, wide, 11.5, Weight::Regular);
        let mut item = TagGroup::new(Tag::LI);
        item.push(label);
        item.push(body);
        (item, below)
    }

    /// A photo; the second answer is its height.
    pub(super) fn photo(
        &mut self,
        jpeg: &[u8],
        x: f32,
        top: f32,
        wide: f32,
        alt: &str,
    ) -> Result<(TagGroup, f32), PaperError> {
        let image = Image::from_jpeg(jpeg.to_vec().into(), false).map_err(|_| PaperError::Photo)?;
        let (width, height) = image.size();
        let high = wide * height as f32 / width.max(1) as f32;
        let size = Size::from_wh(wide, high).ok_or(PaperError::Photo)?;
        let picture = self.surface.start_tagged(ContentTag::Other);
        self.surface
            .push_transform(&Transform::from_translate(x, top));
        self.surface.draw_image(image, size);
        self.surface.pop();
        self.surface.end_tagged();
        let mut figure = TagGroup::new(Tag::Figure(Some(alt.to_owned())));
        figure.push(picture);
        Ok((figure, high))
    }

    /// Dark squares on white, `count` along each side.
    pub(super) fn squares(
        &mut self,
        count: usize,
        is_dark: impl Fn(usize, usize) -> bool,
        x: f32,
        top: f32,
        wide: f32,
        alt: &str,
    ) -> Result<TagGroup, PaperError> {
        let side = wide / count.max(1) as f32;
        let mut path = PathBuilder::new();
        for row in 0..count {
            let mut column = 0;
            while column < count {
                let run = (column..count).take_while(|at| is_dark(*at, row)).count();
                if run > 0 {
                    let (left, up) = (x + column as f32 * side, top + row as f32 * side);
                    let rect = Rect::from_xywh(left, up, run as f32 * side, side);
                    path.push_rect(rect.ok_or(PaperError::Layout)?);
                }
                column += run.max(1);
            }
        }
        let path = path.finish().ok_or(PaperError::Layout)?;
        let code = self.surface.start_tagged(ContentTag::Other);
        self.ink(0);
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        let mut figure = TagGroup::new(Tag::Figure(Some(alt.to_owned())));
        figure.push(code);
        Ok(figure)
    }

    /// A thin line from side to side, which nobody reads aloud.
    pub(super) fn rule(&mut self, x: f32, y: f32, wide: f32) -> Result<(), PaperError> {
        let mut path = PathBuilder::new();
        let line = Rect::from_xywh(x, y, wide, 0.75).ok_or(PaperError::Layout)?;
        path.push_rect(line);
        let path = path.finish().ok_or(PaperError::Layout)?;
        let layout = Artifact::with_kind(ArtifactType::Layout);
        self.surface.start_tagged(ContentTag::Artifact(layout));
        self.ink(120);
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        Ok(())
    }
}
