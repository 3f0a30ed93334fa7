//! Who somebody is whom the provider sends, and whether he comes in: the decisions. Clause N4.7; pure.
//!
//! ```text
//! subject bound to a person ──────────────────────────▶ that person
//! subject unknown, claim fits one person, not yet bound ▶ that person, and from now on this subject
//! anything else ────────────────────────────────────────▶ refused, with whom to ask
//! ```

use chrono::TimeDelta;
use platform::clock::Instant;
use platform::web::pages::minute;

use crate::PersonId;
use crate::identity::model::{Role, Standing, Way};

/// How long somebody may take at the provider before he has to begin anew.
pub const FLOW: TimeDelta = TimeDelta::minutes(10);
/// How long his phone's code is waited for afterwards.
pub const CODE: TimeDelta = TimeDelta::minutes(5);
/// Logins under way that are remembered: who begins one more pushes out the oldest. At some 500 bytes each this is
/// 5 MB, and to push somebody out, as many must begin while he logs in.
pub const MOST_FLOWS: i64 = 10_000;
/// How far the provider's clock may differ from ours.
pub const SKEW: TimeDelta = TimeDelta::minutes(2);
/// How old an ID token may be: it is made when the code is exchanged.
const OLDEST_TOKEN: TimeDelta = TimeDelta::minutes(10);
/// Longest address that is gone back to after the login; a longer one is a forgery or of no use.
const LONGEST_NEXT: usize = 2_000;
/// Characters of names from the provider that are shown and kept.
const LONGEST_NAME: usize = 100;

/// Which claim tells the person at his first login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `preferred_username`, which must be the person's login name.
    LoginName,
    /// `email`, verified by the provider, which must be the person's address.
    Email,
}

impl Claim {
    /// The word in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Claim::LoginName => "preferred_username",
            Claim::Email => "email",
        }
    }

    /// The claim of a word.
    pub fn of(word: &str) -> Option<Claim> {
        [Claim::LoginName, Claim::Email].into_iter().find(|claim| claim.word() == word)
    }

    /// What it is called on the screen.
    fn name(self) -> &'static str {
        match self {
            Claim::LoginName => "登录名",
            Claim::Email => "电子邮箱",
        }
    }
}

/// What the provider vouches for, after all checks of its signature and claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vouched {
    pub subject: String,
    pub login_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    /// Whether it says that more than one factor was used.
    pub several_factors: bool,
}

/// Why somebody who comes from the provider does not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The provider does not tell the claim.
    Untold(Claim),
    /// The address was never verified there, so anybody could have entered it.
    Unverified(String),
    /// Nobody here is called like that.
    Unknown(Claim, String),
    /// Several people here have that address.
    Several(String),
    /// The person of that name is bound to another account of the provider.
    Taken(String),
    Locked(Instant),
    Disabled,
    /// Wrong code of the phone.
    Code,
}

impl Refused {
    /// In the reader's language: what is wrong.
    pub fn words(&self) -> String {
        match self {
            Refused::Untold(claim) => {
                format!("统一身份认证没有提供您的{}（{}），无法知道您是谁。", claim.name(), claim.word())
            }
            Refused::Unverified(email) => format!("您在统一身份认证中的邮箱 {email} 还没有验证过。"),
            Refused::Unknown(claim, shown) => {
                format!("统一身份认证说您的{}是“{shown}”，本系统里没有这个人员。", claim.name())
            }
            Refused::Several(email) => format!("本系统里有几个人员的邮箱都是 {email}，分不出是哪一位。"),
            Refused::Taken(shown) => {
                format!("本系统的人员“{shown}”已经绑定了统一身份认证里的另一个账号。")
            }
            Refused::Locked(until) => format!("账号已锁定，{} 以后再试。", minute(*until)),
            Refused::Disabled => "您在本系统的账号已停用。".to_owned(),
            Refused::Code => "动态码不对。请输入手机上当前显示的 6 位数字，一个动态码只能用一次。".to_owned(),
        }
    }

    /// What to do, and whom to ask.
    pub fn advice(&self) -> &'static str {
        match self {
            Refused::Untold(_) => "请让系统管理员核对统一身份认证的设置（范围 scopes 和对应方式）。",
            Refused::Unverified(_) => "请先在统一身份认证里验证邮箱，再回来登录。",
            Refused::Unknown(..) => {
                "登录不会自动建立账号。需要使用本系统，请把上面的名称告诉本单位的安全管理员，由其在“人员与角色”中新增人员并授予角色。"
            }
            Refused::Several(_) => "请让本单位的安全管理员改正人员的邮箱，一人一个。",
            Refused::Taken(_) => {
                "如果这是您的账号，请找本单位的安全管理员核实身份，由其在您的人员页“解除绑定”，再登录一次。"
            }
            Refused::Locked(_) => "急用请找本单位的安全管理员解锁。",
            Refused::Disabled => "需要恢复使用，请找本单位的安全管理员。",
            Refused::Code => "手机遗失或更换，请找本单位的安全管理员解除手机绑定。",
        }
    }

    /// A word for the audit log.
    pub fn word(&self) -> &'static str {
        match self {
            Refused::Untold(_) => "没有提供对应的信息",
            Refused::Unverified(_) => "邮箱未验证",
            Refused::Unknown(..) => "没有这个人员",
            Refused::Several(_) => "几个人员邮箱相同",
            Refused::Taken(_) => "已绑定另一个账号",
            Refused::Locked(_) => "锁定期间",
            Refused::Disabled => "账号已停用",
            Refused::Code => "动态码不对",
        }
    }
}

/// What to look for among our people when a subject is seen for the first time.
pub fn wanted(claim: Claim, vouched: &Vouched) -> Result<String, Refused> {
    let told = match claim {
        Claim::LoginName => &vouched.login_name,
        Claim::Email => &vouched.email,
    };
    let told = told.as_deref().map(str::trim).filter(|told| !told.is_empty());
    let told = shown(told.ok_or(Refused::Untold(claim))?);
    match claim {
        Claim::Email if !vouched.email_verified => Err(Refused::Unverified(told)),
        Claim::Email | Claim::LoginName => Ok(told),
    }
}

/// One of our people whom the claim fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub person: PersonId,
    /// Whether another subject of this provider is his already.
    pub bound: bool,
}

/// Whose the subject becomes: the one whom the claim fits, if it fits nobody else and he is nobody's yet.
pub fn bind(claim: Claim, told: &str, candidates: &[Candidate]) -> Result<PersonId, Refused> {
    match candidates {
        [] => Err(Refused::Unknown(claim, told.to_owned())),
        [one] if one.bound => Err(Refused::Taken(told.to_owned())),
        [one] => Ok(one.person),
        _ => Err(Refused::Several(told.to_owned())),
    }
}

/// What follows for a person whom the provider vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    In(Way),
    /// His phone's code first: the provider showed one factor only.
    Code,
}

/// Whether he comes in. `several` says that the provider showed more than one factor, or is trusted to.
pub fn admit(person: &Standing, several: bool, now: Instant) -> Result<Entry, Refused> {
    if person.disabled {
        return Err(Refused::Disabled);
    }
    if let Some(until) = person.locked_until.filter(|until| *until > now) {
        return Err(Refused::Locked(until));
    }
    Ok(match (several, person.has_second_factor) {
        (true, _) => Entry::In(Way::ProviderStrong),
        (false, true) => Entry::Code,
        (false, false) => Entry::In(Way::Provider),
    })
}

/// What kinds of proof the methods of RFC 8176 are: knowing, having, being.
const KINDS: [&[&str]; 3] = [
    &["pwd", "pin", "kba"],
    &["otp", "sms", "hwk", "swk", "sc", "tel", "pop"],
    &["fpt", "face", "iris", "retina", "vbm"],
];
/// Classes of authentication that mean more than one factor wherever they are used.
const STRONG_CLASSES: [&str; 4] = [
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "https://refeds.org/profile/mfa",
    // OpenID Connect Extended Authentication Profile: resistant to phishing, with hardware or without.
    "phr",
    "phrh",
];

/// Whether `amr` and `acr` show more than one factor: said in a word, or two kinds of proof. What is not known counts
/// as nothing.
pub fn several_factors<'a>(amr: impl IntoIterator<Item = &'a str>, acr: Option<&str>) -> bool {
    let methods: Vec<&str> = amr.into_iter().collect();
    let kinds = KINDS.iter().filter(|kind| methods.iter().any(|method| kind.contains(method))).count();
    kinds > 1 || methods.contains(&"mfa") || acr.is_some_and(|acr| STRONG_CLASSES.contains(&acr))
}

/// Whether the time at which an ID token says it was made can be true.
pub fn is_fresh(issued: Instant, now: Instant) -> bool {
    issued <= now + SKEW && issued >= now - OLDEST_TOKEN - SKEW
}

/// Whether a token that names the party it was made for names us.
pub fn is_ours(party: Option<&str>, client: &str) -> bool {
    party.is_none_or(|party| party == client)
}

/// Whether the answer names the provider that was asked (RFC 9207); `must` when it promised to.
pub fn is_from(told: Option<&str>, issuer: &str, must: bool) -> bool {
    told.map_or(!must, |told| told == issuer)
}

/// Whether a person of these roles may be made to log in by the provider only. The three administrators keep a password:
/// when the provider fails, somebody must come in.
pub fn may_have_no_password(roles: &[Role]) -> bool {
    !roles.iter().any(|role| role.is_administrator())
}

/// The address to go on to, bounded.
pub fn bounded(next: &str) -> &str {
    if next.len() <= LONGEST_NEXT { next } else { "/" }
}

/// A name from elsewhere on one line, bounded.
pub fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests;
