//! Tables of addresses and whether they go on without end; large sites that must be let through. Clause N2.1.

use url::Url;

use super::*;

fn url(address: &str) -> Url {
    Url::parse("http://www.example.gov.cn").unwrap().join(address).unwrap()
}

/// Walks through a series whose pages have the given content; says how many addresses were admitted and why it ended.
fn walk(
    addresses: impl IntoIterator<Item = String>,
    content: impl Fn(usize) -> u64,
) -> (usize, Option<TrapReason>) {
    let mut watch = TrapWatch::new(2026);
    let mut admitted = 0;
    let mut why = None;
    for (i, address) in addresses.into_iter().enumerate() {
        let url = url(&address);
        match watch.admit(&url) {
            Ok(()) => {
                admitted += 1;
                watch.page_seen(&url, content(i));
            }
            Err(reason) => why = Some(reason),
        }
    }
    (admitted, why)
}

fn different(i: usize) -> u64 {
    i as u64
}

#[track_caller]
fn check_free(addresses: impl IntoIterator<Item = String>, content: impl Fn(usize) -> u64) {
    let (_, why) = walk(addresses, content);
    assert_eq!(why, None);
}

#[track_caller]
fn check_trap(
    addresses: impl IntoIterator<Item = String>,
    content: impl Fn(usize) -> u64,
    reason: TrapReason,
    at_most: usize,
) {
    let (admitted, why) = walk(addresses, content);
    assert_eq!(why, Some(reason));
    assert!(admitted <= at_most, "{admitted} admitted");
}

#[test]
fn large_sites_are_no_traps() {
    check_free((0..200_000).map(|i| format!("/t/{i}")), different);
    check_free((0..100_000).map(|i| format!("/content.jsp?id={i}")), different);
    check_free((0..100_000).map(|i| format!("/show.jsp?classid={}&id={i}", i % 300)), different);
    check_free((0..60_000).map(|i| format!("/list.jsp?cat={}&page={}", i % 300, i / 300)), different);
}

#[test]
fn archives_are_no_traps() {
    let days = (1995..=2026).flat_map(|y| (1..=12).flat_map(move |m| (1..=28).map(move |d| (y, m, d))));
    check_free(days.clone().map(|(y, m, d)| format!("/{y}/{m:02}/{d:02}/index.html")), different);
    check_free(days.map(|(y, m, d)| format!("/events?date={y}-{m:02}-{d:02}")), different);
    check_free((1921..1980).map(|y| format!("/dsj/?year={y}")), different);
    check_free((0..10_000).map(|i| format!("/t/{i}/1/2/a.html")), different);
}

#[test]
fn columns_of_webber_are_no_filters() {
    let columns = (1000..1500).flat_map(|c| (1..30).map(move |p| (c, p)));
    check_free(
        columns.map(|(c, p)| {
            format!("/list.jsp?a{c}t=30&a{c}p={p}&a{c}c=15&urltype=tree.TreeTempUrl&wbtreeid={c}")
        }),
        different,
    );
}

#[test]
fn some_pages_alike_are_no_trap() {
    // Every other page is still empty.
    check_free((0..10_000).map(|i| format!("/t/{i}")), |i| if i % 2 == 0 { 0 } else { i as u64 });
    // A long stretch of placeholders after many real pages.
    check_free((0..2_000).map(|i| format!("/t/{i}")), |i| if i < 1_500 { i as u64 } else { 0 });
    // The same content at addresses that have nothing in common.
    let names = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("/{a}{b}/index.html")));
    check_free(names, |_| 7);
}

#[test]
fn same_content_for_ever_is_a_trap() {
    check_trap((0..5_000).map(|i| format!("/t/{i}")), |_| 7, TrapReason::SameContent, 200);
    check_trap((0..5_000).map(|i| format!("/login?to=/a/{i}.html")), |_| 7, TrapReason::SameContent, 200);
    check_trap(
        (0..5_000).map(|i| format!("/s/ab{i:08x}0123456789cd/a.html")),
        |_| 7,
        TrapReason::SameContent,
        200,
    );
}

#[test]
fn deep_and_long_addresses_are_traps() {
    check_trap((1..200).map(|n| "/a".repeat(n) + "/x.html"), different, TrapReason::TooDeep, 3);
    check_trap((1..200).map(|n| "/a/b".repeat(n) + "/x.html"), different, TrapReason::TooDeep, 2);
    let growing = (1..200).map(|n| (0..n).map(|i| format!("/d{i}")).collect::<String>());
    check_trap(growing, different, TrapReason::TooDeep, MAX_SEGMENTS);
    let mut watch = TrapWatch::new(2026);
    assert_eq!(watch.admit(&url("/a/b/a/b/a/b/x.html")), Err(TrapReason::Repeating));
    assert_eq!(watch.admit(&url(&format!("/{}", "x".repeat(2_100)))), Err(TrapReason::TooLong));
}

#[test]
fn calendars_without_end_are_traps() {
    let months = |from: i32, to: i32| (from..to).flat_map(|y| (1..=12).map(move |m| (y, m)));
    check_trap(
        months(2029, 2400).map(|(y, m)| format!("/calendar/{y}/{m:02}")),
        different,
        TrapReason::FarDate,
        60,
    );
    check_trap(
        months(1000, 1980).map(|(y, m)| format!("/c?year={y}&month={m}")),
        different,
        TrapReason::FarDate,
        60,
    );
    check_free(months(2000, 2029).map(|(y, m)| format!("/calendar/{y}/{m:02}")), different);
}

#[test]
fn filters_in_any_combination_are_traps() {
    let subsets = (1u32..4_096).map(|bits| {
        let chosen: Vec<String> =
            (0..12u8).filter(|i| bits >> i & 1 == 1).map(|i| format!("{}=1", char::from(b'a' + i))).collect();
        format!("/search?{}", chosen.join("&"))
    });
    check_trap(subsets, different, TrapReason::Filters, MAX_NAME_ORDERS as usize);
    // In no order, as a crawl meets them.
    let products = (0..40_000u64).map(|i| i * 7_919 % 50_625).map(|i| {
        format!("/search?theme={}&genre={}&unit={}&year={}", i % 15, i / 15 % 15, i / 225 % 15, i / 3375 % 15)
    });
    check_trap(products, different, TrapReason::Filters, MAX_COMBINATIONS as usize + 100);
    let paged = (0..80_000u64).map(|i| i * 7_919 % 101_250).map(|i| {
        let (a, b, c, d) = (i % 15, i / 15 % 15, i / 225 % 15, i / 3375 % 15);
        format!("/search?theme={a}&genre={b}&unit={c}&year={d}&page={}", i % 400)
    });
    check_trap(paged, different, TrapReason::Filters, MAX_COMBINATIONS as usize + 500);
    let growing = (1..500).map(|n| format!("/search?{}", vec!["f=1"; n].join("&")));
    check_trap(growing, different, TrapReason::Filters, MAX_PARAMETERS);
}

#[test]
fn the_newest_filter_last_is_a_trap() {
    let mut watch = TrapWatch::new(2026);
    let (mut queue, mut seen) =
        (std::collections::VecDeque::from([String::new()]), std::collections::HashSet::new());
    let mut asked = 0;
    while let Some(query) = queue.pop_front() {
        asked += 1;
        assert!(asked < 2_500, "no end");
        for name in ["year", "topic", "unit", "kind", "area", "sort"] {
            for value in 0..6 {
                let mut rest: Vec<&str> =
                    query.split('&').filter(|p| !p.is_empty() && !p.starts_with(name)).collect();
                let newest = format!("{name}={value}");
                rest.push(&newest);
                let next = rest.join("&");
                if seen.insert(next.clone()) && watch.admit(&url(&format!("/search?{next}"))).is_ok() {
                    queue.push_back(next);
                }
            }
        }
    }
}

#[test]
fn a_growing_tree_of_folders_is_a_trap() {
    let mut watch = TrapWatch::new(2026);
    let (mut queue, mut admitted) = (vec!["/zwgk/".to_owned()], 0);
    while let Some(folder) = queue.pop() {
        admitted += 1;
        assert!(admitted < 200, "no end");
        for name in ["zwgk", "xxgk"] {
            let next = format!("{folder}{name}/");
            if watch.admit(&url(&format!("{next}index.html"))).is_ok() {
                queue.push(next);
            }
        }
    }
}

#[test]
fn forms_and_catalogues_are_no_traps() {
    // Some optional fields, in one order.
    let optional = (0u32..32).flat_map(|bits| {
        (0..500).map(move |page| {
            let chosen: String = (0..5u8)
                .filter(|i| bits >> i & 1 == 1)
                .map(|i| format!("{}=1&", char::from(b'a' + i)))
                .collect();
            format!("/list?{chosen}page={page}")
        })
    });
    check_free(optional, different);
    // Three filters and a number.
    let three =
        (0..60_000).map(|i| format!("/list?a={}&b={}&c={}&id={i}", i % 20, i / 20 % 20, i / 400 % 20));
    check_free(three, different);
    // Two hands, two orders.
    let two = (0..1_000).flat_map(|i| [format!("/show?id={i}&cat=3"), format!("/show?cat=3&id={i}")]);
    check_free(two, different);
}

#[test]
fn memory_stays_bounded() {
    let mut watch = TrapWatch::new(2026);
    for i in 0..300_000 {
        let url = url(&format!("/{i:x}/a?b{i:x}=1"));
        assert_eq!(watch.admit(&url), Ok(()));
        watch.page_seen(&url, i);
    }
    assert!(watch.queries.is_bounded());
    assert!(watch.contents.len() <= MAX_REMEMBERED);
}

#[test]
fn labels_are_distinct() {
    let mut labels = TrapReason::ALL.map(TrapReason::label).to_vec();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), TrapReason::ALL.len());
}
