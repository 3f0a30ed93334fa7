//! Webhooks and group robots: one POST of JSON. Clause N2.1.
//!
//! Follows no redirect, goes through no proxy of the environment, reads a bounded answer. The address may be internal:
//! it was entered by somebody who answers for it (ADR 0013).

use std::time::Duration;

use platform::clock::Instant;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use serde::Deserialize;

use super::TIMEOUT;
use crate::alert::entity::channel;
use crate::alert::message::{Message, dingtalk_signature, webhook_signature};
use crate::alert::model::Way;

/// Bytes of an answer that are read: robots answer in one line.
const LONGEST_ANSWER: usize = 4_096;
/// How long a connection may take: a server that is there answers within seconds.
const CONNECT: Duration = Duration::from_secs(8);

/// What robots answer.
#[derive(Deserialize)]
struct Robot {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// Posts a message.
pub(super) async fn send(
    channel: &channel::Model,
    message: &Message,
    now: Instant,
) -> Result<String, String> {
    let mut address: url::Url =
        channel.address.parse().map_err(|_| "渠道的地址不是有效的网址。".to_owned())?;
    let body = match channel.way {
        Way::WeCom => message.wecom(),
        Way::DingTalk => message.dingtalk(),
        Way::Webhook | Way::Mail => message.webhook(),
    };
    let body = body.to_string();
    if channel.way == Way::DingTalk && !channel.secret.is_empty() {
        let milliseconds = now.timestamp_millis();
        let signature = dingtalk_signature(&channel.secret, milliseconds);
        address
            .query_pairs_mut()
            .append_pair("timestamp", &milliseconds.to_string())
            .append_pair("sign", &signature);
    }
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(TIMEOUT)
        .user_agent("Xunwang-alert/1")
        .build()
        .map_err(|error| format!("无法准备连接：{}", super::cause(&error)))?;
    let mut request = client.post(address).header(CONTENT_TYPE, "application/json; charset=utf-8");
    if channel.way == Way::Webhook {
        let timestamp = now.timestamp();
        request = request.header("X-Xunwang-Message", message.id).header("X-Xunwang-Timestamp", timestamp);
        if !channel.secret.is_empty() {
            let signature = webhook_signature(&channel.secret, timestamp, &body);
            request = request.header("X-Xunwang-Signature", format!("sha256={signature}"));
        }
    }
    // The address is left out of every word: a robot's holds its key.
    let failed = |error: reqwest::Error| unreached(&error.without_url());
    let mut response = request.body(body).send().await.map_err(failed)?;
    let status = response.status();
    let mut answer = Vec::new();
    while answer.len() < LONGEST_ANSWER {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                answer.extend_from_slice(&chunk[..chunk.len().min(LONGEST_ANSWER - answer.len())])
            }
            Ok(None) => break,
            Err(error) => return Err(unreached(&error.without_url())),
        }
    }
    let said = String::from_utf8_lossy(&answer).into_owned();
    if status.is_redirection() {
        return Err(format!("对方要求转到别处（{status}），没有跟随；请填写最终地址。"));
    }
    if !status.is_success() {
        return Err(format!("对方拒绝：{status} {said}"));
    }
    if channel.way == Way::Webhook {
        return Ok(format!("对方已接收：{status} {said}"));
    }
    match serde_json::from_slice::<Robot>(&answer) {
        Ok(Robot { errcode: 0, .. }) => Ok("群机器人已接收。".to_owned()),
        Ok(Robot { errcode, errmsg }) => Err(format!("群机器人拒绝：{errcode} {errmsg}")),
        Err(_) => Err(format!("群机器人的应答看不懂：{said}")),
    }
}

fn unreached(error: &reqwest::Error) -> String {
    let cause = super::cause(error);
    if error.is_timeout() {
        "对方没有应答。".to_owned()
    } else if error.is_connect() {
        format!("连不上对方：{cause}")
    } else {
        format!("连接中断：{cause}")
    }
}
