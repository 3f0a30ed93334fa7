//! By which ways one element is hidden, from its declarations and attributes. Clause N2.5.
//!
//! Sees what stands in the page and in the style sheets that were handed over with it; what others show or hide is
//! unknown.

use std::borrow::Cow;

use super::Way;
use super::colour::{Colour, Ground, ground};
use super::css::{Compound, Declared, PROPS, Prop, Sheet, declarations};
use crate::tree::{NodeId, Tree};

/// The declarations that win for one element.
pub(super) struct Style {
    values: [Option<String>; PROPS],
    /// The properties whose value stands in a file, a bit each.
    by_file: u32,
}

impl Style {
    pub(super) fn of(tree: &Tree<'_>, node: NodeId, sheet: &Sheet) -> Style {
        let mut style = Style { values: [const { None }; PROPS], by_file: 0 };
        let mut ranks = [0u64; PROPS];
        let mut put = |declared: &Declared, weight: u64, file: bool| {
            let rank = weight + if declared.important { 1 << 40 } else { 0 };
            let at = declared.prop as usize;
            if style.values[at].is_none() || rank >= ranks[at] {
                ranks[at] = rank;
                style.values[at] = Some(declared.value.clone());
                style.by_file = style.by_file & !(1 << at) | u32::from(file) << at;
            }
        };
        for rule in matching(tree, node, sheet) {
            let rule = &sheet.rules[rule as usize];
            sheet.blocks[rule.block].iter().for_each(|d| put(d, u64::from(rule.weight), rule.file));
        }
        if let Some(inline) = tree.attr(node, "style") {
            declarations(&inline).iter().for_each(|d| put(d, 1 << 36, false));
        }
        style
    }

    pub(super) fn get(&self, prop: Prop) -> Option<&str> {
        self.values[prop as usize].as_deref()
    }

    /// Whether the way in which menus and tabs are hidden stands in a file.
    pub(super) fn is_closed_by_file(&self) -> bool {
        self.by_file & (1 << Prop::Display as u32 | 1 << Prop::Visibility as u32) != 0
    }

    fn is(&self, prop: Prop, value: &str) -> bool {
        self.get(prop) == Some(value)
    }

    /// Whether width or height is next to nothing, as a frame is never drawn.
    pub(super) fn is_tiny(&self) -> bool {
        [Prop::Width, Prop::Height].into_iter().any(|p| self.length(p).is_some_and(|l| l.abs() <= TINY))
    }

    /// A length in pixels; relative ones are taken at the usual size.
    fn length(&self, prop: Prop) -> Option<f32> {
        length(self.get(prop)?)
    }
}

/// `-9999px`, `0`, `-50em`, `-100%` as pixels.
pub(super) fn length(text: &str) -> Option<f32> {
    let text = text.split_ascii_whitespace().next()?;
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))).unwrap_or(text.len());
    let number: f32 = text[..end].parse().ok()?;
    Some(match &text[end..] {
        "" | "px" => number,
        "em" | "rem" => number * 16.0,
        "pt" => number * 1.33,
        "%" | "vw" | "vh" => number * 10.0,
        "cm" => number * 38.0,
        "in" => number * 96.0,
        _ => number,
    })
}

/// Rules that hold for an element, in the order of the sheet.
fn matching(tree: &Tree<'_>, node: NodeId, sheet: &Sheet) -> Vec<u32> {
    if sheet.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<u32> = Vec::new();
    let mut take = |key: &str| {
        let fits = |rule: &&u32| selects(tree, node, &sheet.rules[**rule as usize].compounds);
        found.extend(sheet.under(key).iter().filter(fits));
    };
    take("");
    take(&tree.name(node).to_ascii_lowercase());
    if let Some(id) = tree.attr(node, "id") {
        take(&format!("#{}", id.trim()));
    }
    if let Some(classes) = tree.attr(node, "class") {
        classes.split_ascii_whitespace().for_each(|class| take(&format!(".{class}")));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a selector chooses an element; the nearest ancestor that fits a part is taken.
fn selects(tree: &Tree<'_>, node: NodeId, compounds: &[Compound]) -> bool {
    let Some((first, rest)) = compounds.split_first() else { return false };
    if !fits(tree, node, first) {
        return false;
    }
    let mut at = node;
    for part in rest {
        let found = match part.child {
            true => tree.parent(at).filter(|p| fits(tree, *p, part)),
            false => tree.ancestors(at).find(|p| fits(tree, *p, part)),
        };
        match found {
            Some(parent) => at = parent,
            None => return false,
        }
    }
    true
}

pub(super) fn fits(tree: &Tree<'_>, node: NodeId, part: &Compound) -> bool {
    (part.tag.is_empty() || tree.is(node, &part.tag))
        && part.ids.iter().all(|id| tree.attr(node, "id").is_some_and(|v| v.trim() == id))
        && part.classes.iter().all(|class| {
            tree.attr(node, "class").is_some_and(|v| v.split_ascii_whitespace().any(|c| c == class))
        })
}

/// Pixels beyond which a place is off every screen; menus that slide in lie nearer.
const FAR: f32 = -480.0;
/// Pixels below which nothing can be read.
const TINY: f32 = 2.0;

/// The ways in which an element hides what is in it.
pub(super) fn ways(tree: &Tree<'_>, node: NodeId, style: &Style) -> Vec<Way> {
    let mut ways = Vec::new();
    if style.is(Prop::Display, "none") {
        ways.push(Way::Display);
    } else if tree.attr(node, "hidden").is_some() && style.get(Prop::Display).is_none() {
        ways.push(Way::HiddenAttribute);
    }
    if matches!(style.get(Prop::Visibility), Some("hidden" | "collapse")) {
        ways.push(Way::Visibility);
    }
    if is_transparent(style) {
        ways.push(Way::Transparent);
    }
    let clipped = style.get(Prop::Clip).is_some_and(|v| v.starts_with("rect("))
        || style.get(Prop::ClipPath).is_some_and(|v| v.starts_with("inset("));
    let small = |prop| style.length(prop).is_some_and(|l| l.abs() <= TINY);
    let cut = style.is(Prop::Overflow, "hidden") || style.is(Prop::Overflow, "clip");
    if clipped {
        // The usual way to keep a text for screen readers.
        ways.push(Way::Clipped);
    } else if cut
        && [Prop::Width, Prop::Height, Prop::MaxWidth, Prop::MaxHeight, Prop::LineHeight]
            .into_iter()
            .any(small)
    {
        ways.push(Way::ZeroSize);
    }
    if style.length(Prop::FontSize).is_some_and(|l| l <= TINY) {
        ways.push(Way::TinyText);
    }
    let far = |prop| style.length(prop).is_some_and(|l| l <= FAR);
    let beyond = |prop| style.length(prop).is_some_and(|l| l >= 3_000.0);
    let placed = matches!(style.get(Prop::Position), Some("absolute" | "fixed" | "relative"));
    let off = placed
        && ([Prop::Left, Prop::Top, Prop::Right, Prop::Bottom].into_iter().any(far)
            || beyond(Prop::Left)
            || beyond(Prop::Top))
        || far(Prop::MarginLeft)
        || far(Prop::MarginTop);
    let moved = style.get(Prop::Transform).is_some_and(moves_away);
    if (off || moved) && !clipped {
        ways.push(if style.get(Prop::Transition).is_some() { Way::Sliding } else { Way::OffScreen });
    }
    if far(Prop::TextIndent) {
        ways.push(Way::Indented);
    }
    if placed && style.get(Prop::ZIndex).and_then(|z| z.parse::<i64>().ok()).is_some_and(|z| z < 0) {
        ways.push(Way::Covered);
    }
    if tree.is(node, "marquee") && is_tiny_marquee(tree, node) {
        ways.push(Way::Marquee);
    }
    ways
}

fn is_transparent(style: &Style) -> bool {
    /// Share of opacity below which nothing is seen.
    const FAINT: f32 = 0.04;
    let opacity = style.get(Prop::Opacity).and_then(|v| match v.strip_suffix('%') {
        Some(share) => share.parse::<f32>().ok().map(|p| p / 100.0),
        None => v.parse::<f32>().ok(),
    });
    let filter = style.get(Prop::Filter).map(|v| v.split_whitespace().collect::<String>());
    opacity.is_some_and(|o| o <= FAINT)
        || opacity.is_none() && filter.is_some_and(|f| f.contains("opacity=0)") || f.contains("opacity(0"))
}

/// `scale(0)`, `translate(-9999px)`.
fn moves_away(transform: &str) -> bool {
    transform.split(')').any(|function| match function.trim().split_once('(') {
        Some((name, arguments)) if name.starts_with("scale") => {
            arguments.split(',').any(|a| a.trim().parse::<f32>().is_ok_and(|n| n.abs() < 0.02))
        }
        Some((name, arguments)) if name.starts_with("translate") => {
            arguments.split(',').any(|a| !a.contains('%') && length(a.trim()).is_some_and(|l| l <= FAR))
        }
        _ => false,
    })
}

/// A marquee too small or too fast to read.
fn is_tiny_marquee(tree: &Tree<'_>, node: NodeId) -> bool {
    /// Pixels a step from which no eye follows.
    const FAST: f32 = 500.0;
    let number = |name: &str| tree.attr(node, name).and_then(|v: Cow<'_, str>| length(v.trim()));
    let tiny = |name: &str| number(name).is_some_and(|n| n <= 5.0);
    tiny("width") || tiny("height") || number("scrollamount").is_some_and(|n| n >= FAST)
}

/// Whether a text's colour is that of its ground; the second value tells whether the page itself says what the ground is.
pub(super) fn same_colour(
    tree: &Tree<'_>,
    link: NodeId,
    style_of: &mut dyn FnMut(NodeId) -> std::rc::Rc<Style>,
) -> Option<bool> {
    let inner = tree.first_child(link).filter(|c| !tree.name(*c).is_empty() && tree.next(*c).is_none());
    let own = |node: NodeId, style: &Style| {
        style
            .get(Prop::Color)
            .and_then(Colour::of)
            .or_else(|| tree.attr(node, "color").and_then(|c| Colour::of(&c)))
    };
    let text = [inner, Some(link)].into_iter().flatten().find_map(|node| own(node, &style_of(node)))?;
    for node in inner.into_iter().chain([link]).chain(tree.ancestors(link)) {
        let style = style_of(node);
        let written = style.get(Prop::Background).map(ground);
        let by_attribute = || tree.attr(node, "bgcolor").and_then(|c| Colour::of(&c)).map(Ground::Colour);
        match written.or_else(by_attribute) {
            Some(Ground::Colour(behind)) => return behind.is_near(text).then_some(true),
            Some(Ground::Unknown) => return None,
            Some(Ground::Clear) | None => {}
        }
        if tree.attr(node, "background").is_some() {
            return None;
        }
    }
    text.is_near(Colour::WHITE).then_some(false)
}
