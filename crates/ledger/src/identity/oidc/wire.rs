//! The one connection to the identity provider: bounded in time and size, without redirects. Clause N4.7.
//!
//! Goes to no address to which a secret may not be sent, through no proxy of the environment, and never logs what it sends.

use std::io::ErrorKind;
use std::pin::Pin;

use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;

use super::settings::{Limits, is_loopback, is_safe};
use super::trouble::Trouble;

/// Asks the provider.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    client: reqwest::Client,
    limits: Limits,
    /// Whether the provider itself is on this machine; only then may anything else of it be.
    local: bool,
}

impl Wire {
    pub(super) fn new(limits: Limits, local: bool) -> Result<Wire, String> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(limits.patience)
            .user_agent("Xunwang-login/1")
            .build()
            .map_err(|error| cause(&error))?;
        Ok(Wire { client, limits, local })
    }

    /// Whether anything may be sent to an address.
    pub(super) fn allow(&self, url: &Url) -> Result<(), Trouble> {
        if is_safe(url) && (self.local || !is_loopback(url)) {
            return Ok(());
        }
        Err(Trouble::Unsafe(format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let request = reqwest::Request::try_from(request).map_err(|error| Trouble::Odd(cause(&error)))?;
        self.allow(request.url())?;
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => Trouble::Late(self.limits.patience),
            false => Trouble::Unreachable(unreached(&error.without_url())),
        };
        let mut answer = self.client.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(failed)? {
            if body.len() + part.len() > self.limits.longest {
                return Err(Trouble::TooLarge(self.limits.longest));
            }
            body.extend_from_slice(&part);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Trouble>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Why there is no connection, in words that an office can act on as far as they are known.
fn unreached(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = Some(error);
    while let Some(one) = inner {
        if let Some(io) = one.downcast_ref::<std::io::Error>()
            && let Some(words) = refused(io.kind())
        {
            return words.to_owned();
        }
        inner = one.source();
    }
    let cause = cause(error);
    for (sign, words) in [("lookup address", "域名解析不出来"), ("certificate", "证书不受信任或与地址不符")]
    {
        if cause.contains(sign) {
            return format!("{words}：{cause}");
        }
    }
    cause
}

fn refused(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::ConnectionRefused => "对方没有开放这个端口",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof => {
            "对方中断了连接"
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "网络不通",
        ErrorKind::TimedOut => "对方没有应答",
        _ => return None,
    })
}

/// The innermost cause of an error: what the operating system or the protocol said.
pub(super) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    inner.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_in_the_clear_nor_to_this_machine_by_a_provider_elsewhere() {
        let allows = |local, address: &str| {
            let wire = Wire::new(Limits::default(), local).unwrap();
            wire.allow(&address.parse().unwrap()).is_ok()
        };
        assert!(allows(false, "https://sso.example/token"));
        assert!(!allows(false, "http://sso.example/token"));
        for here in ["https://127.0.0.1/token", "https://localhost:8068/", "http://[::1]:9000/token"] {
            assert!(!allows(false, here), "{here}");
            assert!(allows(true, here), "{here}");
        }
        assert!(!allows(true, "http://10.0.0.1/token"));
    }

    #[test]
    fn why_there_is_no_connection_is_told_in_words() {
        use std::io::Error;
        for (kind, words) in [
            (ErrorKind::ConnectionRefused, "没有开放这个端口"),
            (ErrorKind::ConnectionReset, "中断了连接"),
            (ErrorKind::NetworkUnreachable, "网络不通"),
        ] {
            assert!(unreached(&Error::from(kind)).contains(words), "{kind:?}");
        }
        let name = Error::other("failed to lookup address information: Name or service not known");
        assert!(unreached(&name).starts_with("域名解析不出来"));
        assert!(
            unreached(&Error::other("invalid peer certificate: UnknownIssuer")).starts_with("证书不受信任")
        );
        assert_eq!(unreached(&Error::other("odd")), "odd");
    }
}
