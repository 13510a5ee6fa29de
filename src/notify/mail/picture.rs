//! Charts as PNG pictures, for mail programs draw no SVG.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Transform, Tree};
use resvg::{render, tiny_skia};

/// How many pixels there are to one of the drawing's, so that it is sharp on a dense screen.
const SCALE: f32 = 2.0;
/// What a chart's words are set in, the first of these that the machine has.
const FONTS: [&str; 6] = [
    "DejaVu Sans",
    "Noto Sans",
    "Liberation Sans",
    "Segoe UI",
    "Arial",
    "Helvetica",
];

/// The machine's fonts, read when the first chart is drawn. Where it has none, charts have no words;
/// what they say stands beside them anyway.
static DATABASE: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let has = |name: &&&str| {
        let query = Query {
            families: &[Family::Name(name)],
            ..Query::default()
        };
        fonts.query(&query).is_some()
    };
    let known = FONTS.iter().find(has).map(|name| (*name).to_owned());
    let any = || {
        let first = fonts.faces().next();
        first.and_then(|face| Some(face.families.first()?.0.clone()))
    };
    if let Some(family) = known.or_else(any) {
        fonts.set_sans_serif_family(family);
    }
    Arc::new(fonts)
});

/// A drawing as a PNG file; none: it cannot be drawn.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a drawing has some hundred pixels"
)]
pub(super) fn png(svg: &str) -> Option<Vec<u8>> {
    let options = Options {
        fontdb: Arc::clone(&DATABASE),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options);
    let tree = tree.map_err(|error| tracing::warn!(%error, "a chart is missing in a mail"));
    let tree = tree.ok()?;
    let size = tree.size();
    let pixels = |length: f32| (length * SCALE).ceil() as u32;
    let mut canvas = tiny_skia::Pixmap::new(pixels(size.width()), pixels(size.height()))?;
    let scaled = Transform::from_scale(SCALE, SCALE);
    render(&tree, scaled, &mut canvas.as_mut());
    canvas.encode_png().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_becomes_a_picture_of_twice_its_size() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'>\
                   <rect width='30' height='20' fill='#ff0000'/></svg>";
        let picture = png(svg).unwrap();
        assert_eq!(picture.get(1..4), Some(&b"PNG"[..]));
        let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), (60, 40));
        assert_eq!(png("<svg"), None);
    }
}
