//! Lists as users write them, and what is said of wrong ones. Clauses N2.4, N2.5, N5.6.
//!
//! Files lie in a folder of the test's own.

use std::path::PathBuf;

use url::Url;

use super::Lists;

/// A file in a folder of this test run.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("xunwang-lists-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn approved(name: &str, bytes: &[u8]) -> Result<checks::Known, String> {
    let lists = Lists { approved_links: Some(file(name, bytes)), ..Lists::default() };
    lists.read().map_err(|fault| fault.to_string())
}

#[test]
fn a_ledger_approves_no_whole_suffix() {
    for wide in ["*.gov.cn", "*.cn", "*.com"] {
        let told = approved("wide.csv", format!("target,name\n{wide},甲\n").as_bytes()).unwrap_err();
        assert!(told.contains("第 2 行 A 列") && told.contains("范围过大"), "{told}");
    }
    assert!(approved("any.csv", b"target,name\n*,x\n").is_err());
}

#[test]
fn a_ledger_in_gbk_with_chinese_headings() {
    let text = "链接审批台账\n序号,链接地址,名称,单位,用途,审批人,审批日期,到期日期\n\
        1,http://www.lvyou.example/,青禾旅游网,青禾县旅游协会,友情链接,某某,2026/1/5,2026年12月31日\n,,,,,,,\n2,*.xiehui.example,协会,,,,,\n";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let known = approved("gbk.csv", &bytes).unwrap();
    let ledger = known.approved.unwrap();
    assert_eq!(ledger.len(), 2);
    let found = ledger.find(&Url::parse("https://www.lvyou.example/a").unwrap(), None).unwrap();
    assert_eq!((&*found.name, found.expires_on.unwrap().to_string().as_str()), ("青禾旅游网", "2026-12-31"));
}

#[test]
fn faults_name_row_and_column() {
    let text = "target,name,approved_on,expires_on\nwww.a.example,甲,2026-01-01,2025-01-01\nftp://b.example,乙,昨天,\n";
    let told = approved("wrong.csv", text.as_bytes()).unwrap_err();
    for part in [
        "有 3 处",
        "第 2 行 D 列“expires_on”「2025-01-01」：早于审批日期",
        "第 3 行 A 列“target”",
        "第 3 行 C 列“approved_on”「昨天」：不是日期",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = approved("none.csv", "单位,用途\n甲,乙\n".as_bytes()).unwrap_err();
    assert!(told.contains("链接地址") && told.contains("单位、用途"), "{told}");
    assert!(approved("empty.csv", b"").unwrap_err().contains("是空的"));
}

#[test]
fn closed_domains_with_and_without_headings() {
    let read = |name: &str, text: &str| {
        let lists = Lists { closed_domains: Some(file(name, text.as_bytes())), ..Lists::default() };
        lists.read().map(|k| k.closed_domains).map_err(|fault| fault.to_string())
    };
    let plain =
        read("closed.txt", "# 2025 年\nold.example.gov.cn\nhttp://b.example.gov.cn/ # 已并入\n").unwrap();
    assert!(plain.find("www.old.example.gov.cn").is_some() && plain.find("b.example.gov.cn").is_some());
    let table = read("closed.csv", "单位,域名,关停日期\n某局,c.example.gov.cn,2025-01-01\n").unwrap();
    assert!(table.find("c.example.gov.cn").is_some() && table.find("2025-01-01").is_none());
    assert!(read("bad.txt", "old.example.gov.cn\n某某局\n").unwrap_err().contains("第 2 行 A 列"));
    for wide in ["*.gov.cn", "gov.cn", "*.cn", "http://com.cn/"] {
        let told = read("wide.txt", &format!("old.example.gov.cn\n{wide}\n")).unwrap_err();
        assert!(told.contains("第 2 行 A 列") && told.contains("范围过大"), "{told}");
    }
}

#[test]
fn filters_of_users_join_our_own() {
    let lists = Lists { ad_filters: vec![file("ads.txt", b"||ads.example^\n")], ..Lists::default() };
    let filters = lists.read().unwrap().ad_filters.unwrap();
    let url = |text: &str| Url::parse(text).unwrap();
    assert!(filters.blocks(&url("http://ads.example/a.js"), &url("http://www.example.gov.cn/"), "script"));
    let missing = Lists { ad_filters: vec!["/nowhere/ads.txt".into()], ..Lists::default() };
    assert!(missing.read().unwrap_err().to_string().contains("广告过滤规则"));
}

#[test]
fn a_roster_of_offices_and_its_faulty_cells() {
    let roster = |name: &str, text: &str| {
        let lists = Lists { roster: Some(file(name, text.as_bytes())), ..Lists::default() };
        lists.read().map(|known| known.roster).map_err(|fault| fault.to_string())
    };
    let list = roster("ok.csv", "姓名,职务,单位,起,止\n李青禾,县长,青禾县人民政府,2024-03-01,\n").unwrap();
    assert_eq!((list.len(), &*list[0].title), (1, "县长"));
    let told =
        roster("bad.csv", "姓名,职务,单位,起,止\n,县长,,2024-03-01,\n李青禾,县长,,三月,\n").unwrap_err();
    assert!(
        told.contains("第 2 行 A 列") && told.contains("第 3 行 D 列“止”「三月」")
            || told.contains("「三月」"),
        "{told}"
    );
    let told = roster("none.csv", "甲,乙\n1,2\n").unwrap_err();
    assert!(told.contains("找不到“姓名”和“职务”一列"), "{told}");
}

fn words(name: &str, bytes: &[u8]) -> Result<checks::words::WordList, String> {
    let lists = Lists { words: Some(file(name, bytes)), ..Lists::default() };
    lists.read().map(|known| known.words).map_err(|fault| fault.to_string())
}

#[test]
fn a_list_of_words_is_lines_or_a_table() {
    let plain = words("plain.txt", "# 本单位词表\n假证\n\nＫＴＶ\nktv\n".as_bytes()).unwrap();
    assert_eq!(plain.len(), 2);
    let text = "敏感词表\n序号,敏感词,建议,级别,备注\n1,全国最好,较好、全国前列,提示,广告法\n2,假证,,VETO,\n";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let table = words("table.csv", &bytes).unwrap();
    let found = table.find("办理假证，全国最好");
    let told: Vec<_> =
        found.iter().map(|f| (f.listed.level.map(|l| l.code()), &f.listed.correct[..])).collect();
    let two = ["较好".to_owned(), "全国前列".to_owned()];
    assert_eq!(told, [(Some("veto"), &[][..]), (Some("notice"), &two[..])]);
    assert_eq!(found[1].listed.note, "广告法");
}

#[test]
fn faults_of_a_list_of_words_name_row_and_column() {
    let text = "词,建议,级别\n假证,,高\n,删去,\n……,,\n套现,甲,\n套现,乙,\n";
    let told = words("wrong-words.csv", text.as_bytes()).unwrap_err();
    for part in [
        "敏感词表",
        "有 4 处",
        "第 2 行 C 列“级别”「高」：不是级别",
        "第 3 行 A 列“词”：没有写词",
        "第 4 行 A 列“词”「……」：只有标点或符号",
        "第 6 行 A 列“词”「套现」：与第 5 行是同一个词",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = words("cells.txt", "假证\n套现,取现\n".as_bytes()).unwrap_err();
    assert!(told.contains("第 2 行 B 列「取现」：没有表头"), "{told}");
    assert!(words("none.txt", "# 空\n".as_bytes()).unwrap_err().contains("词"));
    assert!(words("none.csv", "词,建议\n".as_bytes()).is_err());
}
