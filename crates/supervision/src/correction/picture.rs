//! What a citizen attaches: by its bytes, within bounds, and with a virus scanner's word where one is configured.
//! Clauses N2.3, N4.7; reads heads of files only.

use checks::malware;

/// The largest attachment: a photograph of a screen has some 3 MB.
pub const LARGEST: usize = 5 << 20;
/// The largest picture in pixels: what opens as gigabytes in whoever looks at it is not taken.
const MOST_PIXELS: u64 = 40_000_000;

/// What an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
    Pdf,
}

impl Kind {
    /// The ending of its name, whatever it was called.
    pub fn ending(self) -> &'static str {
        match self {
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
            Kind::Gif => "gif",
            Kind::Webp => "webp",
            Kind::Pdf => "pdf",
        }
    }

    /// Whether it can be shown beside a finding.
    pub fn is_picture(self) -> bool {
        self != Kind::Pdf
    }
}

/// Looks at an attachment. The error is for whoever sent it.
pub fn looked_at(bytes: &[u8]) -> Result<Kind, &'static str> {
    if bytes.is_empty() {
        return Err("附件是空的，请重新选择。");
    }
    if bytes.len() > LARGEST {
        return Err("附件超过 5 MB，请缩小截图后再上传。");
    }
    if malware::is_test_file(bytes) {
        return Err("附件里有病毒，没有接收。");
    }
    let (kind, size) = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => (Kind::Png, png(bytes)),
        [0xff, 0xd8, 0xff, ..] => (Kind::Jpeg, jpeg(bytes)),
        [b'G', b'I', b'F', b'8', ..] => (Kind::Gif, little(bytes, 6)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => (Kind::Webp, webp(bytes)),
        [b'%', b'P', b'D', b'F', b'-', ..] => return Ok(Kind::Pdf),
        _ => return Err("附件只收图片（PNG、JPG、GIF、WebP）和 PDF。"),
    };
    match size {
        None => Err("图片已损坏，请重新截图。"),
        Some((0, _) | (_, 0)) => Err("图片已损坏，请重新截图。"),
        Some((width, height)) if width * height > MOST_PIXELS => Err("图片的尺寸太大，请缩小后再上传。"),
        Some(_) => Ok(kind),
    }
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(bytes.get(at..at + length)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize) -> Option<(u64, u64)> {
    let two = |at: usize| Some(u64::from(*bytes.get(at)?) | u64::from(*bytes.get(at + 1)?) << 8);
    Some((two(at)?, two(at + 2)?))
}

fn png(bytes: &[u8]) -> Option<(u64, u64)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

/// The first start of frame among the segments.
fn jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xff && *bytes.get(at + 1)? == 0xff {
            at += 1;
        }
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
            return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
        }
        let length = usize::try_from(big(bytes, at + 2, 2)?).ok()?;
        if length < 2 {
            return None;
        }
        at += 2 + length;
    }
}

fn webp(bytes: &[u8]) -> Option<(u64, u64)> {
    let three = |at: usize| {
        let parts: [u8; 3] = bytes.get(at..at + 3)?.try_into().ok()?;
        Some(u64::from(parts[0]) | u64::from(parts[1]) << 8 | u64::from(parts[2]) << 16)
    };
    match bytes.get(12..16)? {
        b"VP8X" => Some((three(24)? + 1, three(27)? + 1)),
        b"VP8 " => little(bytes, 26).map(|(width, height)| (width & 0x3fff, height & 0x3fff)),
        b"VP8L" => {
            let bits = three(21)? | u64::from(*bytes.get(24)?) << 24;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn pictures_are_told_by_their_bytes_and_bounded_by_their_pixels() {
        assert_eq!(looked_at(&png_of(800, 600)), Ok(Kind::Png));
        assert!(looked_at(&png_of(60_000, 60_000)).unwrap_err().contains("尺寸太大"));
        assert!(looked_at(&png_of(u32::MAX, u32::MAX)).unwrap_err().contains("尺寸太大"));
        assert!(looked_at(&png_of(0, 5)).unwrap_err().contains("已损坏"));
        assert!(looked_at(&png_of(8, 6)[..20]).unwrap_err().contains("已损坏"));
        let jpeg = [&b"\xff\xd8\xff\xe0\0\x04ab"[..], b"\xff\xc2\0\x11\x08\x02\x58\x03\x20"].concat();
        assert_eq!(looked_at(&jpeg), Ok(Kind::Jpeg));
        assert!(looked_at(b"\xff\xd8\xff\xe0\0\0").unwrap_err().contains("已损坏"));
        assert_eq!(looked_at(b"GIF89a\x20\0\x10\0"), Ok(Kind::Gif));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";
        assert_eq!(looked_at(webp), Ok(Kind::Webp));
        assert_eq!(looked_at(b"%PDF-1.7\n"), Ok(Kind::Pdf));
    }

    #[test]
    fn what_is_no_picture_is_refused_in_words() {
        for (bytes, words) in [
            (&b""[..], "空的"),
            (b"<svg onload=alert(1)>", "只收图片"),
            (b"MZ\x90", "只收图片"),
            (b"PK\x03\x04", "只收图片"),
        ] {
            assert!(looked_at(bytes).unwrap_err().contains(words));
        }
        assert!(looked_at(&vec![0xff; LARGEST + 1]).unwrap_err().contains("5 MB"));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for head in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\xff\xd8\xff",
            b"GIF8",
            b"RIFF\0\0\0\0WEBPVP8L",
            b"RIFF\0\0\0\0WEBPVP8 ",
        ] {
            for length in 0..40 {
                for fill in [0, 0x7f, 0xff] {
                    let mut bytes = head.to_vec();
                    bytes.extend(vec![fill; length]);
                    looked_at(&bytes).ok();
                }
            }
        }
    }
}
