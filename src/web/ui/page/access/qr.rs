//! A text as a QR code in SVG, for a phone to read from the page.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// How wide the white edge is that readers need, in modules.
const EDGE: i32 = 4;

/// The code of a text; empty where it is too long for one.
pub(super) fn svg(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return String::new();
    };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let (x, y) = (x + EDGE, y + EDGE);
            write!(path, "M{x} {y}h1v1h-1z").unwrap_or_default();
        }
    }
    let size = code.size() + 2 * EDGE;
    format!(
        "<svg class=\"qr\" width=\"200\" height=\"200\" viewBox=\"0 0 {size} {size}\" role=\"img\" \
         aria-labelledby=\"qr-title\" shape-rendering=\"crispEdges\"><title id=\"qr-title\">QR</title>\
         <rect class=\"qr-ground\" width=\"{size}\" height=\"{size}\"/><path class=\"qr-mark\" \
         d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_inside_its_edge_and_what_is_too_long_is_none() {
        let drawn = svg("otpauth://totp/Svar:ada?secret=MZXW6YTBOI&issuer=Svar");
        assert!(drawn.starts_with("<svg class=\"qr\""));
        // The corner of the first finder pattern, and nothing before it.
        assert!(drawn.contains("M4 4h1v1h-1z") && !drawn.contains("M3 "));
        assert_eq!(svg(&"x".repeat(5_000)), "");
    }
}
