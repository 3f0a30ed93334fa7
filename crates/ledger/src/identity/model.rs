//! Roles and what goes together, and the decisions about a login. Clauses N1.1, N4.7, N5.1; pure.
//!
//! Numbers: GB/T 22239-2019 8.1.4.1 asks for lock-out and time-out without naming them; what evaluation bodies expect
//! stands beside each.

use chrono::TimeDelta;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Wrong tries before an account is locked.
pub const TRIES: i32 = 5;
/// How long it is locked.
pub const LOCKED: TimeDelta = TimeDelta::minutes(15);
/// How long a password may be used.
pub const PASSWORD_AGE: TimeDelta = TimeDelta::days(90);
/// A session ends after so long without a request.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// And after so long in any case: one working day.
pub const LONGEST_SESSION: TimeDelta = TimeDelta::hours(12);

/// What a person does for a unit.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Orders inspections, confirms findings, keeps the register.
    #[sea_orm(string_value = "supervisor")]
    Supervisor,
    /// Inspects and judges findings.
    #[sea_orm(string_value = "inspector")]
    Inspector,
    /// Answers for the sites of a unit.
    #[sea_orm(string_value = "site_operator")]
    SiteOperator,
    /// Reads sites on duty.
    #[sea_orm(string_value = "duty_reader")]
    DutyReader,
    /// Reads everything in his scope and changes nothing.
    #[sea_orm(string_value = "leader")]
    Leader,
    /// Units, settings, jobs, the calendar.
    #[sea_orm(string_value = "system_administrator")]
    SystemAdministrator,
    /// People, roles, sessions.
    #[sea_orm(string_value = "security_administrator")]
    SecurityAdministrator,
    /// The audit log.
    #[sea_orm(string_value = "audit_administrator")]
    AuditAdministrator,
}

impl Role {
    /// All roles in the order of the screens.
    pub const ALL: [Role; 8] = [
        Role::Supervisor,
        Role::Inspector,
        Role::SiteOperator,
        Role::DutyReader,
        Role::Leader,
        Role::SystemAdministrator,
        Role::SecurityAdministrator,
        Role::AuditAdministrator,
    ];

    /// The roles of those who work with sites.
    pub const TRADE: [Role; 5] =
        [Role::Supervisor, Role::Inspector, Role::SiteOperator, Role::DutyReader, Role::Leader];

    /// The word in the database, in forms and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Role::Supervisor => "supervisor",
            Role::Inspector => "inspector",
            Role::SiteOperator => "site_operator",
            Role::DutyReader => "duty_reader",
            Role::Leader => "leader",
            Role::SystemAdministrator => "system_administrator",
            Role::SecurityAdministrator => "security_administrator",
            Role::AuditAdministrator => "audit_administrator",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Role::Supervisor => "监管员",
            Role::Inspector => "巡检员",
            Role::SiteOperator => "网站管理员",
            Role::DutyReader => "值班读网员",
            Role::Leader => "领导",
            Role::SystemAdministrator => "系统管理员",
            Role::SecurityAdministrator => "安全管理员",
            Role::AuditAdministrator => "审计管理员",
        }
    }

    /// The role of a word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether this is one of the three administrators that graded protection keeps apart.
    pub fn is_administrator(self) -> bool {
        matches!(self, Role::SystemAdministrator | Role::SecurityAdministrator | Role::AuditAdministrator)
    }

    /// Whether one who holds it must use a second factor.
    pub fn needs_second_factor(self) -> bool {
        self.is_administrator() || self == Role::Supervisor
    }
}

/// Why a set of roles cannot be one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash(pub Role, pub Role);

impl Clash {
    /// In the reader's language.
    pub fn words(self) -> String {
        format!(
            "“{}”与“{}”不能由同一人担任（等级保护要求三员分立，管理员也不承担业务）。",
            self.0.name(),
            self.1.name()
        )
    }
}

/// Whether one person may hold all these roles: an administrator's role goes with no other.
pub fn go_together(roles: &[Role]) -> Result<(), Clash> {
    for (at, one) in roles.iter().enumerate() {
        for other in &roles[at + 1..] {
            if one != other && (one.is_administrator() || other.is_administrator()) {
                return Err(Clash(*one, *other));
            }
        }
    }
    Ok(())
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Way {
    /// With our own password.
    #[sea_orm(string_value = "password")]
    Password,
    /// By the identity provider.
    #[sea_orm(string_value = "provider")]
    Provider,
    /// By the identity provider, which showed more than one factor or is trusted to.
    #[sea_orm(string_value = "provider_strong")]
    ProviderStrong,
}

/// What is known of a person when he tries to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub disabled: bool,
    pub failures: i32,
    pub locked_until: Option<Instant>,
    pub has_second_factor: bool,
    /// Whether his password is not taken: he comes by the identity provider.
    pub only_provider: bool,
}

/// What the try showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub password_fits: bool,
    /// Whether a right and unused code came with it; without a bound phone this is not asked.
    pub code_fits: bool,
}

/// What follows from a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Logged in; the count of failures is forgotten.
    In,
    /// Refused, with the new count, and locked until then if it is one too many.
    Wrong {
        failures: i32,
        locked_until: Option<Instant>,
    },
    /// Refused without looking at what was shown.
    Locked {
        until: Instant,
    },
    Disabled,
    /// The right password of one who must come by the identity provider.
    OnlyProvider,
}

/// Decides a try to log in. A lock that has run out starts the count anew.
pub fn judge(person: &Standing, shown: Shown, now: Instant) -> Try {
    if let Some(until) = person.locked_until.filter(|until| *until > now) {
        return Try::Locked { until };
    }
    if shown.password_fits && (!person.has_second_factor || shown.code_fits) {
        return match (person.disabled, person.only_provider) {
            (true, _) => Try::Disabled,
            (false, true) => Try::OnlyProvider,
            (false, false) => Try::In,
        };
    }
    let before = if person.locked_until.is_some() { 0 } else { person.failures };
    let failures = before + 1;
    Try::Wrong { failures, locked_until: (failures >= TRIES).then(|| now + LOCKED) }
}

/// What a person must do before he may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    ChangePassword,
    BindPhone,
}

/// What of a person decides what he owes.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// When he set his password himself; missing while it is one that was given to him.
    pub password_set: Option<Instant>,
    pub roles: &'a [Role],
    pub has_second_factor: bool,
    /// How he came in this time.
    pub way: Way,
}

/// What is still owed, first thing first. `second_factor` is the installation's setting: whether the roles that need
/// a phone are made to bind one. Who came by the identity provider owes our password nothing.
pub fn owed(account: &Account, second_factor: bool, now: Instant) -> Option<Must> {
    let by_password = account.way == Way::Password;
    if by_password && account.password_set.is_none_or(|set| now - set > PASSWORD_AGE) {
        return Some(Must::ChangePassword);
    }
    let needed = second_factor && account.roles.iter().any(|role| role.needs_second_factor());
    let has = account.has_second_factor || account.way == Way::ProviderStrong;
    (needed && !has).then_some(Must::BindPhone)
}

/// When a session ends that was begun at `begun` and used at `now`.
pub fn session_end(begun: Instant, now: Instant) -> Instant {
    (now + IDLE).min(begun + LONGEST_SESSION)
}

/// The path of a unit in the tree: the ids from the root, each between slashes. A unit's own path is the prefix of
/// all paths below it.
pub fn path(parent: Option<&str>, id: i64) -> String {
    format!("{}{id}/", parent.unwrap_or("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_timestamp(1_700_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn administrators_hold_one_role_only() {
        use Role::*;
        let check = |roles: &[Role], want| assert_eq!(go_together(roles).is_ok(), want, "{roles:?}");
        check(&[], true);
        check(&[Supervisor, Inspector, DutyReader], true);
        check(&[AuditAdministrator], true);
        check(&[AuditAdministrator, AuditAdministrator], true);
        check(&[SystemAdministrator, SecurityAdministrator], false);
        check(&[Inspector, AuditAdministrator], false);
    }

    #[test]
    fn words_and_roles_are_one_to_one() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.word()), Some(role));
            assert_eq!(role.to_value(), role.word());
        }
        assert_eq!(Role::of("root"), None);
    }

    #[test]
    fn five_wrong_tries_lock_and_the_lock_runs_out() {
        let mut person = Standing {
            disabled: false,
            failures: 0,
            locked_until: None,
            has_second_factor: true,
            only_provider: false,
        };
        let wrong = Shown { password_fits: true, code_fits: false };
        let right = Shown { password_fits: true, code_fits: true };
        for n in 1..TRIES {
            assert_eq!(judge(&person, wrong, at(n.into())), Try::Wrong { failures: n, locked_until: None });
            person.failures = n;
        }
        let until = at(5) + LOCKED;
        assert_eq!(judge(&person, wrong, at(5)), Try::Wrong { failures: 5, locked_until: Some(until) });
        person = Standing { failures: 5, locked_until: Some(until), ..person };
        assert_eq!(judge(&person, right, at(6)), Try::Locked { until }, "even the right password waits");
        assert_eq!(judge(&person, right, at(20)), Try::In);
        assert_eq!(judge(&person, wrong, at(20)), Try::Wrong { failures: 1, locked_until: None });
        person.only_provider = true;
        assert_eq!(judge(&person, right, at(20)), Try::OnlyProvider);
        assert!(matches!(judge(&person, wrong, at(20)), Try::Wrong { .. }));
        person.disabled = true;
        assert_eq!(judge(&person, right, at(20)), Try::Disabled);
        assert!(
            matches!(judge(&person, wrong, at(20)), Try::Wrong { .. }),
            "who cannot prove himself learns nothing"
        );
    }

    #[test]
    fn what_is_owed_comes_in_order() {
        let check = |password_set, role, has_second_factor, setting, now, want| {
            let account = Account { password_set, roles: &[role], has_second_factor, way: Way::Password };
            assert_eq!(owed(&account, setting, now), want, "{account:?}");
        };
        let by_provider = |way, has_second_factor| {
            let roles = &[Role::Supervisor];
            owed(&Account { password_set: None, roles, has_second_factor, way }, true, at(0))
        };
        let (fresh, late) = (Some(at(0)), at(0) + PASSWORD_AGE + TimeDelta::seconds(1));
        check(None, Role::Leader, false, true, at(0), Some(Must::ChangePassword));
        check(fresh, Role::Leader, false, true, at(0), None);
        check(fresh, Role::Leader, true, true, late, Some(Must::ChangePassword));
        check(fresh, Role::SystemAdministrator, false, true, at(0), Some(Must::BindPhone));
        check(fresh, Role::SystemAdministrator, false, false, at(0), None);
        check(fresh, Role::SystemAdministrator, true, true, at(0), None);
        assert_eq!(by_provider(Way::Provider, false), Some(Must::BindPhone));
        assert_eq!(by_provider(Way::Provider, true), None);
        assert_eq!(by_provider(Way::ProviderStrong, false), None);
    }

    #[test]
    fn a_session_ends_when_idle_and_after_the_working_day() {
        assert_eq!(session_end(at(0), at(10)), at(40));
        assert_eq!(session_end(at(0), at(715)), at(720));
    }

    #[test]
    fn a_path_is_the_prefix_of_those_below() {
        let province = path(None, 1);
        let city = path(Some(&province), 12);
        assert_eq!((province.as_str(), city.as_str()), ("/1/", "/1/12/"));
        assert!(!path(Some(&province), 120).starts_with(&city), "12 is not above 120");
    }
}
