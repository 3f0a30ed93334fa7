//! The site as a tree of folders with the pages and faults in them. Clause N2.1.
//!
//! Bounded however many pages a site has: what is deep, small or late is counted in its parent folder.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use serde::Serialize;

use crate::text::readable;

/// Folders kept while counting; a site with more has its folders made by a machine.
const MOST_FOLDERS: usize = 50_000;
/// Folders below folders; deeper ones count in the last.
const MOST_DEPTH: usize = 16;
/// Folders shown.
const MOST_SHOWN: usize = 1_200;
/// Folders shown within one.
const MOST_IN_ONE: usize = 60;

/// Counts pages and faults by folder.
#[derive(Default)]
pub struct Tree {
    folders: Vec<Folder>,
    roots: Vec<usize>,
    index: HashMap<(usize, String), usize>,
}

#[derive(Default)]
struct Folder {
    name: String,
    inner: Vec<usize>,
    pages: u64,
    faults: u64,
    own_pages: u64,
}

/// A folder as shown; numbers include the folders within.
#[derive(Serialize)]
pub struct Shown {
    pub name: String,
    /// What the addresses of its pages begin with.
    pub prefix: String,
    pub pages: u64,
    pub faults: u64,
    pub open: bool,
    pub inner: Vec<Shown>,
    /// Folders within that are not shown.
    pub left_out: usize,
}

const ROOT: usize = usize::MAX;

impl Tree {
    pub fn add_page(&mut self, url: &str) {
        let path = self.path(url);
        for at in &path {
            self.folders[*at].pages += 1;
        }
        if let Some(last) = path.last() {
            self.folders[*last].own_pages += 1;
        }
    }

    pub fn add_fault(&mut self, page: &str) {
        for at in self.path(page) {
            self.folders[at].faults += 1;
        }
    }

    /// The folders an address lies in, outermost first; made where they are missing.
    fn path(&mut self, url: &str) -> Vec<usize> {
        let bare = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = bare.split_once("://").unwrap_or(("", bare));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let mut path = Vec::new();
        let mut parent = ROOT;
        let names =
            folders.split('/').filter(|_| !folders.is_empty()).take(MOST_DEPTH - 1).map(str::to_owned);
        for name in std::iter::once(format!("{scheme}://{host}")).chain(names) {
            let key = (parent, name);
            let at = match self.index.get(&key) {
                Some(at) => *at,
                None if self.folders.len() >= MOST_FOLDERS => break,
                None => self.make(key),
            };
            path.push(at);
            parent = at;
        }
        path
    }

    fn make(&mut self, key: (usize, String)) -> usize {
        let at = self.folders.len();
        self.folders.push(Folder { name: key.1.clone(), ..Folder::default() });
        match self.folders.get_mut(key.0) {
            Some(parent) => parent.inner.push(at),
            None => self.roots.push(at),
        }
        self.index.insert(key, at);
        at
    }

    /// The folders worth showing: the biggest are opened first, until enough are seen.
    pub fn shown(mut self) -> Vec<Shown> {
        let weight = |f: &Folder| (f.faults.min(f.pages), f.pages);
        let mut order: Vec<usize> = self.roots.clone();
        order.sort_by_key(|at| Reverse(weight(&self.folders[*at])));
        order.truncate(MOST_IN_ONE);
        let mut seen = order.len();
        let mut opened = vec![false; self.folders.len()];
        let mut heap: BinaryHeap<(u64, Reverse<usize>)> =
            order.iter().map(|at| (self.folders[*at].pages, Reverse(*at))).collect();
        while let Some((_, Reverse(at))) = heap.pop() {
            let mut inner = std::mem::take(&mut self.folders[at].inner);
            inner.sort_by_key(|at| Reverse(weight(&self.folders[*at])));
            let shown = inner.len().min(MOST_IN_ONE);
            if seen + shown <= MOST_SHOWN {
                seen += shown;
                opened[at] = true;
                heap.extend(inner[..shown].iter().map(|at| (self.folders[*at].pages, Reverse(*at))));
            }
            self.folders[at].inner = inner;
        }
        let few = seen <= 40;
        order.sort_by(|a, b| self.folders[*a].name.cmp(&self.folders[*b].name));
        order.into_iter().map(|at| self.show(at, "", &opened, few, true)).collect()
    }

    fn show(&self, at: usize, above: &str, opened: &[bool], few: bool, root: bool) -> Shown {
        let mut folder = &self.folders[at];
        let mut at = at;
        let mut name = format!("{}/", folder.name);
        // A folder that holds nothing but one folder is shown as one line.
        while let [only] = folder.inner[..]
            && folder.own_pages == 0
            && opened[at]
        {
            at = only;
            folder = &self.folders[at];
            name = format!("{name}{}/", folder.name);
        }
        let prefix = format!("{above}{name}");
        let kept = if opened[at] { folder.inner.len().min(MOST_IN_ONE) } else { 0 };
        let mut inner: Vec<usize> = folder.inner[..kept].to_vec();
        inner.sort_by(|a, b| self.folders[*a].name.cmp(&self.folders[*b].name));
        Shown {
            name: readable(&name, 120),
            pages: folder.pages,
            faults: folder.faults,
            open: few || root,
            left_out: folder.inner.len() - kept,
            inner: inner.into_iter().map(|at| self.show(at, &prefix, opened, few, false)).collect(),
            prefix: readable(&prefix, 300),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(shown: &[Shown], depth: usize, out: &mut String) {
        for s in shown {
            let more = if s.left_out > 0 { format!(" +{}", s.left_out) } else { String::new() };
            out.push_str(&format!("{}{} {}/{}{more}\n", " ".repeat(depth), s.name, s.pages, s.faults));
            lines(&s.inner, depth + 1, out);
        }
    }

    fn check(pages: &[&str], faults: &[&str], expected: &str) {
        let mut tree = Tree::default();
        pages.iter().for_each(|p| tree.add_page(p));
        faults.iter().for_each(|p| tree.add_fault(p));
        let mut out = String::new();
        lines(&tree.shown(), 0, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn pages_are_counted_in_every_folder_above_them() {
        check(
            &["http://a/", "http://a/zwgk/", "http://a/zwgk/x.html?p=/1/2", "http://a/hd/d/e/1.html"],
            &["http://a/zwgk/x.html"],
            "http://a/ 4/1\n hd/d/e/ 1/0\n zwgk/ 2/1\n",
        );
        check(&[], &[], "");
        check(&["http://a"], &[], "http://a/ 1/0\n");
    }

    #[test]
    fn a_site_of_endless_folders_stays_small() {
        let mut tree = Tree::default();
        for n in 0..60_000 {
            tree.add_page(&format!("http://a/{}/{}/{n}/", n / 10_000, n / 100));
            tree.add_page(&format!("http://a/deep{}/", "/x".repeat(n % 40)));
        }
        assert!(tree.folders.len() <= MOST_FOLDERS);
        let shown = tree.shown();
        assert_eq!(shown[0].pages, 120_000);
        let mut out = String::new();
        lines(&shown, 0, &mut out);
        assert!(out.lines().count() <= MOST_SHOWN, "{}", out.lines().count());
        assert!(out.contains(" +"));
    }
}
