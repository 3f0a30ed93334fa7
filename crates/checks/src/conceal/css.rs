//! Reads of style sheets what can hide a part of a page: selectors and a few properties. Clause N2.5.
//!
//! After CSS Syntax Level 3, flat and without recursion. Rules for print or for small windows are left out: what they
//! hide, a visitor at a desk sees. Selectors with pseudo-classes are left out too: they speak of states.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use memchr::{memchr, memmem};

/// Rules kept of one page; written pages have some hundred.
const MAX_RULES: usize = 20_000;
/// Parts of one selector.
const MAX_COMPOUNDS: usize = 12;

/// Properties that can hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prop {
    Display,
    Visibility,
    Opacity,
    Filter,
    Position,
    Left,
    Top,
    Right,
    Bottom,
    MarginLeft,
    MarginTop,
    TextIndent,
    Width,
    Height,
    MaxWidth,
    MaxHeight,
    Overflow,
    FontSize,
    LineHeight,
    Color,
    Background,
    Clip,
    ClipPath,
    Transform,
    ZIndex,
    Transition,
}

pub(super) const PROPS: usize = 26;

impl Prop {
    fn of(name: &str) -> Option<Prop> {
        Some(match &*name.to_ascii_lowercase() {
            "display" => Prop::Display,
            "visibility" => Prop::Visibility,
            "opacity" => Prop::Opacity,
            "filter" => Prop::Filter,
            "position" => Prop::Position,
            "left" => Prop::Left,
            "top" => Prop::Top,
            "right" => Prop::Right,
            "bottom" => Prop::Bottom,
            "margin-left" => Prop::MarginLeft,
            "margin-top" => Prop::MarginTop,
            "text-indent" => Prop::TextIndent,
            "width" => Prop::Width,
            "height" => Prop::Height,
            "max-width" => Prop::MaxWidth,
            "max-height" => Prop::MaxHeight,
            "overflow" | "overflow-x" | "overflow-y" => Prop::Overflow,
            "font-size" => Prop::FontSize,
            "line-height" => Prop::LineHeight,
            "color" => Prop::Color,
            "background" | "background-color" => Prop::Background,
            "clip" => Prop::Clip,
            "clip-path" => Prop::ClipPath,
            "transform" => Prop::Transform,
            "z-index" => Prop::ZIndex,
            "transition" | "animation" => Prop::Transition,
            _ => return None,
        })
    }
}

impl Prop {
    /// Whether a change of it can bring something into sight, not only dress it.
    fn moves(self) -> bool {
        !matches!(self, Prop::Color | Prop::Background | Prop::Transition | Prop::FontSize | Prop::LineHeight)
    }
}

/// One declaration that can hide: value in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub prop: Prop,
    pub value: String,
    pub important: bool,
}

impl Declared {
    /// Whether the value may be one that hides; what it does is judged with the element's other values.
    fn may_hide(&self) -> bool {
        let value = self.value.as_str();
        match self.prop {
            Prop::Display => value == "none",
            Prop::Visibility => value != "visible",
            Prop::Color | Prop::Background | Prop::Position | Prop::Overflow | Prop::Transition => false,
            Prop::Opacity | Prop::Filter | Prop::Clip | Prop::ClipPath | Prop::Transform => true,
            Prop::Width
            | Prop::Height
            | Prop::MaxWidth
            | Prop::MaxHeight
            | Prop::FontSize
            | Prop::LineHeight => value.starts_with(['0', '1', '2', '.']),
            _ => value.starts_with('-') || value.len() > 5,
        }
    }
}

/// The declarations of a style attribute or of a rule's block.
pub(super) fn declarations(block: &str) -> Vec<Declared> {
    let mut out = Vec::new();
    for part in block.split(';') {
        let Some((name, value)) = part.split_once(':') else { continue };
        // A comment may stand before the name.
        let name = name.rsplit("*/").next().unwrap_or(name).trim();
        let Some(prop) = Prop::of(name) else { continue };
        let value = value.trim().to_ascii_lowercase();
        let (value, important) = match value.split_once('!') {
            Some((value, mark)) => (value.trim().to_owned(), mark.trim() == "important"),
            None => (value, false),
        };
        out.push(Declared { prop, value, important });
    }
    out
}

/// What one element must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compound {
    /// Lower case; empty for any.
    pub tag: String,
    pub ids: Vec<String>,
    pub classes: Vec<String>,
    /// Whether it must be the parent of the next one, not just an ancestor.
    pub child: bool,
}

/// A selector with its block.
#[derive(Debug)]
pub(super) struct Rule {
    /// From the element itself outwards.
    pub compounds: Vec<Compound>,
    pub weight: u32,
    /// Index of its block.
    pub block: usize,
    /// Whether it stands in a file of its own.
    pub file: bool,
}

/// The rules of a page, found by what their last part asks for.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub rules: Vec<Rule>,
    pub blocks: Vec<Vec<Declared>>,
    by_key: HashMap<String, Vec<u32>, FixedState>,
    /// Keys of what some state of the page shows: a pointer above it, a box ticked.
    opened: HashSet<String, FixedState>,
}

impl Sheet {
    /// Adds the rules of one style element.
    pub(super) fn add(&mut self, css: &str) {
        let css = &*without_comments(css);
        let bytes = css.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.rules.len() < MAX_RULES {
            let Some(open) = memchr(b'{', &bytes[at..]).map(|i| at + i) else { return };
            let prelude = &css[at..open];
            // `@import …;` and `@charset …;` stand before the selector.
            let prelude =
                prelude.rsplit(';').next().unwrap_or_default().trim().trim_start_matches('}').trim();
            if let Some(rule) = prelude.strip_prefix('@') {
                at = if applies(rule) { open + 1 } else { block_end(bytes, open) };
                continue;
            }
            let close = memchr(b'}', &bytes[open..]).map_or(bytes.len(), |i| open + i);
            let declared = declarations(&css[open + 1..close]);
            if !declared.is_empty() {
                self.block(prelude, declared);
            }
            at = (close + 1).min(bytes.len());
        }
    }

    fn block(&mut self, selectors: &str, declared: Vec<Declared>) {
        let block = self.blocks.len();
        self.blocks.push(declared);
        for selector in selectors.split(',') {
            if self.opened.len() < MAX_RULES && self.blocks[block].iter().any(|d| d.prop.moves()) {
                self.opened.extend(opened_key(selector));
            }
            if let Some(compounds) = compounds(selector.trim())
                && self.rules.len() < MAX_RULES
            {
                let index = self.rules.len() as u32;
                self.by_key.entry(key(&compounds[0])).or_default().push(index);
                let weight = compounds.iter().map(|c| {
                    10_000 * c.ids.len() as u32 + 100 * c.classes.len() as u32 + u32::from(!c.tag.is_empty())
                });
                self.rules.push(Rule { weight: weight.sum(), compounds, block, file: false });
            }
        }
    }

    /// Rules whose last part may be such an element.
    pub(super) fn under(&self, key: &str) -> &[u32] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// Adds the rules of a file where it is linked. Colours are left out: what a text stands on may be told in files
    /// that nobody has read.
    pub(super) fn add_file(&mut self, file: &Sheet) {
        let first = self.blocks.len();
        let coloured = |d: &&Declared| matches!(d.prop, Prop::Color | Prop::Background);
        let plain = |block: &Vec<Declared>| block.iter().filter(|d| !coloured(d)).cloned().collect();
        self.blocks.extend(file.blocks.iter().map(plain));
        for rule in file.rules.iter().take(MAX_RULES.saturating_sub(self.rules.len())) {
            let index = self.rules.len() as u32;
            self.by_key.entry(key(&rule.compounds[0])).or_default().push(index);
            let compounds = rule.compounds.clone();
            self.rules.push(Rule { compounds, block: first + rule.block, file: true, ..*rule });
        }
        self.opened.extend(file.opened.iter().take(MAX_RULES).cloned());
    }

    /// Keys of the rules that may hide something, each perhaps more than once.
    pub(super) fn hiding_keys(&self) -> impl Iterator<Item = String> + '_ {
        let hides = |rule: &&Rule| self.blocks[rule.block].iter().any(Declared::may_hide);
        self.rules.iter().filter(hides).map(|rule| key(&rule.compounds[0]))
    }

    /// Whether some state of the page shows what has this key.
    pub(super) fn opens(&self, key: &str) -> bool {
        self.opened.contains(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// What an element must have for the part to be tried on it: `#id`, `.class`, a name, or nothing.
fn key(part: &Compound) -> String {
    let id = part.ids.first().map(|id| format!("#{id}"));
    let class = || part.classes.first().map(|class| format!(".{class}"));
    id.or_else(class).unwrap_or_else(|| part.tag.clone())
}

/// The key of what a selector chooses in some state of the page: `li:hover ul`, `#more:checked ~ .list`.
fn opened_key(selector: &str) -> Option<String> {
    const STATES: [&str; 6] = [":hover", ":focus", ":checked", ":target", ":active", "[open]"];
    if !STATES.iter().any(|state| selector.contains(state)) {
        return None;
    }
    let last = selector.trim().rsplit([' ', '>', '+', '~']).next()?;
    let last = last.split([':', '[']).next()?;
    Some(key(&compound(last, false)?)).filter(|key| !key.is_empty())
}

/// Whether the rules inside an at-rule hold for a visitor at a desk.
fn applies(rule: &str) -> bool {
    let rule = rule.to_ascii_lowercase();
    let Some(media) = rule.strip_prefix("media") else { return rule.starts_with("supports") };
    media.split(',').any(|m| matches!(m.trim(), "all" | "screen" | "only screen"))
}

/// Behind the block that opens at `open`, blocks within it included.
fn block_end(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0usize;
    for (i, b) in bytes[open..].iter().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return open + i + 1;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

fn without_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some(from) = memmem::find(rest.as_bytes(), b"/*") {
        out.push_str(&rest[..from]);
        rest = match memmem::find(&rest.as_bytes()[from + 2..], b"*/") {
            Some(end) => &rest[from + 2 + end + 2..],
            None => "",
        };
    }
    out.push_str(rest);
    // Old pages put the whole sheet into a comment of the page.
    out.replace("<!--", " ").replace("-->", " ")
}

/// The parts of a selector, the last first; `None` where it asks for more than names.
fn compounds(selector: &str) -> Option<Vec<Compound>> {
    if selector.is_empty() || selector.contains([':', '[', '+', '~', '(', '\\', '@', '"']) {
        return None;
    }
    let spaced = selector.replace('>', " > ");
    let mut parts = Vec::new();
    let mut child = false;
    for word in spaced.split_ascii_whitespace().rev() {
        if word == ">" {
            child = true;
            continue;
        }
        if parts.len() == MAX_COMPOUNDS {
            return None;
        }
        parts.push(compound(word, std::mem::take(&mut child))?);
    }
    (!parts.is_empty()).then_some(parts)
}

fn compound(word: &str, child: bool) -> Option<Compound> {
    let mut out = Compound { child, ..Compound::default() };
    let end = word.find(['.', '#']).unwrap_or(word.len());
    if &word[..end] != "*" {
        out.tag = word[..end].to_ascii_lowercase();
    }
    let mut rest = &word[end..];
    while let Some(sign) = rest.chars().next() {
        let end = rest[1..].find(['.', '#']).map_or(rest.len(), |i| i + 1);
        let name = &rest[1..end];
        if name.is_empty() {
            return None;
        }
        match sign {
            '#' => out.ids.push(name.to_owned()),
            _ => out.classes.push(name.to_owned()),
        }
        rest = &rest[end..];
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(css: &str) -> String {
        let mut sheet = Sheet::default();
        sheet.add(css);
        let shown = sheet.rules.iter().map(|r| {
            let parts: Vec<String> = r
                .compounds
                .iter()
                .map(|c| {
                    let ids: String = c.ids.iter().map(|i| format!("#{i}")).collect();
                    let classes: String = c.classes.iter().map(|i| format!(".{i}")).collect();
                    format!("{}{ids}{classes}{}", c.tag, if c.child { ">" } else { "" })
                })
                .collect();
            let block: Vec<String> =
                sheet.blocks[r.block].iter().map(|d| format!("{:?}={}", d.prop, d.value)).collect();
            format!("{}{{{}}}", parts.join("<"), block.join(","))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rules_that_can_hide_are_kept() {
        assert_eq!(rules(".a{display:none!important}"), ".a{Display=none}");
        assert_eq!(rules("ul#b li > a.c , p{Color:#FFF;border:0}"), "a.c<li><ul#b{Color=#fff} p{Color=#fff}");
        assert_eq!(rules("/*x{*/ .a{display:none} .b{border:0}"), ".a{Display=none}");
        assert_eq!(rules("@charset 'utf-8'; @import 'a.css'; .a{top:-9px}"), ".a{Top=-9px}");
        assert_eq!(rules("<!-- .a{opacity:0} -->"), ".a{Opacity=0}");
        assert_eq!(rules("@media screen{.a{display:none}} .b{left:0}"), ".a{Display=none} .b{Left=0}");
    }

    #[test]
    fn other_media_and_states_are_left_out() {
        assert_eq!(rules("@media print{.a{display:none} .b{display:none}} .c{top:0}"), ".c{Top=0}");
        assert_eq!(rules("@media (max-width:600px){.a{display:none}}"), "");
        assert_eq!(rules(".a:hover{display:none} a[href]{display:none}"), "");
    }

    #[test]
    fn a_file_joins_the_page_and_keeps_its_order() {
        let (mut sheet, mut file) = (Sheet::default(), Sheet::default());
        sheet.add(".a{display:none}");
        file.add(".a{display:block;color:#fff} li:hover ul.s{display:block} a:hover{color:red} #x:checked~p{left:0}");
        sheet.add_file(&file);
        assert_eq!(sheet.under(".a"), [0, 1]);
        assert!(!sheet.rules[0].file && sheet.rules[1].file);
        assert_eq!(sheet.blocks[sheet.rules[1].block].len(), 1, "no colours");
        assert!(sheet.opens(".s") && sheet.opens("p") && !sheet.opens("a") && !sheet.opens(".a"));
        assert_eq!(file.hiding_keys().count(), 0);
        assert_eq!(sheet.hiding_keys().collect::<Vec<_>>(), [".a"]);
    }

    #[test]
    fn what_breaks_off_is_no_harm() {
        for css in [
            "{",
            "}",
            "a{",
            "a{b",
            "@media{",
            "a{display",
            "/*",
            "..{display:none}",
            "{{{{}}}}",
            "é{é:é}",
            "@",
        ] {
            Sheet::default().add(css);
        }
    }
}
