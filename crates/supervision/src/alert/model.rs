//! What an alert is, and the decisions about it: to whom, when, together with what. Clauses N2.1, N5.2; pure.
//!
//! Knows neither database nor clock. Quiet hours are of Beijing time.

use base::level::Level;
use chrono::{TimeDelta, Timelike as _};
use platform::clock::{Instant, beijing};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Alerts of one channel within this span are told together once they are more than [`ALONE`].
pub const TOGETHER: TimeDelta = TimeDelta::minutes(2);
/// Messages that a channel sends one by one within [`TOGETHER`]; a group robot of WeCom takes 20 a minute, a reader far
/// fewer.
pub const ALONE: usize = 3;
/// After so long a message that no server took is given up; a server that is down over a long weekend still tells.
pub const GIVE_UP: TimeDelta = TimeDelta::days(3);
/// The longest silence: what is broken longer than a month is no disturbance any more but a site to be closed.
pub const LONGEST_SILENCE: TimeDelta = TimeDelta::days(31);

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A home page cannot be reached.
    #[sea_orm(string_value = "unreachable")]
    Unreachable,
    /// A certificate or a domain ends soon.
    #[sea_orm(string_value = "certificate")]
    Certificate,
    /// An inspection found what fails a site by itself.
    #[sea_orm(string_value = "finding")]
    Finding,
    /// A background job was given up.
    #[sea_orm(string_value = "job")]
    Job,
    /// Something owed has come to its end.
    #[sea_orm(string_value = "obligation")]
    Obligation,
    /// The target of an approved link is no longer what was approved.
    #[sea_orm(string_value = "link")]
    Link,
    /// A trial of a channel.
    #[sea_orm(string_value = "test")]
    Test,
}

impl Kind {
    /// All kinds in the order of the screens.
    pub const ALL: [Kind; 7] = [
        Kind::Unreachable,
        Kind::Certificate,
        Kind::Finding,
        Kind::Job,
        Kind::Obligation,
        Kind::Link,
        Kind::Test,
    ];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Unreachable => "unreachable",
            Kind::Certificate => "certificate",
            Kind::Finding => "finding",
            Kind::Job => "job",
            Kind::Obligation => "obligation",
            Kind::Link => "link",
            Kind::Test => "test",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Unreachable => "网站不能访问",
            Kind::Certificate => "证书或域名到期",
            Kind::Finding => "严重问题线索",
            Kind::Job => "后台任务搁置",
            Kind::Obligation => "责任事项到期",
            Kind::Link => "链接内容变化",
            Kind::Test => "测试",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// By what way a channel tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Way {
    #[sea_orm(string_value = "mail")]
    Mail,
    #[sea_orm(string_value = "webhook")]
    Webhook,
    #[sea_orm(string_value = "wecom")]
    WeCom,
    #[sea_orm(string_value = "dingtalk")]
    DingTalk,
}

impl Way {
    /// All ways in the order of the screens.
    pub const ALL: [Way; 4] = [Way::Mail, Way::Webhook, Way::WeCom, Way::DingTalk];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Way::Mail => "mail",
            Way::Webhook => "webhook",
            Way::WeCom => "wecom",
            Way::DingTalk => "dingtalk",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Way::Mail => "电子邮件",
            Way::Webhook => "Webhook",
            Way::WeCom => "企业微信群机器人",
            Way::DingTalk => "钉钉群机器人",
        }
    }

    /// The way of a word.
    pub fn of(word: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// Why something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    #[sea_orm(string_value = "raised")]
    Raised,
    /// Nobody had acknowledged it in time.
    #[sea_orm(string_value = "escalated")]
    Escalated,
    #[sea_orm(string_value = "recovered")]
    Recovered,
}

impl Reason {
    /// The name on the screen and before a message's title.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Raised => "告警",
            Reason::Escalated => "升级",
            Reason::Recovered => "恢复",
        }
    }

    /// The word in a webhook.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Raised => "raised",
            Reason::Escalated => "escalated",
            Reason::Recovered => "recovered",
        }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stage {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// A worker has it in hand until `held_until`.
    #[sea_orm(string_value = "sending")]
    Sending,
    #[sea_orm(string_value = "sent")]
    Sent,
    /// Not told on purpose: silenced, over before its time, channel switched off.
    #[sea_orm(string_value = "withheld")]
    Withheld,
    /// Given up after [`GIVE_UP`].
    #[sea_orm(string_value = "failed")]
    Failed,
}

impl Stage {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Waiting => "等待发送",
            Stage::Sending => "正在发送",
            Stage::Sent => "已发送",
            Stage::Withheld => "未发送",
            Stage::Failed => "发送失败",
        }
    }
}

/// A level as the database keeps it; what is no level any more is the gravest, so that it is not overlooked.
pub fn level(code: &str) -> Level {
    code.parse().unwrap_or(Level::Veto)
}

/// What a channel wants, as far as it decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wants<'a> {
    /// This unit and those below it.
    pub unit_path: &'a str,
    /// Codes of levels, between commas.
    pub levels: &'a str,
    pub enabled: bool,
    /// Whether it is told only what nobody acknowledged in time.
    pub escalation: bool,
}

/// Whether a channel is told of an alert of this unit and level.
pub fn wanted(channel: &Wants, unit_path: &str, level: Level, reason: Reason) -> bool {
    // What a channel was told it also hears the end of: recoveries go by what was sent, not by this.
    let turn = channel.escalation == (reason == Reason::Escalated);
    channel.enabled
        && turn
        && unit_path.starts_with(channel.unit_path)
        && channel.levels.split(',').any(|code| code == level.code())
}

/// Quiet hours of a channel, in minutes after midnight; no quiet hours if both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: i32,
    pub to: i32,
}

/// When a channel tells: now, or at the end of its quiet hours. A veto never waits.
pub fn due(quiet: Quiet, level: Level, now: Instant) -> Instant {
    const DAY: i32 = 24 * 60;
    if level == Level::Veto || quiet.from == quiet.to {
        return now;
    }
    let local = beijing(now);
    let minute = i32::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
    let length = (quiet.to - quiet.from).rem_euclid(DAY);
    let into = (minute - quiet.from).rem_euclid(DAY);
    if into >= length {
        return now;
    }
    let whole = TimeDelta::seconds(local.second().into()) + TimeDelta::nanoseconds(local.nanosecond().into());
    now - whole + TimeDelta::minutes((length - into).into())
}

/// How long an alert of a level may stay open without anybody's acknowledgement before it goes up, in minutes; 0: it
/// never does. A notice never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub veto: i32,
    pub fault: i32,
    pub warning: i32,
}

impl Default for Patience {
    /// The notice asks for a fault to be noticed at once (N2.1) without a number; these are the house's: a veto within a
    /// quarter of an hour, a fault within an hour, a warning within half a working day.
    fn default() -> Patience {
        Patience { veto: 15, fault: 60, warning: 240 }
    }
}

impl Patience {
    /// The longest that can be chosen: a week, since what waits longer is nobody's alert any more.
    pub const LONGEST: i32 = 7 * 24 * 60;

    /// How long an alert of a level waits; `None`: it is never escalated.
    pub fn of(self, level: Level) -> Option<TimeDelta> {
        let minutes = match level {
            Level::Veto => self.veto,
            Level::Fault => self.fault,
            Level::Warning => self.warning,
            Level::Notice => 0,
        };
        (minutes > 0).then(|| TimeDelta::minutes(minutes.into()))
    }
}

/// How long alerts that are over are kept, in days, unless somebody chooses otherwise: thirteen months, as long as the
/// hours of availability, so that the same month of the year before can still be looked at.
pub const KEEP_DAYS: i32 = 400;
/// The shortest and the longest that can be chosen. 网络安全法 (2016), article 21, wants records of the running of networks
/// and of incidents kept for six months at least; ten years is longer than any of the house's files.
pub const KEEP_AT_LEAST: i32 = 183;
pub const KEEP_AT_MOST: i32 = 3_650;

/// What of an open alert decides what is still to be done about it.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub level: Level,
    pub first_at: Instant,
    /// When it was handed to its channels; a silenced one was not.
    pub told_at: Option<Instant>,
    pub acknowledged: bool,
    pub escalated: bool,
    pub silenced: bool,
}

/// What is to be done about an open alert now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Nothing,
    /// Its silence has ended, or it was raised in one: tell its channels.
    Tell,
    /// Nobody acknowledged it in time.
    Escalate,
}

/// Decides about an open alert. Patience begins when it was told, since nobody answers what he did not hear.
pub fn next(alert: &Standing, patience: Patience, now: Instant) -> Next {
    if alert.silenced || alert.acknowledged {
        return Next::Nothing;
    }
    let Some(told) = alert.told_at else { return Next::Tell };
    match patience.of(alert.level) {
        Some(patience) if !alert.escalated && now - told.max(alert.first_at) >= patience => Next::Escalate,
        _ => Next::Nothing,
    }
}

/// A silence, as far as it decides.
#[derive(Clone, Debug)]
pub struct Hush<'a> {
    pub unit_path: &'a str,
    pub site: Option<i64>,
    pub kind: Option<Kind>,
    pub from: Instant,
    pub to: Instant,
}

/// Whether a silence keeps an alert from being told now. The end itself is outside.
pub fn hushes(hush: &Hush, unit_path: &str, site: Option<i64>, kind: Kind, now: Instant) -> bool {
    let whose = match hush.site {
        Some(one) => site == Some(one),
        None => unit_path.starts_with(hush.unit_path),
    };
    whose && hush.kind.is_none_or(|one| one == kind) && (hush.from..hush.to).contains(&now)
}

/// How one delivery goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// By itself.
    Alone,
    /// With everything that the channel has waiting.
    Together,
    /// Later, with whatever has come until then.
    Hold(Instant),
}

/// Decides how a channel sends: `sent` holds when its messages of the last [`TOGETHER`] began, the oldest first;
/// `waiting` is the number of alerts that are due.
pub fn plan(sent: &[Instant], waiting: usize) -> Plan {
    if sent.len() >= ALONE {
        return Plan::Hold(sent[sent.len() - ALONE] + TOGETHER);
    }
    if waiting > ALONE { Plan::Together } else { Plan::Alone }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An instant of 28 May 2026 in Beijing.
    fn at(hour: i64, minute: i64) -> Instant {
        let midnight = chrono::DateTime::parse_from_rfc3339("2026-05-28T00:00:00+08:00").unwrap().to_utc();
        midnight + TimeDelta::minutes(hour * 60 + minute)
    }

    #[test]
    fn words_are_those_of_the_database() {
        for kind in Kind::ALL {
            assert_eq!((kind.to_value().as_str(), Kind::of(kind.word())), (kind.word(), Some(kind)));
        }
        for way in Way::ALL {
            assert_eq!((way.to_value().as_str(), Way::of(way.word())), (way.word(), Some(way)));
        }
    }

    #[test]
    fn a_channel_hears_of_its_units_and_levels() {
        let plain = Wants { unit_path: "/1/2/", levels: "veto,fault", enabled: true, escalation: false };
        let escalation = Wants { escalation: true, ..plain.clone() };
        let off = Wants { enabled: false, ..plain.clone() };
        let check = |channel: &Wants, path, level, reason, want| {
            assert_eq!(wanted(channel, path, level, reason), want, "{channel:?} {path} {level:?} {reason:?}");
        };
        check(&plain, "/1/2/", Level::Veto, Reason::Raised, true);
        check(&plain, "/1/2/7/", Level::Fault, Reason::Raised, true);
        check(&plain, "/1/20/", Level::Veto, Reason::Raised, false);
        check(&plain, "/1/", Level::Veto, Reason::Raised, false);
        check(&plain, "/1/2/", Level::Warning, Reason::Raised, false);
        check(&plain, "/1/2/", Level::Veto, Reason::Escalated, false);
        check(&escalation, "/1/2/", Level::Veto, Reason::Escalated, true);
        check(&escalation, "/1/2/", Level::Veto, Reason::Raised, false);
        check(&off, "/1/2/", Level::Veto, Reason::Raised, false);
    }

    #[test]
    fn quiet_hours_end_in_the_morning_and_a_veto_never_waits() {
        let night = Quiet { from: 22 * 60, to: 7 * 60 };
        let noon = Quiet { from: 12 * 60, to: 14 * 60 };
        let none = Quiet { from: 0, to: 0 };
        let check = |quiet, level, now: Instant, want: Instant| {
            assert_eq!(due(quiet, level, now), want, "{quiet:?} {level:?} {now}");
        };
        check(night, Level::Fault, at(21, 59), at(21, 59));
        check(night, Level::Fault, at(22, 0), at(31, 0));
        check(night, Level::Fault, at(23, 30) + TimeDelta::seconds(20), at(31, 0));
        check(night, Level::Fault, at(3, 0), at(7, 0));
        check(night, Level::Fault, at(7, 0), at(7, 0));
        check(night, Level::Veto, at(3, 0), at(3, 0));
        check(noon, Level::Notice, at(13, 0), at(14, 0));
        check(noon, Level::Notice, at(3, 0), at(3, 0));
        check(none, Level::Notice, at(3, 0), at(3, 0));
    }

    #[test]
    fn an_open_alert_is_told_once_and_escalated_once() {
        let told = Standing {
            level: Level::Veto,
            first_at: at(8, 0),
            told_at: Some(at(8, 0)),
            acknowledged: false,
            escalated: false,
            silenced: false,
        };
        let check = |alert: Standing, now: Instant, want| {
            assert_eq!(next(&alert, Patience::default(), now), want, "{alert:?} {now}")
        };
        check(told, at(8, 14), Next::Nothing);
        check(told, at(8, 15), Next::Escalate);
        check(Standing { escalated: true, ..told }, at(9, 0), Next::Nothing);
        check(Standing { acknowledged: true, ..told }, at(9, 0), Next::Nothing);
        check(Standing { silenced: true, ..told }, at(9, 0), Next::Nothing);
        check(Standing { level: Level::Fault, ..told }, at(8, 59), Next::Nothing);
        check(Standing { level: Level::Fault, ..told }, at(9, 0), Next::Escalate);
        check(Standing { level: Level::Notice, ..told }, at(80, 0), Next::Nothing);
        check(Standing { told_at: None, ..told }, at(8, 1), Next::Tell);
        check(Standing { told_at: Some(at(10, 0)), ..told }, at(10, 10), Next::Nothing);
        let chosen = Patience { veto: 5, fault: 0, warning: Patience::LONGEST };
        assert_eq!(next(&told, chosen, at(8, 5)), Next::Escalate);
        assert_eq!(next(&Standing { level: Level::Fault, ..told }, chosen, at(400, 0)), Next::Nothing);
        assert_eq!(next(&Standing { level: Level::Warning, ..told }, chosen, at(175, 59)), Next::Nothing);
        assert_eq!(next(&Standing { level: Level::Warning, ..told }, chosen, at(176, 0)), Next::Escalate);
    }

    #[test]
    fn a_silence_covers_what_it_names_while_it_lasts() {
        let unit = Hush { unit_path: "/1/2/", site: None, kind: None, from: at(8, 0), to: at(9, 0) };
        let site = Hush { site: Some(7), ..unit.clone() };
        let kind = Hush { kind: Some(Kind::Certificate), ..unit.clone() };
        let check = |hush: &Hush, path, site, kind, now, want| {
            assert_eq!(hushes(hush, path, site, kind, now), want, "{hush:?} {path} {site:?} {kind:?} {now}");
        };
        check(&unit, "/1/2/3/", Some(8), Kind::Finding, at(8, 0), true);
        check(&unit, "/1/2/3/", None, Kind::Finding, at(9, 0), false);
        check(&unit, "/1/2/3/", None, Kind::Finding, at(7, 59), false);
        check(&unit, "/1/4/", None, Kind::Finding, at(8, 0), false);
        check(&site, "/1/2/", Some(7), Kind::Finding, at(8, 0), true);
        check(&site, "/1/2/", Some(8), Kind::Finding, at(8, 0), false);
        check(&site, "/1/2/", None, Kind::Finding, at(8, 0), false);
        check(&kind, "/1/2/", None, Kind::Certificate, at(8, 0), true);
        check(&kind, "/1/2/", None, Kind::Finding, at(8, 0), false);
    }

    #[test]
    fn many_within_two_minutes_go_together() {
        assert_eq!(plan(&[], 1), Plan::Alone);
        assert_eq!(plan(&[], ALONE), Plan::Alone);
        assert_eq!(plan(&[], ALONE + 1), Plan::Together);
        let sent = [at(8, 0), at(8, 0), at(8, 1)];
        assert_eq!(plan(&sent[..2], 2), Plan::Alone);
        assert_eq!(plan(&sent, 1), Plan::Hold(at(8, 2)));
        assert_eq!(plan(&[at(7, 59), at(8, 0), at(8, 0), at(8, 1)], 9), Plan::Hold(at(8, 2)));
    }
}
