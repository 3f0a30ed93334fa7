//! What a look at the target of an approved link means: as it was approved, away, or drifted, and by what. Clauses N2.4, N5.6;
//! pure.

use base::{Level, Reach};
use checks::look::drift::drifted;
use checks::look::target::TargetLook;

use super::entity::link_approval;

/// What stands at a target now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `None` where the page could not be had; then why in words.
    pub look: Option<TargetLook>,
    pub away: String,
    /// The host that answered in the end.
    pub host: String,
    /// SHA-256 of its certificate, in hexadecimal; empty without one.
    pub certificate: String,
}

/// What a look comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Same,
    /// It cannot be had; nothing is said of what it is.
    Away(String),
    /// Something is other than it was approved: how grave, and what.
    Drifted(Level, String),
}

/// The words of a reach that say nothing of the target; `None` for an answer.
pub fn away(reach: Reach) -> Option<String> {
    (reach != Reach::Ok).then(|| reach.describe())
}

/// Judges a look. What was seen when it was approved is held against it; before the first look there is nothing of it.
pub fn judge(row: &link_approval::Model, own_host: &str, seen: &Seen) -> Outcome {
    let Some(look) = &seen.look else { return Outcome::Away(seen.away.clone()) };
    if !look.spam.is_empty() {
        return Outcome::Drifted(Level::Veto, format!("现在是广告或赌博页面（{}）", look.spam));
    }
    if let Some(unused) = look.unused {
        return Outcome::Drifted(Level::Fault, format!("现在是{}", unused.label()));
    }
    if !is_same_owner(own_host, &seen.host) {
        return Outcome::Drifted(Level::Fault, format!("现在转到了 {}", seen.host));
    }
    if let Some(words) = drifted(&row.name, &row.owner, look) {
        return Outcome::Drifted(Level::Fault, words);
    }
    let icp = row.seen_icp.as_deref().unwrap_or_default();
    if !icp.is_empty() && !look.icp.is_empty() && icp != look.icp {
        return Outcome::Drifted(Level::Fault, format!("备案号由 {icp} 变为 {}", look.icp));
    }
    let title = row.seen_title.as_deref().unwrap_or_default();
    if !title.is_empty() && drifted(title, "", look).is_some() {
        return Outcome::Drifted(Level::Warning, format!("标题由“{title}”变为“{}”", look.title));
    }
    let certificate = row.seen_certificate.as_deref().unwrap_or_default();
    if !certificate.is_empty() && !seen.certificate.is_empty() && certificate != seen.certificate {
        return Outcome::Drifted(Level::Notice, "证书已更换，请确认仍是原单位".to_owned());
    }
    Outcome::Same
}

/// A host that leads on to another one of the same owner is still that owner's.
fn is_same_owner(own: &str, now: &str) -> bool {
    let bare = |host: &str| host.split(':').next().unwrap_or_default().to_owned();
    let (own, now) = (bare(own), bare(now));
    own == now || now.is_empty() || checks::address::same_owner(&own, &now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::model::State;

    fn row(name: &str, seen: [&str; 3]) -> link_approval::Model {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        link_approval::Model {
            id: 1,
            unit_id: ledger::UnitId(1),
            unit_path: String::new(),
            site_id: None,
            target: "www.gjj.example".to_owned(),
            name: name.to_owned(),
            owner: String::new(),
            purpose: String::new(),
            state: State::Approved,
            applied_by: String::new(),
            applicant: ledger::PersonId(1),
            applied_at: Default::default(),
            decided_by: String::new(),
            decided_at: None,
            decided_words: String::new(),
            approved_on: None,
            expires_on: None,
            seen_title: some(seen[0]),
            seen_icp: some(seen[1]),
            seen_certificate: some(seen[2]),
            looked_at: None,
            next_look: None,
            drift: String::new(),
            obligation_id: None,
            renewed_by: None,
        }
    }

    fn check(
        row: &link_approval::Model,
        host: &str,
        look: TargetLook,
        certificate: &str,
        want: Option<(Level, &str)>,
    ) {
        let seen = Seen {
            look: Some(look),
            host: host.to_owned(),
            certificate: certificate.to_owned(),
            ..Seen::default()
        };
        match (judge(row, "www.gjj.example", &seen), want) {
            (Outcome::Same, None) => {}
            (Outcome::Drifted(level, words), Some((wanted, part))) => {
                assert!(level == wanted && words.contains(part), "{level:?} {words}");
            }
            (got, want) => panic!("{got:?}, not {want:?}"),
        }
    }

    #[test]
    fn a_target_is_what_was_approved_or_it_is_told_what_has_changed() {
        let titled = |title: &str| TargetLook { title: title.to_owned(), ..TargetLook::default() };
        let own = "www.gjj.example";
        let fresh = row("公积金查询服务", ["", "", ""]);
        check(&fresh, own, titled("公积金查询服务平台"), "aa", None);
        check(&fresh, own, titled("某某汽车销售公司"), "", Some((Level::Fault, "现在的标题是")));
        check(&fresh, "cxxx.example", titled("公积金查询服务平台"), "", Some((Level::Fault, "现在转到了")));
        check(&fresh, "gjj.example", titled("公积金查询服务平台"), "", None);
        let spam = TargetLook { spam: "赌博".to_owned(), ..titled("公积金查询服务") };
        check(&fresh, own, spam, "", Some((Level::Veto, "赌博")));
        let known = row("公积金查询服务", ["公积金查询服务平台", "湘ICP备1号", "aa"]);
        check(&known, own, titled("公积金查询服务平台"), "aa", None);
        check(&known, own, titled("公积金查询服务平台"), "bb", Some((Level::Notice, "证书已更换")));
        let icp = TargetLook { icp: "湘ICP备2号".to_owned(), ..titled("公积金查询服务平台") };
        check(&known, own, icp, "aa", Some((Level::Fault, "备案号由")));
    }

    #[test]
    fn what_cannot_be_had_says_nothing_of_what_it_is() {
        let seen = Seen { away: "连接超时".to_owned(), ..Seen::default() };
        assert_eq!(judge(&row("甲", ["", "", ""]), "a", &seen), Outcome::Away("连接超时".to_owned()));
    }
}
