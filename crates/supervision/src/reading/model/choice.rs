//! Which pages of a site are read today: the home page, important manuscripts, changed pages, and then by chance.
//! Clauses N1.6, N5.3, N5.7; pure.

use std::cmp::Reverse;
use std::collections::HashSet;

use base::workday::Day;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a page is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Why {
    #[sea_orm(string_value = "home")]
    Home,
    /// An important manuscript (N5.7: "特别要认真审查重要稿件和重要信息").
    #[sea_orm(string_value = "important")]
    Important,
    /// Other than at the inspection before.
    #[sea_orm(string_value = "changed")]
    Changed,
    #[sea_orm(string_value = "sample")]
    Sample,
}

impl Why {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Why::Home => "首页",
            Why::Important => "重要稿件",
            Why::Changed => "新增或有变化",
            Why::Sample => "抽查",
        }
    }
}

/// A page that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub address: String,
    pub title: String,
    /// When it was published, if that is printed.
    pub date: Option<Day>,
}

/// What is known of a site's pages.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// The newest first.
    pub articles: Vec<Candidate>,
    pub changed: Vec<Candidate>,
    /// In the order of chance.
    pub sample: Vec<Candidate>,
}

/// Days for which an article counts as new.
const NEW_DAYS: i32 = 30;
/// Words of titles that make a manuscript important, with their weight: who leads and what binds first. Ours; the notice
/// says "important" and leaves it there.
const WEIGHTY: &[(&str, u32)] = &[
    ("总书记", 9),
    ("书记", 6),
    ("省长", 6),
    ("市长", 6),
    ("县长", 6),
    ("区长", 6),
    ("主席", 6),
    ("任免", 8),
    ("任前公示", 8),
    ("讲话", 6),
    ("常务会议", 6),
    ("政府工作报告", 8),
    ("国务院", 6),
    ("中央", 5),
    ("决定", 4),
    ("条例", 4),
    ("办法", 4),
    ("规定", 4),
    ("实施意见", 4),
    ("通告", 4),
    ("公告", 3),
    ("通知", 3),
    ("解读", 3),
    ("预算", 3),
    ("决算", 3),
    ("征求意见", 3),
    ("应急", 4),
    ("预警", 4),
];

/// How important a manuscript is by its title; 0 is an ordinary one.
pub fn importance(title: &str) -> u32 {
    WEIGHTY.iter().filter(|(word, _)| title.contains(word)).map(|(_, weight)| *weight).sum()
}

/// Chooses the pages of one site, in the order in which they are read. Of what is left after the home page a third goes to
/// important manuscripts of the last month, a third to changed pages, the rest to chance; places that stay free go to
/// whatever there is. What was read lately comes last.
pub fn choose(
    home: &str,
    offer: &Offer,
    pages: usize,
    read_lately: &HashSet<String>,
    today: Day,
) -> Vec<(Candidate, Why)> {
    let first = Candidate { address: home.to_owned(), title: "首页".to_owned(), date: None };
    let mut list = List { chosen: vec![(first, Why::Home)], pages: pages.max(1) };
    let is_read = |one: &&Candidate| read_lately.contains(&one.address);
    let unread_first = |all: &'_ [Candidate]| -> Vec<Candidate> {
        let (read, unread): (Vec<&Candidate>, Vec<&Candidate>) = all.iter().partition(is_read);
        unread.into_iter().chain(read).cloned().collect()
    };
    let mut important: Vec<Candidate> = unread_first(&offer.articles)
        .into_iter()
        .filter(|one| importance(&one.title) > 0 && is_new(one, today))
        .collect();
    important.sort_by_key(|one| (read_lately.contains(&one.address), Reverse(importance(&one.title))));
    let (changed, sample) = (unread_first(&offer.changed), unread_first(&offer.sample));
    let third = list.pages.saturating_sub(1).div_ceil(3);
    list.take(&important, Why::Important, third);
    list.take(&changed, Why::Changed, third);
    list.take(&sample, Why::Sample, usize::MAX);
    list.take(&important, Why::Important, usize::MAX);
    list.take(&changed, Why::Changed, usize::MAX);
    list.take(&unread_first(&offer.articles), Why::Sample, usize::MAX);
    list.chosen
}

struct List {
    chosen: Vec<(Candidate, Why)>,
    pages: usize,
}

impl List {
    /// Takes at most `most` that are not there yet, while there is room.
    fn take(&mut self, from: &[Candidate], why: Why, most: usize) {
        let mut taken = 0;
        for one in from {
            if taken == most || self.chosen.len() >= self.pages {
                return;
            }
            if self.chosen.iter().all(|(there, _)| bare(&there.address) != bare(&one.address)) {
                self.chosen.push((one.clone(), why));
                taken += 1;
            }
        }
    }
}

fn is_new(one: &Candidate, today: Day) -> bool {
    one.date.is_some_and(|date| date.plus(NEW_DAYS) >= today)
}

/// A home page is linked to with and without its last slash.
fn bare(address: &str) -> &str {
    address.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(address: &str, title: &str, date: &str) -> Candidate {
        Candidate { address: address.to_owned(), title: title.to_owned(), date: Day::parse(date) }
    }

    fn check(pages: usize, read: &[&str], want: &str) {
        let offer = Offer {
            articles: vec![
                one("/n1", "春季植树活动", "2026-11-20"),
                one("/n2", "县长主持召开常务会议", "2026-11-19"),
                one("/n3", "关于停水的公告", "2026-11-18"),
                one("/n4", "人事任免", "2025-01-01"),
            ],
            changed: vec![one("/c1", "", ""), one("/n2", "", "")],
            sample: (1..=9).map(|n| one(&format!("/s{n}"), "", "")).collect(),
        };
        let read = read.iter().map(|address| (*address).to_owned()).collect();
        let got = choose("http://a/", &offer, pages, &read, Day::parse("2026-11-26").unwrap());
        let told: Vec<String> =
            got.iter().map(|(one, why)| format!("{}{}", &why.name()[..3], one.address)).collect();
        assert_eq!(told.join(" "), want);
    }

    #[test]
    fn home_then_what_is_important_then_what_changed_then_by_chance() {
        check(1, &[], "首http://a/");
        check(7, &[], "首http://a/ 重/n2 重/n3 新/c1 抽/s1 抽/s2 抽/s3");
        check(4, &[], "首http://a/ 重/n2 新/c1 抽/s1");
    }

    #[test]
    fn what_was_read_lately_comes_last() {
        check(7, &["/n2", "/s1", "/s2"], "首http://a/ 重/n3 重/n2 新/c1 抽/s3 抽/s4 抽/s5");
    }

    #[test]
    fn free_places_go_to_whatever_there_is() {
        let read = HashSet::new();
        let today = Day::parse("2026-11-26").unwrap();
        let offer = Offer { articles: vec![one("/a", "植树", "2020-01-01")], ..Offer::default() };
        assert_eq!(choose("/", &offer, 5, &read, today).len(), 2);
        assert_eq!(choose("/", &Offer::default(), 5, &read, today).len(), 1);
        let twice = Offer { sample: vec![one("http://a", "", "")], ..Offer::default() };
        assert_eq!(choose("http://a/", &twice, 5, &read, today).len(), 1);
    }
}
