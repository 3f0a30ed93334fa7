//! Sends one message by a channel's way and says in Chinese how it went. Clause N2.1.
//!
//! Connects only to what an administrator entered; decides neither what nor when. Answers of others are data: cut at a
//! bound and told as words.

mod mail;
mod post;

use std::time::Duration;

use platform::clock::Instant;

use super::entity::{account, channel};
use super::message::Message;
use super::model::Way;

/// How long one message may take in all, from the connection to the last word of the answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Characters of the other side's words that are kept.
const WORDS: usize = 300;

/// Sends. Both results are words for the screen: what the other side said, or why it did not take the message.
pub async fn send(
    channel: &channel::Model,
    account: Option<&account::Model>,
    message: &Message,
    now: Instant,
) -> Result<String, String> {
    let sending = async {
        match channel.way {
            Way::Mail => mail::send(account, &channel.address, message.subject(), message.text()).await,
            Way::Webhook | Way::WeCom | Way::DingTalk => post::send(channel, message, now).await,
        }
    };
    let late = || Err(format!("{} 秒内没有发完，对方没有应答。", TIMEOUT.as_secs()));
    let result = tokio::time::timeout(TIMEOUT, sending).await.unwrap_or_else(|_| late());
    result.map(|words| cut(&words)).map_err(|words| cut(&words))
}

/// Sends one letter by the mail account; what comes back is as with [`send`].
pub async fn letter(
    account: Option<&account::Model>,
    address: &str,
    subject: &str,
    text: String,
) -> Result<String, String> {
    let late = || Err(format!("{} 秒内没有发完，对方没有应答。", TIMEOUT.as_secs()));
    let sending = mail::send(account, address, subject.to_owned(), text);
    let result = tokio::time::timeout(TIMEOUT, sending).await.unwrap_or_else(|_| late());
    result.map(|words| cut(&words)).map_err(|words| cut(&words))
}

/// What others say, on one line and bounded.
fn cut(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS).collect();
    line.trim().to_owned()
}

/// The innermost cause of an error: what the operating system or the protocol said.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    inner.to_string()
}
