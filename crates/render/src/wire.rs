//! The commands to Chromium and its messages: JSON with a zero byte behind, over two pipes. Serves N2.1.
//!
//! The dozen commands of the DevTools protocol that are needed are written where they are used, as plain values.
//! Knows nothing of pages. Everything is bounded; a message that is no JSON means the browser is broken.

use std::collections::VecDeque;
use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::time::timeout;

use crate::bounds;

/// Why the browser does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is gone.
    Gone,
    /// It did not answer in time.
    Silent,
    /// It sent more than anybody needs.
    Flood,
    /// It answered that it cannot do that.
    Refused(String),
}

/// Both pipes.
pub struct Wire {
    commands: Sender,
    messages: Receiver,
    buffer: Vec<u8>,
    /// What of the buffer holds no zero byte.
    scanned: usize,
    last: u64,
    waiting: VecDeque<Value>,
}

impl Wire {
    pub fn new(commands: Sender, messages: Receiver) -> Wire {
        Wire { commands, messages, buffer: Vec::new(), scanned: 0, last: 0, waiting: VecDeque::new() }
    }

    /// Sends a command and does not wait for its answer, which is dropped when it comes. Must not be cancelled: half
    /// a command is the end of the wire.
    pub async fn send(&mut self, session: Option<&str>, method: &str, params: Value) -> Result<u64, Fault> {
        self.last += 1;
        let mut command = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        match timeout(bounds::CALL, self.commands.write_all(&bytes)).await {
            Ok(Ok(())) => Ok(self.last),
            Ok(Err(_)) => Err(Fault::Gone),
            Err(_) => Err(Fault::Silent),
        }
    }

    /// Sends a command and waits for its answer. Events that come meanwhile wait.
    pub async fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Result<Value, Fault> {
        let id = self.send(session, method, params).await?;
        let answer = timeout(bounds::CALL, self.answer(id)).await.map_err(|_| Fault::Silent)?;
        let mut answer = answer?;
        match answer["error"]["message"].as_str() {
            Some(why) => Err(Fault::Refused(format!("{method}: {why}"))),
            None => Ok(answer["result"].take()),
        }
    }

    async fn answer(&mut self, id: u64) -> Result<Value, Fault> {
        loop {
            let message = self.message().await?;
            if message["id"] == id {
                return Ok(message);
            }
            if message.get("method").is_some() {
                if self.waiting.len() >= bounds::EVENTS {
                    return Err(Fault::Flood);
                }
                self.waiting.push_back(message);
            }
        }
    }

    /// The next event. May be cancelled.
    pub async fn event(&mut self) -> Result<Value, Fault> {
        if let Some(event) = self.waiting.pop_front() {
            return Ok(event);
        }
        loop {
            let message = self.message().await?;
            if message.get("method").is_some() {
                return Ok(message);
            }
        }
    }

    /// Forgets the events that wait.
    pub fn forget(&mut self) {
        self.waiting.clear();
    }

    /// The next message. May be cancelled: what was read stays in the buffer.
    async fn message(&mut self) -> Result<Value, Fault> {
        loop {
            if let Some(end) = self.buffer[self.scanned..].iter().position(|byte| *byte == 0) {
                let rest = self.buffer.split_off(self.scanned + end + 1);
                let mut message = std::mem::replace(&mut self.buffer, rest);
                message.pop();
                self.scanned = 0;
                return serde_json::from_slice(&message).map_err(|_| Fault::Gone);
            }
            self.scanned = self.buffer.len();
            if self.buffer.len() > bounds::MESSAGE {
                return Err(Fault::Flood);
            }
            match self.messages.read_buf(&mut self.buffer).await {
                Ok(0) => return Err(Fault::Gone),
                Ok(_) => {}
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Fault::Gone),
            }
        }
    }
}
