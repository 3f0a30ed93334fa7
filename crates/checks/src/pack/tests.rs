//! Scores worked by hand, and packs with mistakes in them. Serves N2.1–N2.7.

use base::Level;
use jiff::civil::{Date, date};

use super::*;

const HEAD: &str = r#"
id = "test"
name = "试验指标"
document = "试〔2020〕1号"
jurisdiction = "青禾县"
authority_rank = 4
effective_from = 2020-01-01
effective_to = 2025-12-31
dates = "seen"
source = "试验"
[scoring]
full = 100
fail_below = 60
bonus_above = 80
bonus_most = 30
verification = "seen"
[scoring.without_services]
full = 75
verification = "seen"
"#;
const DIMENSIONS: &str = r#"
[[dimension]]
name = "否决"
[[dimension]]
name = "发布"
cap = 75
verification = "seen"
[[dimension]]
name = "服务"
cap = 25
verification = "seen"
services = true
[[dimension]]
name = "加分"
"#;
const DAY: Date = date(2024, 6, 1);

/// One indicator on one rule: `id level dimension rule check points`.
fn indicator(line: &str) -> String {
    let words: Vec<&str> = line.splitn(6, ' ').collect();
    let [id, level, dimension, rule, check, points] = words[..] else { panic!("{line}") };
    let check: Vec<String> = check.chars().map(|c| format!("{c:?}")).collect();
    let points = if points == "-" { String::new() } else { format!("points = {{ {points} }}\n") };
    format!(
        "[[indicator]]\nid = \"{id}\"\nname = \"{id}\"\nlevel = \"{level}\"\ndimension = \"{dimension}\"\n\
         measures = \"试验\"\ncheck = [{}]\nrules = [\"{rule}\"]\n\
         look = {{ by = \"findings\", unit = \"fault\" }}\nverification = \"seen\"\n{points}",
        check.join(", ")
    )
}

fn pack_of(lines: &[&str]) -> Pack {
    let indicators: String = lines.iter().map(|l| indicator(l)).collect();
    read(&format!("{HEAD}{DIMENSIONS}{indicators}")).unwrap()
}

/// Faults by rule: `rule count` or `rule count-on-other-pages+count-on-home`.
fn facts_of(found: &[(&str, usize, usize)], looked: &[&str]) -> Measured {
    let mut facts = Measured::new(DAY);
    facts.rules = looked.iter().map(ToString::to_string).collect();
    let mut row = 0;
    for (rule, elsewhere, home) in found {
        for n in 0..elsewhere + home {
            row += 1;
            facts.add(row, rule, Level::Fault, &format!("http://qinghe.example/{n}"), n >= *elsewhere, true);
        }
    }
    facts
}

fn judge(lines: &[&str], found: &[(&str, usize, usize)]) -> Sheet {
    score(&pack_of(lines), DAY, false, &facts_of(found, &["a", "b", "c"]))
}

/// Score, bonus, total and judgement by facts alone.
fn check(sheet: &Sheet, expected: &str) {
    let t = &sheet.facts;
    let number = |p: Option<Points>| p.map_or("-".to_owned(), |p| p.to_string());
    let told = format!("{} {} {} {}", number(t.score), t.bonus, number(t.total), t.judged.code());
    assert_eq!(told, expected, "{}", t.words);
}

const A: &str = "A deduct 发布 a A each = 1, verification = \"seen\"";
const BONUS: &str = "B bonus 加分 b A flat = 40, verification = \"seen\"";

#[test]
fn sixty_passes_and_a_tenth_less_fails() {
    check(&judge(&[A], &[("a", 40, 0)]), "60 0 60 passes");
    let tenth = "A deduct 发布 a A each = 0.1, verification = \"seen\"";
    check(&judge(&[tenth], &[("a", 400, 0)]), "60 0 60 passes");
    check(&judge(&[tenth], &[("a", 401, 0)]), "59.9 0 59.9 fails");
}

#[test]
fn eighty_gets_no_bonus_and_more_gets_thirty_at_most() {
    check(&judge(&[A, BONUS], &[("a", 20, 0), ("b", 1, 0)]), "80 0 80 passes");
    check(&judge(&[A, BONUS], &[("a", 19, 0), ("b", 1, 0)]), "81 30 111 passes");
    let small = "B bonus 加分 b A flat = 12.5, verification = \"seen\"";
    check(&judge(&[A, small], &[("a", 19, 0), ("b", 1, 0)]), "81 12.5 93.5 passes");
}

#[test]
fn caps_hold_for_an_indicator_and_for_a_first_level_item() {
    let capped = "A deduct 发布 a A each = 3, most = 10, verification = \"seen\"";
    check(&judge(&[capped], &[("a", 9, 0)]), "90 0 90 passes");
    let service = "S deduct 服务 b A each = 20, verification = \"seen\"";
    // 服务 has 25 points: two faults of 20 take no more than those; 90 - 25.
    check(&judge(&[capped, service], &[("a", 9, 0), ("b", 2, 0)]), "65 0 65 passes");
    check(&judge(&[A], &[("a", 500, 0)]), "25 0 25 fails");
}

#[test]
fn the_home_page_weighs_more() {
    let links = "L deduct 发布 a A each = 0.1, home = 1, verification = \"seen\"";
    check(&judge(&[links], &[("a", 30, 4)]), "93 0 93 passes");
}

#[test]
fn without_services_seventy_five_points_count_as_a_hundred() {
    let service = "S deduct 服务 b A each = 20, verification = \"seen\"";
    let pack = pack_of(&[A, service]);
    let judged = |faults| score(&pack, DAY, true, &facts_of(&[("a", faults, 0), ("b", 1, 0)], &["a", "b"]));
    // (75 - 30) × 4/3 = 60; (75 - 31) × 4/3 = 58.667; (75 - 15) × 4/3 = 80.
    check(&judged(30), "60 0 60 passes");
    check(&judged(31), "58.667 0 58.667 fails");
    check(&judged(15), "80 0 80 passes");
    assert_eq!(judged(15).rows[1].state, State::Outside);
}

#[test]
fn a_veto_stops_the_rest() {
    let veto = "V veto 否决 c A -";
    let sheet = judge(&[A, veto], &[("c", 1, 0)]);
    check(&sheet, "- 0 - fails");
    assert_eq!(sheet.facts.vetoes, ["V V"]);
    check(&judge(&[A, veto], &[]), "100 0 100 passes");
}

#[test]
fn a_suspicion_vetoes_only_once_people_confirm_it() {
    let sheet = judge(&[A, "V veto 否决 c AS -"], &[("c", 2, 0)]);
    check(&sheet, "100 0 100 open");
    assert_eq!(sheet.confirmed.judged, Judged::Fails);
    assert_eq!((sheet.suspicions, sheet.rows[1].state), (2, State::Suspected));
    let none = judge(&[A, "V veto 否决 c S -"], &[]);
    assert_eq!((none.rows[1].state, none.confirmed.judged), (State::ToSample, Judged::Open));
}

#[test]
fn a_machine_that_found_nothing_leaves_the_sample_to_people() {
    let sheet = judge(&[A, "V veto 否决 c AS -"], &[]);
    assert_eq!((sheet.rows[1].state, sheet.confirmed.judged), (State::ToSample, Judged::Open));
    assert_eq!((sheet.measured, sheet.to_sample, sheet.unmeasured), (2, 1, 0));
}

#[test]
fn a_hint_is_never_more_than_a_hint() {
    let pack = pack_of(&["V veto 否决 c A -"]);
    let mut facts = facts_of(&[], &["c"]);
    facts.add(7, "c", Level::Warning, "http://qinghe.example/", true, false);
    let sheet = score(&pack, DAY, false, &facts);
    assert_eq!((sheet.rows[0].state, sheet.rows[0].hints, sheet.rows[0].count), (State::Clear, 1, 0));
}

#[test]
fn an_unverified_number_never_scores_and_is_shown() {
    let unsure = "U deduct 发布 a A each = 50, verification = \"unverified\"";
    let sheet = judge(&[unsure], &[("a", 1, 0)]);
    check(&sheet, "- 0 - open");
    let row = &sheet.rows[0];
    assert_eq!(
        (row.state, row.points, row.points_unproved),
        (State::Pending, Points::ZERO, Points::whole(50))
    );
    assert!(row.notes.iter().any(|n| n.contains("扣 50 分")), "{:?}", row.notes);
    assert_eq!((sheet.unproved.judged, sheet.unproved.total), (Judged::Fails, Some(Points::whole(50))));
    let veto =
        indicator("V veto 否决 a A -").replace("verification = \"seen\"", "verification = \"unverified\"");
    let pack = read(&format!("{HEAD}{DIMENSIONS}{veto}")).unwrap();
    let sheet = score(&pack, DAY, false, &facts_of(&[("a", 1, 0)], &["a"]));
    check(&sheet, "100 0 100 open");
    assert_eq!((sheet.rows[0].state, sheet.pending), (State::Pending, 1));
    assert_eq!(sheet.pending_found, 1);
    assert_eq!(judge(&[unsure], &[("a", 0, 0)]).not_deducted(), None, "nothing was found");
    assert_eq!(judge(&[A], &[("a", 1, 0)]).not_deducted(), None, "what was found is deducted");
    let size = judge(&["U deduct 发布 a A -"], &[("a", 1, 0)]);
    assert_eq!(size.rows[0].state, State::Pending, "a deduction of unknown size");
}

#[test]
fn an_unverified_scale_gives_no_total() {
    let head =
        HEAD.replacen("verification = \"seen\"\n[scoring.w", "verification = \"unverified\"\n[scoring.w", 1);
    let pack = read(&format!("{head}{DIMENSIONS}{}", indicator(A))).unwrap();
    check(&score(&pack, DAY, false, &facts_of(&[("a", 99, 0)], &["a"])), "- 0 - open");
}

#[test]
fn what_was_not_looked_at_is_no_pass() {
    let sheet = score(&pack_of(&[A, "V veto 否决 c A -"]), DAY, false, &facts_of(&[], &["a"]));
    check(&sheet, "100 0 100 open");
    assert_eq!((sheet.rows[1].state, sheet.unmeasured), (State::Unmeasured, 1));
    let mut facts = facts_of(&[], &["a", "c"]);
    facts.unlooked.insert("c".into(), "没有提供名录".into());
    let sheet = score(&pack_of(&["V veto 否决 c A -"]), DAY, false, &facts);
    assert_eq!(sheet.rows[0].notes, ["没有检查“c”：没有提供名录"]);
    let blind = score(&pack_of(&[A]), DAY, false, &facts_of(&[], &[]));
    check(&blind, "- 0 - open");
    // What fails a site fails it however little was measured.
    let failed = score(&pack_of(&[A, "V veto 否决 c A -"]), DAY, false, &facts_of(&[("a", 50, 0)], &["a"]));
    check(&failed, "50 0 50 fails");
}

#[test]
fn a_part_of_a_site_is_no_clean_site() {
    let mut facts = facts_of(&[], &["a"]);
    facts.whole = false;
    facts.not_whole = Some("检查没有做完".into());
    let sheet = score(&pack_of(&[A]), DAY, false, &facts);
    assert_eq!((sheet.rows[0].state, sheet.facts.judged), (State::ToSample, Judged::Open));
    assert!(sheet.notes[0].contains("没有做完"));
}

#[test]
fn a_site_that_is_no_portal_is_held_to_the_vetoes() {
    let head = HEAD.replacen("full = 100", "portal_only = true\nfull = 100", 1);
    let text = format!("{head}{DIMENSIONS}{}{}", indicator(A), indicator("V veto 否决 c A -"));
    let mut facts = facts_of(&[("a", 90, 0)], &["a", "c"]);
    facts.portal = Some(false);
    let sheet = score(&read(&text).unwrap(), DAY, false, &facts);
    check(&sheet, "- 0 - passes");
    assert_eq!(sheet.rows[0].state, State::Outside);
}

#[test]
fn the_same_fault_is_not_deducted_twice() {
    let twice = indicator(&A.replace("A deduct", "A2 deduct")) + "counted_by = \"A\"\n";
    let pack = read(&format!("{HEAD}{DIMENSIONS}{}{twice}", indicator(A))).unwrap();
    check(&score(&pack, DAY, false, &facts_of(&[("a", 5, 0)], &["a"])), "95 0 95 passes");
}

fn columns_pack(periods: &str) -> Pack {
    let text = indicator("V veto 否决 a A -").replace(
        "by = \"findings\", unit = \"fault\"",
        &format!("by = \"columns\", state = \"stale\", at_least = 2, {periods}"),
    );
    read(&format!("{HEAD}{DIMENSIONS}{text}")).unwrap()
}

fn column(kind: &str, first_level: Option<bool>, newest: Option<Date>) -> Column {
    Column {
        name: kind.into(),
        page: "http://qinghe.example/lm/".into(),
        kind: kind.into(),
        first_level,
        newest,
        empty: false,
        finding: Some(3),
    }
}

#[test]
fn columns_are_stale_after_the_period_of_their_kind() {
    let pack = columns_pack(
        "periods = [{ kinds = [\"动态要闻\"], days = 14 }, { kinds = [\"政策文件\"], months = 6, first_level = true }]",
    );
    let state = |columns: Vec<Column>| {
        let mut facts = facts_of(&[], &["a"]);
        facts.columns = Some(columns);
        let row = score(&pack, DAY, false, &facts).rows.remove(0);
        (row.state, row.count, row.possible)
    };
    // Counted back from 2024-06-01: 14 days reach 2024-05-18, six months 2023-12-01.
    let news = |day| column("动态要闻", None, Some(day));
    let policy = |level, day| column("政策文件", level, Some(day));
    let fresh = vec![news(date(2024, 5, 18)), policy(Some(true), date(2023, 12, 1))];
    assert_eq!(state(fresh), (State::Clear, 0, 0));
    let stale = vec![news(date(2024, 5, 17)), policy(Some(true), date(2023, 11, 30))];
    assert_eq!(state(stale), (State::Hit, 2, 2));
    let lower = vec![news(date(2024, 5, 17)), policy(Some(false), date(2019, 1, 1))];
    assert_eq!(state(lower), (State::Clear, 1, 1), "one of two");
    let unknown = vec![news(date(2024, 5, 17)), policy(None, date(2019, 1, 1))];
    assert_eq!(state(unknown), (State::Suspected, 1, 2), "nobody knows its level");
    assert_eq!(state(vec![column("动态要闻", None, None)]), (State::ToSample, 0, 0), "no date is no answer");
    assert_eq!(state(vec![column("通知公告", None, Some(date(2001, 1, 1)))]), (State::ToSample, 0, 0));
    let mut facts = facts_of(&[], &["a"]);
    facts.add(9, "a", Level::Fault, "http://qinghe.example/lm/", false, true);
    facts.columns = Some(vec![Column { finding: None, ..news(date(2001, 1, 1)) }]);
    assert_eq!(score(&pack, DAY, false, &facts).rows[0].findings, [9], "found by its address");
    let none = score(&pack, DAY, false, &facts_of(&[("a", 2, 0)], &["a"]));
    assert_eq!(none.rows[0].state, State::Suspected, "findings alone are a suspicion");
    let unread = score(&pack, DAY, false, &facts_of(&[], &[]));
    assert_eq!(unread.rows[0].state, State::Unmeasured);
}

#[test]
fn a_column_that_was_seen_is_one_that_packs_know() {
    let seen = crate::column::ColumnSeen {
        url: "http://qinghe.example/zwdt/".into(),
        name: "政务动态".into(),
        kind: crate::column::ColumnKind::News,
        is_home: false,
        first_level: Some(true),
        items: 20,
        dated: 20,
        newest: Some(DAY),
        empty: false,
        suspects: vec![],
    };
    let column = Column::from(&seen);
    assert_eq!((&*column.kind, column.newest, column.first_level), ("动态要闻", Some(DAY), Some(true)));
    assert_eq!(Column::from(&crate::column::ColumnSeen { is_home: true, ..seen }).kind, "首页");
}

#[test]
fn where_the_law_says_so_undated_is_stale() {
    let pack = columns_pack("undated_is_stale = true, periods = [{ kinds = [\"首页\"], days = 14 }]");
    let mut facts = facts_of(&[], &["a"]);
    facts.columns = Some(vec![column("首页", None, None), column("首页", None, None)]);
    assert_eq!(score(&pack, DAY, false, &facts).rows[0].state, State::Hit);
}

#[test]
fn a_pack_judges_only_the_days_it_is_law() {
    let known = built_in();
    let of = |id: &str| known.iter().find(|p| p.id == id).unwrap();
    assert_eq!(out_of_period(of("jc19"), date(2019, 4, 1), &known), None);
    let early = out_of_period(of("jc19"), date(2015, 6, 1), &known).unwrap();
    assert!(
        early.contains("还没有施行") && early.contains("pc15") && early.contains("--as-of 2019-04-01"),
        "{early}"
    );
    let late = out_of_period(of("pc15"), date(2019, 4, 1), &known).unwrap();
    assert!(
        late.contains("已经不再施行") && late.contains("jc19") && late.contains("--as-of 2019-03-31"),
        "{late}"
    );
    assert_eq!(out_of_period(of("pc15"), date(2019, 3, 31), &known), None);
    let before_all = out_of_period(of("hn68"), date(2001, 1, 1), &known).unwrap();
    assert!(before_all.contains("那天没有施行的规则包"), "{before_all}");
}

#[test]
fn built_in_packs_have_no_faults() {
    for (id, text) in BUILT_IN {
        match read(text) {
            Ok(pack) => assert_eq!(pack.id, id),
            Err(faults) => {
                panic!("{id}: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            }
        }
    }
    assert_eq!(built_in().len(), BUILT_IN.len());
}

/// What is said of a pack in which one piece of text was replaced.
fn faults(from: &str, to: &str) -> String {
    let text = format!("{HEAD}{DIMENSIONS}{}", indicator(A));
    assert!(text.contains(from), "{from}");
    let found = read(&text.replacen(from, to, 1)).unwrap_err();
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn faults_name_the_indicator_and_the_field() {
    for (from, to, told) in [
        ("each = 1", "each = -1", "指标 A 的 points.each：应为不小于 0 的数"),
        ("each = 1", "each = nan", "指标 A 的 points.each：应为不小于 0 的数"),
        ("each = 1", "each = \"一\"", "指标 A 的 points.each：应为数字，这里是文字"),
        ("each = 1", "each = 1, flat = 2", "指标 A 的 points.flat："),
        ("level = \"deduct\"", "level = \"deduce\"", "指标 A 的 level：不能是“deduce”，可用：veto、deduct"),
        ("check = ['A']", "check = [\"X\"]", "指标 A 的 check：不能是“X”"),
        ("name = \"A\"\n", "", "指标 A 的 name：缺少这一项"),
        ("id = \"A\"\n", "", "第 1 个指标 的 id：缺少这一项"),
        ("rules = [\"a\"]", "rules = []", "指标 A 的 rules：按规则的结果统计"),
        ("dimension = \"发布\"", "dimension = \"公布\"", "指标 A 的 dimension：没有名为“公布”的"),
        ("unit = \"fault\"", "unit = \"fault\", atleast = 1", "指标 A 的 look.atleast：没有这一项"),
        (
            "verification = \"seen\"\npoints",
            "verification = \"sure\"\npoints",
            "指标 A 的 verification：不能是“sure”",
        ),
        ("measures = \"试验\"", "measures = 3", "指标 A 的 measures：应为文字，这里是数字"),
        ("effective_from = 2020-01-01", "effective_from = 2020-13-01", "第 7 行不符合 TOML 语法"),
        ("effective_from = 2020-01-01", "effective_from = \"开春\"", "effective_from：应为日期"),
        ("effective_from = 2020-01-01", "effective_from = 2030-01-01", "effective_to：早于 effective_from"),
        ("id = \"test\"", "id = \"Test 1\"", "id：只能用小写英文字母"),
        ("cap = 25", "cap = 20", "dimension.cap：各项上限合计 95 分，与满分 100 分不符"),
        ("fail_below = 60", "fail_below = 160", "scoring.fail_below：大于满分"),
        ("authority_rank = 4", "authority_rank = 9", "authority_rank：应为 1 到 4 之间的整数"),
    ] {
        let found = faults(from, to);
        assert!(found.contains(told), "{to}: {found}");
    }
    let odd = indicator(A).replace(
        "by = \"findings\", unit = \"fault\"",
        "by = \"columns\", state = \"stale\", at_least = 1, periods = [{ kinds = [\"要闻动态\"], days = 3 }]",
    );
    let told = read(&format!("{HEAD}{DIMENSIONS}{odd}")).unwrap_err()[0].to_string();
    assert!(
        told.contains("指标 A 的 look.periods.kinds：没有“要闻动态”这种栏目，可用：首页、动态要闻"),
        "{told}"
    );
    let twice = format!("{HEAD}{DIMENSIONS}{}{}", indicator(A), indicator(A));
    assert!(read(&twice).unwrap_err()[0].to_string().contains("指标 A 的 id：有两个指标都叫这个"));
    assert!(read(HEAD).unwrap_err()[0].to_string().contains("indicator：一个指标也没有"));
    assert!(
        read("indicator = 3").unwrap_err().iter().any(|f| f.to_string().contains("indicator：应写成若干个"))
    );
}

#[test]
fn a_hostile_file_is_refused_in_good_time() {
    assert!(read(&"#".repeat(3 << 20)).unwrap_err()[0].why.contains("文件过大"));
    let many = HEAD.to_owned() + DIMENSIONS + &"[[indicator]]\n".repeat(3_000);
    assert!(read(&many).unwrap_err().len() <= 50);
    assert!(read(&"[".repeat(100_000)).is_err());
    assert!(read("\0\u{feff}x = = 1").is_err());
}

#[test]
fn points_stand_on_rows_of_the_run_file() {
    let sheet = judge(&[A], &[("a", 3, 0)]);
    assert_eq!(sheet.rows[0].findings, [1, 2, 3]);
    assert_eq!(sheet.rows[0].seen, [RuleSeen { rule: "a".into(), faults: 3, level: Some(Level::Fault) }]);
    let many = judge(&[A], &[("a", 1_200, 0)]);
    assert_eq!((many.rows[0].findings.len(), many.rows[0].more_findings), (1_000, 200));
}
