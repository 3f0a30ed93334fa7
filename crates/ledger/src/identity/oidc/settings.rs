//! How the identity provider is named in the settings, and what of it can be wrong. Clause N4.7; pure.
//!
//! Reads no file and no environment: whoever starts the program does, and never shows the secret.

use std::time::Duration;

use openidconnect::IssuerUrl;
use openidconnect::url::{Host, Url};

pub use openidconnect::ClientSecret;

use super::model::Claim;

/// What the button says where nothing else is set.
pub const LABEL: &str = "用统一身份认证登录";
/// Longest text of the button: one line on a phone.
const LONGEST_LABEL: usize = 20;
/// What is asked for: who it is, his login name there, his e-mail address.
pub const SCOPES: &str = "openid profile email";
/// The path to which the provider sends people back.
pub const BACK: &str = "/login/oidc/back";
/// The path to which the provider sends people after they left.
pub const LEFT: &str = "/login";

/// An identity provider, as its administrators registered us there.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its address, to the letter as it calls itself.
    pub issuer: IssuerUrl,
    /// Our name there.
    pub client: String,
    /// Our secret there; `Debug` shows nothing of it.
    pub secret: ClientSecret,
    /// What the button on the login page says.
    pub label: String,
    /// Which claim tells the person at his first login.
    pub claim: Claim,
    /// What is asked for, `openid` among it.
    pub scopes: Vec<String>,
    /// Whether its logins count as made with two factors, whatever it says of them.
    pub trusted: bool,
    /// Our own address as browsers know it, without a slash at the end.
    pub public: String,
    pub limits: Limits,
}

/// What the provider may take of our time and memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the connection to the last byte of one answer. People wait before the screen meanwhile.
    pub patience: Duration,
    /// Bytes of one answer. Lists of keys with their certificates have some 20 KB.
    pub longest: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { patience: Duration::from_secs(10), longest: 256 << 10 }
    }
}

impl Settings {
    /// Where people come back to.
    pub fn back(&self) -> String {
        format!("{}{BACK}", self.public)
    }

    /// The provider's host, for messages.
    pub fn host(&self) -> String {
        self.issuer.url().host_str().unwrap_or_default().to_owned()
    }
}

/// The provider's address: HTTPS, or plain HTTP on this machine; nothing behind it.
pub fn issuer(text: &str) -> Result<IssuerUrl, String> {
    // It keeps the text to the letter, for the provider's own name must be the same to the letter.
    let issuer = IssuerUrl::new(text.trim().to_owned())
        .map_err(|_| "应为完整的网址，如 https://sso.example/realms/gov".to_owned())?;
    let url = issuer.url();
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain || url.host().is_none() {
        return Err("应为完整的网址，不带用户名、问号和井号".to_owned());
    }
    match is_safe(url) {
        true => Ok(issuer),
        false => Err("应以 https:// 开头：凭据不能明文传送（只有本机地址可用 http://）".to_owned()),
    }
}

/// Whether secrets may be sent to an address: encrypted, or without leaving this machine.
pub fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether an address is on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Our own address as browsers know it: scheme, host, port, and nothing else, since every link begins at the root.
pub fn public(text: &str) -> Result<String, String> {
    let wrong = || "应为浏览器里看到的系统网址，如 https://xunwang.example，后面不带路径".to_owned();
    let url: Url = text.trim().parse().map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let plain = url.username().is_empty() && url.password().is_none();
    if !["http", "https"].contains(&url.scheme()) || !bare || !plain || url.host().is_none() {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The words of the button.
pub fn label(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= LONGEST_LABEL && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(format!("应为 1 到 {LONGEST_LABEL} 个字")) }
}

/// What is asked for, between blanks.
pub fn scopes(text: &str) -> Result<Vec<String>, String> {
    let scopes: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    // RFC 6749, section 3.3: printable ASCII without quotes and backslash.
    let sound = scopes.iter().all(|one| one.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\'));
    if !sound || !scopes.iter().any(|one| one == "openid") {
        return Err("应为空格隔开的名称，其中必有 openid".to_owned());
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_reached_by_https_or_on_this_machine() {
        for good in [
            "https://sso.example",
            "https://sso.example/realms/gov",
            "http://127.0.0.1:9000",
            "http://localhost:1/a",
        ] {
            assert!(issuer(good).is_ok(), "{good}");
        }
        for wrong in [
            "",
            "sso.example",
            "http://sso.example",
            "ftp://sso.example",
            "https://a:b@sso.example/",
            "https://sso.example/?x=1",
            "https://sso.example/#x",
            "http://10.0.0.1/",
            "file:///etc/passwd",
        ] {
            assert!(issuer(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn our_own_address_ends_at_the_port() {
        assert_eq!(public(" https://xunwang.example/ "), Ok("https://xunwang.example".to_owned()));
        assert_eq!(public("http://127.0.0.1:8068"), Ok("http://127.0.0.1:8068".to_owned()));
        for wrong in [
            "",
            "xunwang.example",
            "https://xunwang.example/console",
            "https://u@x.example",
            "https://x.example?a",
        ] {
            assert!(public(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_asked_for_names_openid() {
        assert_eq!(scopes(SCOPES).unwrap().len(), 3);
        for wrong in ["", "profile", "openid \"x\"", "openid 邮箱"] {
            assert!(scopes(wrong).is_err(), "{wrong}");
        }
        assert!(label(LABEL).is_ok());
        assert!(label(" ").is_err() && label(&"长".repeat(21)).is_err() && label("a\nb").is_err());
    }
}
