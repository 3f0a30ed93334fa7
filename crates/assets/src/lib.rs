//! Style, scripts and marks of the console, built in. Serves all clauses.
//!
//! The design system is Tabler (MIT, © codecalm.net and the Tabler contributors), taken from its package at build time.
//! Nothing is fetched from elsewhere when the console runs.

/// A file as it is served.
pub struct Asset {
    pub name: &'static str,
    /// Its media type, with the charset where it is text.
    pub kind: &'static str,
    pub bytes: &'static [u8],
    /// The same, compressed with gzip.
    pub gzip: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

/// All of them.
pub static ALL: [Asset; 5] = [
    asset!("tabler.css", "text/css; charset=utf-8"),
    asset!("tabler.js", "text/javascript; charset=utf-8"),
    asset!("console.css", "text/css; charset=utf-8"),
    asset!("console.js", "text/javascript; charset=utf-8"),
    asset!("mark.svg", "image/svg+xml"),
];

/// The asset of a name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_holds_what_its_name_says() {
        for asset in &ALL {
            assert!(asset.bytes.len() > 100, "{}", asset.name);
            assert_eq!(asset.gzip[..2], [0x1f, 0x8b], "{}", asset.name);
        }
        let css = find("tabler.css").unwrap();
        assert!(String::from_utf8_lossy(css.bytes).contains(".navbar-vertical"));
        assert!(find("../Cargo.toml").is_none());
    }
}
