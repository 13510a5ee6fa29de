//! What a picture is, by its bytes: whoever sends one may call it anything.

use serde::{Deserialize, Serialize};

/// The most bytes of a picture.
pub const MAX_PICTURE_BYTES: usize = 128 << 10;

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl PictureKind {
    /// What bytes are, whole from their beginning to their end; none: no such picture.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
            && bytes.ends_with(b"\0\0\0\0IEND\xaeB\x60\x82")
        {
            return Some(Self::Png);
        }
        if bytes.starts_with(b"\xff\xd8\xff") && bytes.ends_with(b"\xff\xd9") {
            return Some(Self::Jpeg);
        }
        let rest = bytes.strip_prefix(b"RIFF")?;
        let (size, rest) = rest.split_first_chunk::<4>()?;
        let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
        let is_webp = rest.starts_with(b"WEBPVP8") && size == rest.len();
        is_webp.then_some(Self::Webp)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_bytes_are_from_their_beginning_to_their_end() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR....\0\0\0\0IEND\xaeB\x60\x82";
        assert_eq!(PictureKind::of(png), Some(PictureKind::Png));
        assert_eq!(
            PictureKind::of(b"\xff\xd8\xff\xe0..\xff\xd9"),
            Some(PictureKind::Jpeg)
        );
        assert_eq!(PictureKind::of(b"RIFF\x09\0\0\0WEBPVP8L"), None);
        assert_eq!(
            PictureKind::of(b"RIFF\x0c\0\0\0WEBPVP8L...."),
            Some(PictureKind::Webp)
        );
        let with_more = [png.as_slice(), b"<script>"].concat();
        for odd in [
            b"".as_slice(),
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a",
            &png[..20],
            &with_more,
            b"\xff\xd8\xff",
            b"RIFF",
        ] {
            assert_eq!(PictureKind::of(odd), None, "{odd:?}");
        }
    }
}
