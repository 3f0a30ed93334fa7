//! The settings of the identity provider as they are written. Serves N4.7.
//!
//! Its secret comes from a file or from the environment: what stands on a command line is read by everybody on the
//! machine. The file is read by whoever needs it, not here.

use std::path::PathBuf;

use ledger::identity::oidc::model::Claim;
use ledger::identity::oidc::settings::{self, ClientSecret};
use ledger::identity::oidc::{Limits, Settings as Provider};

use super::serve::Settings;
use crate::usage::WrongUsage;

/// The variable that may hold the secret.
pub(super) const SECRET: &str = "XUNWANG_OIDC_SECRET";
/// Bytes of a file with a secret: more is another file.
const LONGEST_SECRET: usize = 1_024;

/// Where the secret is.
#[derive(Clone, Debug)]
pub enum SecretPlace {
    File(PathBuf),
    /// `Debug` shows nothing of it.
    Given(ClientSecret),
}

/// An identity provider as it was set; its secret may still stand in a file.
#[derive(Clone, Debug)]
pub struct OidcOptions {
    settings: Provider,
    secret: SecretPlace,
}

impl OidcOptions {
    /// The settings with their secret, or what is wrong with the file.
    pub fn provider(&self) -> Result<Provider, String> {
        let secret = match &self.secret {
            SecretPlace::Given(secret) => secret.clone(),
            SecretPlace::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|fault| {
                    format!(
                        "统一身份认证的密钥文件 {} 读不出来：{}",
                        path.display(),
                        base::trouble::why(&fault)
                    )
                })?;
                let text = text.trim();
                if text.is_empty() || text.len() > LONGEST_SECRET || text.chars().any(char::is_control) {
                    return Err(format!(
                        "统一身份认证的密钥文件 {} 里应只有一行 client_secret",
                        path.display()
                    ));
                }
                ClientSecret::new(text.to_owned())
            }
        };
        Ok(Provider { secret, ..self.settings.clone() })
    }
}

/// The console's own address, and the provider if one is set.
pub(super) fn read(given: &Settings) -> Result<(Option<String>, Option<OidcOptions>), WrongUsage> {
    let public = checked(given, "public-address", settings::public)?;
    let Some(issuer) = checked(given, "oidc-issuer", settings::issuer)? else { return Ok((public, None)) };
    let needed = |option: &'static str, what: &str| {
        let (_, origin, value) = given.one("oidc-issuer");
        let why = format!("还要给出 --{option}（{what}）");
        WrongUsage::Value { option: "oidc-issuer", origin, value, why }
    };
    let Some(public) = public else {
        return Err(needed("public-address", "浏览器里看到的系统网址"));
    };
    let client = given.one("oidc-client").2.trim().to_owned();
    if client.is_empty() {
        return Err(needed("oidc-client", "本系统在统一身份认证登记的 client_id"));
    }
    let file = given.one("oidc-secret-file").2;
    let given_secret = given.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty());
    let secret = match (file.as_str(), given_secret) {
        ("", Some(secret)) => SecretPlace::Given(ClientSecret::new(secret.to_owned())),
        ("", None) => {
            return Err(needed(
                "oidc-secret-file",
                "client_secret 所在的文件，或用环境变量 XUNWANG_OIDC_SECRET",
            ));
        }
        (file, _) => SecretPlace::File(PathBuf::from(file)),
    };
    let claim = checked(given, "oidc-match", |word| {
        Claim::of(word).ok_or_else(|| "应为 preferred_username 或 email".to_owned())
    })?;
    let settings = Provider {
        issuer,
        client,
        secret: ClientSecret::new(String::new()),
        label: checked(given, "oidc-label", settings::label)?.unwrap_or_else(|| settings::LABEL.to_owned()),
        claim: claim.unwrap_or(Claim::LoginName),
        scopes: checked(given, "oidc-scopes", settings::scopes)?.unwrap_or_default(),
        trusted: given.either("oidc-second-factor", "trusted", "checked")?,
        public: public.clone(),
        limits: Limits::default(),
    };
    Ok((Some(public), Some(OidcOptions { settings, secret })))
}

/// The value of a setting that is not empty, if it can be used.
fn checked<T>(
    given: &Settings,
    name: &str,
    check: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, WrongUsage> {
    let (option, origin, value) = given.one(name);
    if value.trim().is_empty() {
        return Ok(None);
    }
    check(&value).map(Some).map_err(|why| WrongUsage::Value { option, origin, value, why })
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Stop, parse};
    use super::*;

    const WHOLE: [&str; 8] = [
        "serve",
        "--public-address",
        "https://xunwang.example",
        "--oidc-issuer",
        "https://sso.example/realms/gov",
        "--oidc-client",
        "xunwang",
        "--oidc-label=用政务账号登录",
    ];

    fn serve(words: &[&str], secret: Option<&str>) -> Result<Option<OidcOptions>, String> {
        let words = ["xunwang"].iter().chain(words).map(Into::into);
        let variables = |name: &str| secret.filter(|_| name == SECRET).map(str::to_owned);
        match parse(words, variables) {
            Ok(Command::Serve(options)) => Ok(options.oidc),
            Ok(other) => panic!("{other:?}"),
            Err(Stop::Wrong(wrong)) => Err(wrong.to_string()),
            Err(Stop::Shown(text)) => panic!("{text}"),
        }
    }

    #[test]
    fn a_secret_comes_from_the_environment_or_a_file_and_is_never_shown() {
        let options = serve(&WHOLE, Some(" s3cret-of-ours ")).unwrap().unwrap();
        assert!(!format!("{options:?}").contains("s3cret"), "{options:?}");
        let provider = options.provider().unwrap();
        assert_eq!(provider.secret.secret(), "s3cret-of-ours");
        assert!(!format!("{provider:?}").contains("s3cret"), "{provider:?}");
        assert_eq!((provider.claim, provider.trusted, provider.scopes.len()), (Claim::LoginName, false, 3));
        assert_eq!(provider.back(), "https://xunwang.example/login/oidc/back");
        assert_eq!(provider.issuer.as_str(), "https://sso.example/realms/gov");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let words = [&WHOLE[..], &["--oidc-secret-file", file.to_str().unwrap()]].concat();
        let options = serve(&words, None).unwrap().unwrap();
        assert!(options.provider().unwrap_err().contains("读不出来"));
        std::fs::write(&file, "from-file\n").unwrap();
        assert_eq!(options.provider().unwrap().secret.secret(), "from-file");
        std::fs::write(&file, "two\nlines\n").unwrap();
        assert!(options.provider().unwrap_err().contains("只有一行"));
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        assert!(serve(&["serve"], None).unwrap().is_none());
        assert!(serve(&["serve", "--oidc-secret", "x"], None).is_err(), "no secret on the command line");
        for (words, want) in [
            (&WHOLE[..], "--oidc-secret-file"),
            (&["serve", "--oidc-issuer", "https://sso.example"], "--public-address"),
            (
                &["serve", "--oidc-issuer", "https://sso.example", "--public-address", "https://x.example"],
                "--oidc-client",
            ),
            (&["serve", "--oidc-issuer", "http://sso.example"], "https://"),
            (&["serve", "--public-address", "x.example"], "public-address"),
        ] {
            let told = serve(words, None).unwrap_err();
            assert!(told.contains(want), "{told}");
        }
        for (option, value) in
            [("--oidc-match", "sub"), ("--oidc-scopes", "email"), ("--oidc-second-factor", "yes")]
        {
            let told = serve(&[&WHOLE[..], &[option, value]].concat(), Some("s")).unwrap_err();
            assert!(told.contains(value), "{told}");
        }
    }
}
