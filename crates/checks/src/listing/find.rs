//! Siblings of one kind that each hold a link, in the page and in the records of a builder's script. Clause N2.1.
//!
//! Counts links from the leaves up, once; then looks at each element whose children repeat.

use jiff::civil::Date;

use super::item::{self, Reader};
use super::{Item, LEAST_ITEMS, List, MAX_ITEMS, MAX_LISTS};
use crate::page::Page;
use crate::script_links::{cdata_sections, is_datastore};
use crate::tree::{NodeId, Tree};

/// Links with text that one item holds: title, column, download.
const MOST_LINKS: u32 = 4;
/// Characters of one item beyond which it is an article, not an item.
const MOST_CHARS: u32 = 600;

/// Lists in the page's own markup.
pub(super) fn in_tree(page: &Page<'_>, today: Option<Date>) -> Vec<List> {
    let tree = page.tree();
    let counts = counts(tree);
    let mut lists: Vec<List> = Vec::new();
    let mut before: Option<NodeId> = None;
    let mut taken = vec![false; tree.len()];
    for id in tree.ids() {
        if lists.len() >= MAX_LISTS {
            break;
        }
        if counts[id.index()].links < LEAST_ITEMS as u32 || taken[id.index()] {
            continue;
        }
        let items = children_of_one_kind(tree, id, &counts);
        let list = if items.len() >= LEAST_ITEMS {
            let mut reader = Reader::new(page, tree, today);
            let list: Vec<Item> =
                items.iter().filter_map(|item| reader.item(*item)).take(MAX_ITEMS).collect();
            for item in items {
                taken[item.index()] = true;
            }
            list
        } else {
            in_a_row(page, tree, id, &counts, today)
        };
        if list.len() < LEAST_ITEMS {
            continue;
        }
        let list = List::new(list);
        // Builders part long lists into groups of five.
        match lists.last_mut() {
            Some(last)
                if before.is_some() && before == tree.parent(id) && is_dated(last) && is_dated(&list) =>
            {
                last.extend(list);
            }
            _ => lists.push(list),
        }
        before = tree.parent(id);
    }
    lists
}

fn is_dated(list: &List) -> bool {
    list.dated * 2 > list.items.len()
}

/// Lists that a script makes out of records.
pub(super) fn in_scripts(page: &Page<'_>, today: Option<Date>) -> Vec<List> {
    let tree = page.tree();
    let mut lists = Vec::new();
    for id in tree.ids().filter(|id| tree.is(*id, "script")) {
        let Some(raw) = tree.first_child(id) else { continue };
        let span = tree.text_span(raw);
        let code = &page.source[span.clone()];
        if !is_datastore(code) {
            continue;
        }
        let mut items = Vec::new();
        for section in cdata_sections(code).take(MAX_ITEMS) {
            let part = Tree::parse_part(page.source, span.start + section.start..span.start + section.end);
            let counts = counts(&part);
            // A record holds one item, or a whole table of them.
            let whole = counts[part.root().index()];
            let mut reader = Reader::new(page, &part, today);
            if whole.links <= MOST_LINKS {
                items.extend(reader.item(part.root()));
            } else {
                let rows = part.ids().find_map(|id| {
                    Some(children_of_one_kind(&part, id, &counts)).filter(|rows| rows.len() >= LEAST_ITEMS)
                });
                items.extend(rows.into_iter().flatten().filter_map(|row| reader.item(row)));
            }
        }
        items.truncate(MAX_ITEMS);
        if !items.is_empty() && lists.len() < MAX_LISTS {
            item::settle_years(&mut items);
            lists.push(List::new(items));
        }
    }
    lists
}

#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    /// Links with text.
    pub links: u32,
    pub chars: u32,
}

fn counts(tree: &Tree<'_>) -> Vec<Count> {
    let mut counts = vec![Count::default(); tree.len()];
    for id in tree.ids().rev() {
        let at = id.index();
        if let crate::tree::Kind::Text(_) = tree.kind(id) {
            counts[at].chars = tree.own_text(id).chars().filter(|c| !c.is_whitespace()).count() as u32;
        }
        if tree.is(id, "a") && counts[at].chars > 0 && tree.attr(id, "href").is_some() {
            counts[at].links = 1;
        }
        if let Some(parent) = tree.parent(id) {
            let here = counts[at];
            let around = &mut counts[parent.index()];
            around.links += here.links;
            around.chars += here.chars;
        }
    }
    counts
}

/// Children of the most frequent name that each look like an item.
fn children_of_one_kind(tree: &Tree<'_>, id: NodeId, counts: &[Count]) -> Vec<NodeId> {
    const ITEMS: [&str; 10] = ["li", "tr", "div", "dl", "dd", "dt", "p", "article", "section", "a"];
    let is_item = |child: &NodeId| {
        let count = counts[child.index()];
        (1..=MOST_LINKS).contains(&count.links) && count.chars <= MOST_CHARS
    };
    let mut best: Vec<NodeId> = Vec::new();
    let children: Vec<(&str, NodeId)> =
        tree.children(id).filter(is_item).map(|c| (tree.name(c), c)).collect();
    if children.len() < LEAST_ITEMS {
        return best;
    }
    for name in ITEMS {
        // Links beside each other are read with the text between them.
        if name == "a" && tree.children(id).any(|c| !tree.is(c, "a") && counts[c.index()].chars > 0) {
            continue;
        }
        let kind: Vec<NodeId> =
            children.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, c)| *c).collect();
        if kind.len() > best.len() {
            best = kind;
        }
    }
    best
}

/// Links in a row with text between them: `<a>…</a> 2024-05-11<br>`.
fn in_a_row<'t>(
    page: &Page<'t>,
    tree: &Tree<'t>,
    id: NodeId,
    counts: &[Count],
    today: Option<Date>,
) -> Vec<Item> {
    let links = tree
        .children(id)
        .filter(|c| counts[c.index()].links == 1 && tree.is_any(*c, &["a", "span", "font", "b"]));
    if links.take(LEAST_ITEMS).count() < LEAST_ITEMS {
        return Vec::new();
    }
    let mut reader = Reader::new(page, tree, today);
    let mut items = Vec::new();
    let (mut link, mut around) = (None, Vec::new());
    let breaks = tree.children(id).any(|c| tree.is(c, "br"));
    for child in tree.children(id) {
        let ends =
            if breaks { tree.is(child, "br") } else { counts[child.index()].links == 1 && link.is_some() };
        if ends {
            items.extend(link.take().and_then(|l| reader.row(l, &around)));
            around.clear();
        }
        if counts[child.index()].links == 1 && link.is_none() {
            link = Some(child);
        } else if counts[child.index()].links == 0 {
            around.push(tree.text(child, 60));
        }
        if items.len() >= MAX_ITEMS {
            break;
        }
    }
    items.extend(link.and_then(|l| reader.row(l, &around)));
    items
}
