//! Commercial hosting (商业托管): a home page that declares that a company gives it room on its servers. Clause N4.1.
//!
//! Sees what the page declares. Technical support, building and design by a company are allowed and left alone.

use base::{Clause, Level};

use super::joint_building::is_home;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "commercial-hosting",
    name: "网站托管于商业机构",
    clause: Clause::N4_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "政府网站应由政府平台统一承载；托管于商业机构的，数据安全和持续运行没有保障。",
    fix: "迁入上级政府的统一平台；确需租用的，按规定选择通过安全审查的服务，并去掉商业署名。",
    look: Look::Page(look),
};

/// What is given.
const ROOM: [&str; 9] = ["服务器", "主机", "空间", "机房", "云平台", "云主机", "云服务", "虚拟主机", "带宽"];
/// How it is said.
const GIVEN: [&str; 8] = ["托管于", "托管在", "托管", "提供", "租用", "赞助", "运行于", "由"];
/// Who gives it; networks of public bodies have other names.
const GIVERS: [&str; 8] = ["公司", "集团", "电信", "联通", "移动", "阿里云", "腾讯云", "百度云"];
/// Characters of a line at the foot of a page.
const LONGEST: usize = 80;

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    let bytes = page.source.as_bytes();
    if !is_home(page) || !ROOM.iter().any(|r| memchr::memmem::find(bytes, r.as_bytes()).is_some()) {
        return;
    }
    for passage in page.passages() {
        let text = &passage.text;
        if text.chars().count() > LONGEST {
            continue;
        }
        let room = ROOM.iter().find(|r| text.contains(*r));
        let given = GIVEN.iter().find(|g| text.contains(*g));
        let giver = GIVERS.iter().any(|g| text.contains(g));
        // Tenders and reports speak of servers too; they do not stand as a line of their own with a colon or a verb of giving.
        let office = ["采购", "招标", "公告", "通知", "项目", "政务云"].iter().any(|w| text.contains(w));
        if let (Some(room), Some(_), true, false) = (room, given, giver, office) {
            let finding = out.add(&RULE, format!("首页声明{room}由商业机构提供"));
            finding.page = Some(page.url.to_string());
            finding.text = Some(text.clone());
            finding.at = text.find(room).map(|at| passage.position(page.tree(), at));
            return;
        }
    }
}
