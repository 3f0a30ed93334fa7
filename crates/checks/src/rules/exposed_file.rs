//! A file or a door that nobody outside should reach: version control, backups, back offices. Clause N2.5.
//!
//! Told only where the content proves it; a status of 200 alone is no finding.

use base::{Clause, Level};

use crate::probe::{Probed, Purpose};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "exposed-file",
    name: "敏感文件、后台暴露",
    clause: Clause::N2_5,
    level: Level::Fault,
    gates_drafts: false,
    why: "版本库、备份和配置里有源代码和密码，后台登录页是被攻破的常见入口。",
    fix: "立即从网站目录中删除，或者在服务器上禁止从互联网访问；其中的密码要全部更换，并查看访问日志。",
    look: Look::Probe(look),
};

fn look(probed: &Probed<'_, '_>, _: &Facts<'_>, out: &mut Findings) {
    let Purpose::Exposed(file) = probed.purpose else { return };
    if probed.answer.status != Some(200) || !(file.is)(probed.body) {
        return;
    }
    let finding = out.add(&RULE, format!("从互联网可以打开：{}", file.what));
    finding.target = Some(probed.url.to_owned());
    if !file.grave {
        finding.level = Level::Warning;
    }
}
