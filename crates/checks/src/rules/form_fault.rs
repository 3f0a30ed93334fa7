//! A form that leads nowhere: what a citizen fills in is lost. Clause N2.3.
//!
//! The form's address is asked for without anything filled in; nothing is ever sent.

use base::{Clause, Level, Reach, Verdict};

use crate::probe::{Probed, Purpose};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "form-fault",
    name: "表单提交地址失效",
    clause: Clause::N2_3,
    level: Level::Fault,
    gates_drafts: false,
    why: "公众填写的信件、申请提交不出去，网上办事和互动就名存实亡。",
    fix: "改正表单的提交地址，并实际提交一次确认能收到；停用的表单要撤下并说明。",
    look: Look::Probe(look),
};

fn look(probed: &Probed<'_, '_>, _: &Facts<'_>, out: &mut Findings) {
    let Purpose::Form { page, at, post } = probed.purpose else { return };
    if !matches!(probed.answer.verdict, Verdict::Dead | Verdict::Wrong) {
        return;
    }
    // A door for POST may answer a plain question with whatever it likes but "not here" and "broken".
    let says_so = matches!(probed.answer.reach, Reach::Status(404 | 410 | 500..=599) | Reach::Ok);
    if post && probed.answer.status.is_some() && !says_so {
        return;
    }
    let finding = out.add(&RULE, format!("表单的提交地址打不开：{}", probed.answer.reach.describe()));
    finding.page = Some(page.to_owned());
    finding.target = Some(probed.url.to_owned());
    finding.at = Some(at);
    finding.element = Some("form[action]".into());
    finding.verdict = Some(probed.answer.verdict);
    finding.reach = Some(probed.answer.reach);
}
