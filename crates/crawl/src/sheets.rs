//! The style sheets of a site that pages are judged by, each asked for once. Clause N2.5.
//!
//! Holds a bounded number in the form that the judge reads; sheets beyond it, or that cannot be had, are unknown as all
//! sheets of other sites are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use checks::charset;
use checks::conceal::SheetFile;
use http::header;
use tokio::sync::OnceCell;
use url::Url;

use crate::bounds;
use crate::fetch::Fetched;
use crate::lock;

type Held = Arc<OnceCell<Option<Arc<SheetFile>>>>;

/// Sheets by address; one that could not be had is remembered as that.
#[derive(Default)]
pub struct Sheets {
    held: Mutex<HashMap<String, Held>>,
}

impl Sheets {
    /// The place of a sheet; `None` where there is no room for another.
    pub fn place(&self, url: &Url) -> Option<Held> {
        let mut held = lock(&self.held);
        if let Some(place) = held.get(url.as_str()) {
            return Some(Arc::clone(place));
        }
        let room = held.len() < bounds::SHEETS_HELD;
        room.then(|| Arc::clone(held.entry(url.as_str().to_owned()).or_default()))
    }
}

/// Reads an answer as a style sheet, where it is one.
pub fn sheet_of(fetched: &Fetched) -> Option<Arc<SheetFile>> {
    let mime = fetched.mime();
    let is_sheet = mime.as_deref().is_none_or(|m| matches!(m, "text/css" | "text/plain"));
    if fetched.status != Some(200) || !is_sheet {
        return None;
    }
    let content_type = fetched.header(header::CONTENT_TYPE);
    let decoded = charset::decode(&fetched.body, content_type.as_deref());
    Some(Arc::new(SheetFile::read(&decoded.text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_held_once_and_in_bounded_number() {
        let sheets = Sheets::default();
        let url = |n: usize| Url::parse(&format!("http://a.example/{n}.css")).unwrap();
        let first = sheets.place(&url(0)).unwrap();
        assert!(Arc::ptr_eq(&first, &sheets.place(&url(0)).unwrap()));
        assert!((1..bounds::SHEETS_HELD).all(|n| sheets.place(&url(n)).is_some()));
        assert!(sheets.place(&url(bounds::SHEETS_HELD)).is_none() && sheets.place(&url(1)).is_some());
    }
}
