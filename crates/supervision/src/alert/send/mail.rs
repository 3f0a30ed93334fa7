//! Mail by SMTP, one message to all addresses of a channel. Clause N2.1.
//!
//! Certificates are checked; a server that offers no STARTTLS where it was asked for is not spoken to in the clear.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::TIMEOUT;
use crate::alert::entity::account;

/// Sends by the account to addresses between commas.
pub(super) async fn send(
    account: Option<&account::Model>,
    addresses: &str,
    subject: String,
    text: String,
) -> Result<String, String> {
    let Some(account) = account.filter(|account| !account.host.is_empty()) else {
        return Err("还没有设置发信账号，请系统管理员在“发信设置”中填写。".to_owned());
    };
    let mail = compose(account, addresses, subject, text)?;
    let transport = transport(account)?;
    let answer = transport.send(mail).await.map_err(|error| refused(account, &error))?;
    let said: Vec<&str> = answer.message().collect();
    Ok(format!("邮件服务器已接收：{} {}", answer.code(), said.join(" ")))
}

fn compose(
    account: &account::Model,
    addresses: &str,
    subject: String,
    text: String,
) -> Result<lettre::Message, String> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| format!("“{text}”不是有效的邮件地址。"));
    let mut builder: MessageBuilder =
        lettre::Message::builder().from(mailbox(&account.sender)?).subject(subject);
    for address in addresses.split(',').map(str::trim).filter(|address| !address.is_empty()) {
        builder = builder.to(mailbox(address)?);
    }
    builder
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|error| format!("邮件无法写成：{}", super::cause(&error)))
}

fn transport(account: &account::Model) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let parameters = || {
        TlsParameters::new(account.host.clone())
            .map_err(|error| format!("TLS 无法准备：{}", super::cause(&error)))
    };
    let tls = match account.security.as_str() {
        "tls" => Tls::Wrapper(parameters()?),
        "starttls" => Tls::Required(parameters()?),
        _ => Tls::None,
    };
    let port = u16::try_from(account.port).unwrap_or_default();
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&account.host)
        .port(port)
        .tls(tls)
        .timeout(Some(TIMEOUT));
    if !account.login.is_empty() {
        builder = builder.credentials(Credentials::new(account.login.clone(), account.password.clone()));
    }
    Ok(builder.build())
}

fn refused(account: &account::Model, error: &Error) -> String {
    let (host, port) = (&account.host, account.port);
    let cause = super::cause(error);
    if let Some(code) = error.status() {
        let what = if error.is_permanent() { "拒绝" } else { "暂不接收，稍后会再试" };
        return format!("邮件服务器 {host}:{port} {what}：{code} {cause}");
    }
    if error.is_tls() {
        return format!("与邮件服务器 {host}:{port} 的加密连接失败：{cause}");
    }
    if error.is_timeout() {
        return format!("邮件服务器 {host}:{port} 没有应答。");
    }
    if error.is_response() {
        // A connection that ends within an answer is told as an answer that is not whole.
        return format!("邮件服务器 {host}:{port} 连接中断或应答看不懂：{cause}");
    }
    format!("连不上邮件服务器 {host}:{port} 或连接中断：{cause}")
}
