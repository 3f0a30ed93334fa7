//! The page as it stands when its scripts have written into it. Clause N2.5.
//!
//! Markup that scripts write takes the place of the script. One round: what written scripts write in turn is read by
//! `acts` already where it matters.

use crate::acts::{Acts, read};
use crate::tree::{Kind, Tree};

/// Bytes a page may grow by.
const MAX_GROWTH: usize = 1 << 20;
/// Scripts that are read; pages have some dozen.
const MAX_SCRIPTS: usize = 500;

/// A script element of a page.
pub(crate) struct Script {
    /// Bytes of its code in the source.
    pub code: std::ops::Range<usize>,
    /// Bytes of the whole element.
    pub element: std::ops::Range<usize>,
    pub acts: Acts,
}

/// The scripts that stand in a page, read.
pub(crate) fn scripts(tree: &Tree<'_>, source: &str) -> Vec<Script> {
    let mut out = Vec::new();
    for node in tree.elements(tree.root(), "script").take(MAX_SCRIPTS) {
        if let Some(raw) = tree.first_child(node).filter(|c| tree.kind(*c) == Kind::Raw) {
            let code = tree.text_span(raw);
            out.push(Script { acts: read(&source[code.clone()]), code, element: tree.span(node) });
        }
    }
    out
}

/// A source with the written markup in place.
pub(super) struct Composed {
    pub text: String,
    /// Byte of the text, byte of the page's source, whether byte for byte; ascending.
    runs: Vec<(usize, usize, bool)>,
    /// Bytes of the text that were written from something unreadable.
    decoded: Vec<std::ops::Range<usize>>,
}

impl Composed {
    /// `None` where no script writes markup.
    pub(super) fn of(source: &str, scripts: &[Script]) -> Option<Composed> {
        let writes = |s: &Script| s.acts.written.iter().any(|w| w.markup.contains('<'));
        if !scripts.iter().any(writes) {
            return None;
        }
        let mut out =
            Composed { text: String::with_capacity(source.len()), runs: Vec::new(), decoded: Vec::new() };
        let (mut from, mut left) = (0, MAX_GROWTH);
        for script in scripts.iter().filter(|s| writes(s)) {
            if script.element.start < from {
                continue;
            }
            out.runs.push((out.text.len(), from, true));
            out.text.push_str(&source[from..script.element.start]);
            for written in &script.acts.written {
                if written.markup.len() > left {
                    break;
                }
                left -= written.markup.len();
                let place = (script.code.start + written.at).min(source.len());
                out.runs.push((out.text.len(), place, false));
                let start = out.text.len();
                out.text.push_str(&written.markup);
                if written.decoded {
                    out.decoded.push(start..out.text.len());
                }
            }
            from = script.element.end;
        }
        out.runs.push((out.text.len(), from, true));
        out.text.push_str(&source[from..]);
        Some(out)
    }

    /// Byte of the page's source for a byte of the text, and whether a script wrote it.
    pub(super) fn place(&self, byte: usize) -> (usize, bool) {
        let run = self.runs.partition_point(|(text, _, _)| *text <= byte).saturating_sub(1);
        match self.runs.get(run) {
            Some((text, source, true)) => (source + (byte - text), false),
            Some((_, source, false)) => (*source, true),
            None => (0, false),
        }
    }

    pub(super) fn is_decoded(&self, byte: usize) -> bool {
        self.decoded.iter().any(|r| r.contains(&byte))
    }
}
