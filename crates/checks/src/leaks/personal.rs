//! Personal numbers in a line: identity cards, payment cards, mobiles. Clauses N2.2, N2.5.
//!
//! Numbers that their own label calls something else (document, project, order, registration) are left alone,
//! and so is everything that is masked.

use super::groups::{Group, groups, may_hold_number};
use super::numbers::{is_card, is_credit_code, is_identity, is_mobile, is_old_identity};
use super::{Kind, Leak, Line};

/// Personal numbers of one line, in order. Takes time linear in the line.
pub fn scan(line: &Line<'_>) -> Vec<Leak> {
    if !may_hold_number(line.text) {
        return Vec::new();
    }
    let groups = groups(line.text);
    let mut out = Vec::new();
    let mut i = 0;
    while i < groups.len() {
        let taken = match written_apart(&groups[i..], line) {
            Some((kind, n)) => Some((kind, n)),
            // A part of a code with hyphens is no number by itself.
            None if is_part_of_a_code(&groups, i) => None,
            None => kind_of(&groups[i], &groups[i].digits, line).map(|kind| (kind, 1)),
        };
        match taken {
            Some((kind, n)) => {
                let (at, end) = (groups[i].start, groups[i + n - 1].end);
                out.push(Leak { kind, at, len: end - at });
                i += n;
            }
            None => i += 1,
        }
    }
    out
}

/// Ways in which people part a number, by the lengths of its groups.
const WRITTEN_APART: [(Kind, &[usize]); 6] = [
    (Kind::BankCard, &[4, 4, 4, 4, 3]),
    (Kind::BankCard, &[4, 4, 4, 4]),
    (Kind::BankCard, &[6, 13]),
    (Kind::IdCard, &[6, 8, 4]),
    (Kind::Mobile, &[3, 4, 4]),
    (Kind::Mobile, &[3, 8]),
];

/// A number written in several groups, and how many it takes.
fn written_apart(groups: &[Group], line: &Line<'_>) -> Option<(Kind, usize)> {
    let starts_here = groups[0].tied.is_none_or(|tie| tie == ' ') || country_code_before(groups, line);
    if !starts_here {
        return None;
    }
    for (kind, lengths) in WRITTEN_APART {
        let n = lengths.len();
        let fits = groups.len() >= n
            && groups.iter().zip(lengths).all(|(g, len)| g.digits.len() == *len)
            && groups[1..n].iter().all(|g| g.tied.is_some() && g.tied == groups[1].tied);
        // More groups of the same make follow: part of a longer number.
        let goes_on = |next: &Group| {
            next.tied.is_some()
                && (next.tied == groups[1].tied)
                && (next.tied != Some(' ') || next.digits.len() == 4)
        };
        if !fits || groups.get(n).is_some_and(goes_on) {
            continue;
        }
        let digits: String = groups[..n].iter().map(|g| g.digits.as_str()).collect();
        if kind_of(&groups[0], &digits, line) == Some(kind) {
            return Some((kind, n));
        }
    }
    None
}

/// Whether a group is tied by a hyphen to another, other than to the country's code.
fn is_part_of_a_code(groups: &[Group], i: usize) -> bool {
    let hyphen = |g: &Group| g.tied.is_some_and(|tie| tie != ' ' && tie != '\u{a0}');
    let behind_country = i > 0 && groups[i - 1].digits == "86";
    hyphen(&groups[i]) && !behind_country || groups.get(i + 1).is_some_and(hyphen)
}

fn country_code_before(groups: &[Group], line: &Line<'_>) -> bool {
    let before = line.text.get(..groups[0].start).unwrap_or("");
    before.trim_end_matches(super::groups::is_tie).ends_with("86")
}

fn kind_of(first: &Group, digits: &str, line: &Line<'_>) -> Option<Kind> {
    let before = line.text.get(..first.start).unwrap_or("");
    let column = line.column(first.start);
    let said = |words: &[&str]| {
        let near = last_chars(before, NEAR);
        words.iter().any(|word| near.contains(word) || column.contains(word))
    };
    if is_document_number(before, line.text.get(first.end..).unwrap_or("")) {
        return None;
    }
    let other = is_other_number(before, column);
    match digits.len() {
        11 if is_mobile(digits) && !other => Some(Kind::Mobile),
        15 if is_old_identity(digits) && said(IDENTITY) => Some(Kind::IdCard),
        18 if is_identity(digits) => {
            // Numeric credit codes exist whose digits make an identity number as well; then the text decides.
            let personal = said(IDENTITY) || !other && !is_credit_code(digits);
            personal.then_some(Kind::IdCard)
        }
        _ if !other && is_card(digits, said(CARD)) => Some(Kind::BankCard),
        _ => None,
    }
}

/// How far before a number its label may begin, in characters.
const NEAR: usize = 24;

const IDENTITY: &[&str] = &["身份证", "身份号", "公民身份", "证件号", "身份信息"];
const CARD: &[&str] =
    &["卡号", "银行", "账号", "帐号", "账户", "帐户", "存折", "一卡通", "一折通", "储蓄", "信用社"];

/// Last words of labels of numbers that belong to no person. 码 at the end is taken off before.
const OTHER_NUMBERS: &[&str] = &[
    "单号",
    "编号",
    "编",
    "代",
    "代号",
    "文号",
    "案号",
    "流水号",
    "条",
    "条形",
    "批号",
    "可证号",
    "登记证号",
    "注册证号",
    "注册号",
    "备案号",
    "受理号",
    "合同号",
    "项目号",
    "宗地号",
    "发票号",
    "票号",
    "车架号",
    "设备号",
    "登记号",
    "资质证号",
    "序列号",
    "信用",
    "QQ",
    "QQ号",
    "qq",
    "群号",
    "微信群",
    "资格证号",
    "证书号",
    "公告号",
    "专利号",
    "申请号",
    "立案号",
    "收件号",
    "报告号",
    "产权证号",
    "不动产权号",
    "图号",
    "档案号",
    "索引号",
    "统计",
    "运单",
    "订单",
    "传真",
];

/// Whether a number stands behind the year of a document and before 号: 征收决定〔2026〕12号, （2026）第12号.
fn is_document_number(before: &str, after: &str) -> bool {
    let year = || {
        let before = before.trim_end();
        let before = before.strip_suffix('第').unwrap_or(before).trim_end();
        let inside = before.strip_suffix(['〕', '］', ']', '）', ')', '】'])?.trim_end();
        let inside = inside.strip_suffix('年').unwrap_or(inside);
        let (_, year) = inside.rsplit_once(['〔', '［', '[', '（', '(', '【'])?;
        let year = year.trim();
        Some(
            year.len() == 4
                && (year.starts_with("19") || year.starts_with("20"))
                && year.bytes().all(|b| b.is_ascii_digit()),
        )
    };
    after.trim_start().starts_with('号') && year().unwrap_or(false)
}

/// Whether the label of a number, before it or above it, names something other than a person's number.
fn is_other_number(before: &str, column: &str) -> bool {
    let label = before.rsplit('\t').next().unwrap_or("");
    [last_chars(label, NEAR), column].into_iter().any(|label| {
        let label = label.trim_end_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ':' | '：' | '为' | '是' | '(' | '（' | '[' | '【' | '〔' | '第' | '№' | '.' | '“' | '"'
                )
        });
        let label = label.strip_suffix("No").unwrap_or(label);
        let label = label.strip_suffix("号码").map_or(label, |rest| &label[..rest.len() + "号".len()]);
        let label = label.strip_suffix('码').unwrap_or(label);
        OTHER_NUMBERS.iter().any(|word| label.ends_with(word))
    })
}

/// The last characters of a text.
pub(super) fn last_chars(text: &str, n: usize) -> &str {
    let start = text.char_indices().rev().take(n).last().map_or(text.len(), |(i, _)| i);
    &text[start..]
}
