//! Collects the text of a file, bounded. Serves N2.2.
//!
//! Blanks are collapsed and control characters dropped here, once for all formats.

use crate::Passage;
use crate::bounds;

/// The text of a file as it is being read.
#[derive(Default)]
pub struct Text {
    passages: Vec<Passage>,
    /// Text that readers do not see at once; told after the rest.
    hidden: Vec<Passage>,
    bytes: usize,
    tables: u32,
    cut: bool,
    /// What every place begins with: the file in an archive.
    within: String,
    /// Bytes that may still be unpacked.
    unpacked: u64,
    /// Letters of what readers see, and characters that could not be told.
    letters: usize,
    lost: usize,
}

impl Text {
    /// From here on places lie in that file of an archive; empty for the file itself.
    pub fn enter(&mut self, within: &str) {
        self.within.clear();
        self.within.push_str(within);
    }

    /// Number for the rows of a table that begins.
    pub fn new_table(&mut self) -> u32 {
        self.tables += 1;
        self.tables
    }

    /// Adds what readers see.
    pub fn add(&mut self, place: &str, text: &str, table: Option<u32>) {
        if let Some(passage) = self.passage(place, text, table) {
            self.letters += passage.text.chars().filter(|c| c.is_alphabetic()).count();
            self.passages.push(passage);
        }
    }

    /// Adds what readers do not see at once.
    pub fn add_hidden(&mut self, place: &str, text: &str) {
        if let Some(passage) = self.passage(place, text, None) {
            self.hidden.push(passage);
        }
    }

    fn passage(&mut self, place: &str, text: &str, table: Option<u32>) -> Option<Passage> {
        if self.is_full() {
            self.cut |= !text.trim().is_empty();
            return None;
        }
        let text = on_one_line(text);
        if text.is_empty() {
            return None;
        }
        let within = &self.within;
        let place = match (within.is_empty(), place.is_empty()) {
            (true, _) => place.to_owned(),
            (false, true) => format!("压缩包内“{within}”"),
            (false, false) => format!("压缩包内“{within}”{place}"),
        };
        self.bytes += text.len() + place.len();
        Some(Passage { place, text, table })
    }

    /// Whether no more is kept, so that readers may stop.
    pub fn is_full(&self) -> bool {
        self.bytes >= bounds::TEXT || self.passages.len() + self.hidden.len() >= bounds::PASSAGES
    }

    /// Notes that a reader left something out.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Notes that characters could not be told.
    pub fn lose(&mut self, chars: usize) {
        self.lost = self.lost.saturating_add(chars);
    }

    /// Whether there is more text than what could not be told; numbers of pages are none.
    pub fn is_readable(&self) -> bool {
        self.letters > self.lost
    }

    /// Bytes that may still be unpacked.
    pub fn left_to_unpack(&self) -> u64 {
        bounds::UNPACKED.saturating_sub(self.unpacked)
    }

    pub fn unpacked(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_add(bytes);
    }

    pub fn finish(self) -> Vec<Passage> {
        let mut all = self.passages;
        all.extend(self.hidden);
        all
    }
}

/// Blanks collapsed, tabs between cells kept, control characters dropped, cut at the bound.
fn on_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(bounds::PASSAGE));
    // Tabs and blanks since the last character: empty cells keep theirs, so that columns stay in line with the header.
    let (mut tabs, mut blank) = (0usize, false);
    for c in text.chars() {
        if c == '\t' {
            tabs += 1;
        } else if c.is_whitespace() {
            blank = true;
        } else if !c.is_control() && c != '\u{feff}' {
            if tabs > 0 {
                out.extend(std::iter::repeat_n(
                    '\t',
                    std::mem::take(&mut tabs).min(bounds::COLUMNS as usize),
                ));
            } else if blank && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            out.push(c);
        }
        if out.len() >= bounds::PASSAGE {
            break;
        }
    }
    out
}
