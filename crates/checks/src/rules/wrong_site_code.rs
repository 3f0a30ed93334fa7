//! Wrong identification code (网站标识码错误): form, division, or label and footer that differ. Clause N4.1.
//!
//! A division that the table of today does not know may be a dissolved one and is only a hint, told on the home page.

use base::{Clause, Level, Position};

use super::missing_label::is_page_of_government;
use crate::column;
use crate::divisions;
use crate::identity::{CodeFault, SiteCode, code_fault, codes_in, read_code};
use crate::labels::Labels;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "wrong-site-code",
    name: "网站标识码错误",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "网站标识码是政府网站的身份号码，写错了，找错平台和检查平台就认不出或认错网站。",
    fix: "按报送系统里登记的 10 位标识码，改正页面底部和标签 SiteIDCode 里的写法。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_page_of_government(page, facts) {
        return;
    }
    let labels = Labels::read(page);
    let label = labels.first("SiteIDCode").filter(|l| l.is_sane());
    let site_name = labels.first("SiteName").filter(|l| l.is_sane()).map(|l| l.content.as_str());
    let names = [Some(facts.site.name.as_str()), site_name];
    let label_code = label.map(|l| l.content.trim().to_owned());
    let mut told = Vec::new();
    if let Some(label) = label {
        told.extend(judge(&label.content, "标签 SiteIDCode", &names).map(|f| (f, Some(label.at))));
    }
    let printed = page.passages().iter().find_map(|p| {
        let code = codes_in(&p.text).into_iter().next()?;
        Some((code, p))
    });
    if let Some((code, passage)) = printed {
        let at = passage.text.find(&*code).map(|byte| passage.position(page.tree(), byte));
        match &label_code {
            Some(label) if label.eq_ignore_ascii_case(&code) => {}
            Some(label) => {
                let cause = format!("页面上写的标识码是 {code}，标签 SiteIDCode 是 {label}，两者不一致");
                told.push(((Level::Warning, cause), at));
            }
            None => told.extend(judge(&code, "页面上的标识码", &names).map(|f| (f, at))),
        }
    }
    // A site has one code: a hint on it is worth one line.
    let hints = column::is_home(page, facts.site);
    for ((level, cause), at) in told.into_iter().filter(|((level, _), _)| hints || *level != Level::Notice) {
        add(page, level, cause, at, out);
    }
}

fn add(page: &Page<'_>, level: Level, cause: String, at: Option<Position>, out: &mut Findings) {
    let finding = out.add(&RULE, cause);
    finding.level = level;
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.at = at;
}

fn judge(code: &str, place: &str, names: &[Option<&str>]) -> Option<(Level, String)> {
    let code = code.trim();
    match code_fault(code) {
        Some(CodeFault::Form) => Some((
            Level::Warning,
            format!("{place}“{code}”不是 10 位标识码（6 位区划代码加 4 位顺序号，或 bm 加 8 位数字）"),
        )),
        Some(CodeFault::NoProvince) => {
            Some((Level::Warning, format!("{place} {code} 的前两位不是任何省份的代码")))
        }
        Some(CodeFault::UnknownDivision) if other_province(code, names).is_none() => Some((
            Level::Notice,
            format!("{place} {code} 的前六位不在现行区划代码表里；区划撤并前的旧码仍然有效，请核对"),
        )),
        Some(CodeFault::UnknownDivision) | None => other_province(code, names)
            .map(|(own, named)| (Level::Warning, format!("{place} {code} 是{own}的代码，而网站属于{named}"))),
    }
}

/// The province of the code and that of the site's name, where they differ.
fn other_province(code: &str, names: &[Option<&str>]) -> Option<(&'static str, &'static str)> {
    let Some(SiteCode::Local(division)) = read_code(code) else { return None };
    let own = divisions::division(&division[..2])?;
    let provinces = || divisions::all().iter().filter(|d| d.tier() == divisions::Tier::Province);
    let named = names.iter().flatten().find_map(|name| provinces().find(|p| name.starts_with(p.name)))?;
    (named.code != own.code).then_some((own.name, named.name))
}
