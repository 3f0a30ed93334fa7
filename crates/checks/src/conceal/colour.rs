//! Colours as authors write them, and whether two are one to the eye. Clause N2.5.
//!
//! Reads notations, not screens: pictures behind a text make its ground unknown.

/// A colour by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

/// Difference of one part up to which nobody tells two colours apart.
const NEAR: u8 = 16;

/// What a background says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Colour(Colour),
    /// Shows what is behind it.
    Clear,
    /// A picture or something else that is not known.
    Unknown,
}

const NAMES: [(&str, u32); 18] = [
    ("white", 0xffffff),
    ("black", 0x000000),
    ("red", 0xff0000),
    ("lime", 0x00ff00),
    ("green", 0x008000),
    ("blue", 0x0000ff),
    ("yellow", 0xffff00),
    ("gray", 0x808080),
    ("grey", 0x808080),
    ("silver", 0xc0c0c0),
    ("snow", 0xfffafa),
    ("ivory", 0xfffff0),
    ("whitesmoke", 0xf5f5f5),
    ("ghostwhite", 0xf8f8ff),
    ("navy", 0x000080),
    ("orange", 0xffa500),
    ("maroon", 0x800000),
    ("purple", 0x800080),
];

impl Colour {
    pub(super) const WHITE: Colour = Colour([255; 3]);

    pub(super) fn is_near(self, other: Colour) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| a.abs_diff(b) <= NEAR)
    }

    /// Reads a value; `None` for what is no colour, or a clear one.
    pub(super) fn of(text: &str) -> Option<Colour> {
        let text = text.trim().to_ascii_lowercase();
        if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Some(Colour([(code >> 16) as u8, (code >> 8) as u8, *code as u8]));
        }
        if let Some(parts) = text.strip_prefix("rgba(").or_else(|| text.strip_prefix("rgb(")) {
            return by_numbers(parts.trim_end_matches(')'));
        }
        let digits = text.strip_prefix('#').unwrap_or(&text);
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let byte = |from: usize, len: usize| {
            let part = digits.get(from..from + len)?;
            u8::from_str_radix(&if len == 1 { part.repeat(2) } else { part.to_owned() }, 16).ok()
        };
        match digits.len() {
            3 | 4 => Some(Colour([byte(0, 1)?, byte(1, 1)?, byte(2, 1)?])),
            6 | 8 => Some(Colour([byte(0, 2)?, byte(2, 2)?, byte(4, 2)?])),
            _ => None,
        }
    }
}

fn by_numbers(parts: &str) -> Option<Colour> {
    let mut numbers = parts.split([',', ' ', '/']).map(str::trim).filter(|p| !p.is_empty());
    let mut part = || {
        let text = numbers.next()?;
        match text.strip_suffix('%') {
            Some(share) => share.parse::<f32>().ok().map(|p| (p * 2.55) as u8),
            None => text.parse::<f32>().ok().map(|p| p as u8),
        }
    };
    let colour = Colour([part()?, part()?, part()?]);
    let seen = part().is_none_or(|alpha| alpha > 0) || !parts.trim_end().ends_with('0');
    seen.then_some(colour)
}

/// Reads `background` or `background-color`.
pub(super) fn ground(value: &str) -> Ground {
    if value.contains("url(") || value.contains("gradient") {
        return Ground::Unknown;
    }
    match Colour::of(value).or_else(|| value.split_ascii_whitespace().find_map(Colour::of)) {
        Some(colour) => Ground::Colour(colour),
        None if matches!(value.trim(), "" | "none" | "transparent" | "initial" | "unset") => Ground::Clear,
        None if value.contains("transparent") || value.starts_with("rgba") => Ground::Clear,
        None => Ground::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_in_every_notation() {
        let white = Some(Colour::WHITE);
        for text in [
            "#fff",
            "#FFFFFF",
            "white",
            "rgb(255,255,255)",
            "rgba(255, 255, 255, 1)",
            "rgb(100% 100% 100%)",
            "ffffff",
        ] {
            assert_eq!(Colour::of(text), white, "{text}");
        }
        for text in ["", "inherit", "transparent", "rgba(0,0,0,0)", "#12", "#ggg", "中"] {
            assert_eq!(Colour::of(text), None, "{text}");
        }
        assert!(Colour::of("#fefefe").is_some_and(|c| c.is_near(Colour::WHITE)));
        assert!(!Colour::of("#ddd").is_some_and(|c| c.is_near(Colour::WHITE)));
    }

    #[test]
    fn grounds() {
        assert_eq!(ground("#fff"), Ground::Colour(Colour::WHITE));
        assert_eq!(ground("#fff no-repeat"), Ground::Colour(Colour::WHITE));
        assert_eq!(ground("#fff url(a.png)"), Ground::Unknown);
        assert_eq!(ground("transparent"), Ground::Clear);
        assert_eq!(ground("none"), Ground::Clear);
    }
}
