//! A small SMTP server on loopback (RFC 5321, AUTH PLAIN of RFC 4954): takes and journals mails, refuses, breaks off.
//! Tests only (N2.1).
//!
//! Speaks to one connection a thread, relays nothing, and ends with the test.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A client that says nothing for so long is let go, so that no test hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What the client logged in with, as it was sent after `AUTH PLAIN`.
    pub login: Option<String>,
    pub from: String,
    pub to: Vec<String>,
    /// The head and body as they came, without the dot at the end.
    pub text: String,
}

impl Mail {
    /// The text of the body, out of quoted-printable or base64 (RFC 2045).
    pub fn body(&self) -> String {
        let text = self.text.replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or_default();
        let head = head.to_lowercase();
        let bytes = if head.contains("encoding: base64") {
            let packed: String = body.split_whitespace().collect();
            STANDARD.decode(packed).unwrap_or_default()
        } else if head.contains("encoding: quoted-printable") {
            unquoted(&body.replace("=\n", ""))
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut parts = text.split('=');
    out.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.extend(byte);
        out.extend(part.get(2..).unwrap_or_default().bytes());
    }
    out
}

/// A command at which the server can be told to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Auth,
    From,
    To,
    Data,
    /// After the last line of the mail.
    End,
}

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    Takes,
    /// Answers a step with this line, such as `451 4.3.0 try later`.
    Answers(Step, &'static str),
    /// Closes the connection at a step without a word.
    BreaksOff(Step),
}

struct State {
    manners: Mutex<Manners>,
    mails: Mutex<Vec<Mail>>,
    stopping: AtomicBool,
}

/// A running server; stops when dropped.
pub struct MailServer {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

impl MailServer {
    /// Serves on a free port of 127.0.0.1.
    pub fn start() -> io::Result<MailServer> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            manners: Mutex::new(Manners::Takes),
            mails: Mutex::default(),
            stopping: AtomicBool::new(false),
        });
        let shared = state.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopping.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let state = shared.clone();
                // A broken connection is the client's choice or the test's wish: nothing to report.
                std::thread::spawn(move || talk(stream, &state).ok());
            }
        });
        Ok(MailServer { address, state, accepting: Some(accepting) })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Behaves like this from the next command on.
    pub fn behave(&self, manners: Manners) {
        *lock(&self.state.manners) = manners;
    }

    /// The mails that were taken, in order.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.state.mails).clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it shall stop.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }
}

/// Answers a step as the server is told to; `false` when the connection is to end.
fn answer(stream: &mut TcpStream, state: &State, step: Option<Step>, usual: &str) -> io::Result<bool> {
    let line = match *lock(&state.manners) {
        Manners::Answers(at, line) if Some(at) == step => line,
        Manners::BreaksOff(at) if Some(at) == step => {
            stream.shutdown(Shutdown::Both)?;
            return Ok(false);
        }
        _ => usual,
    };
    stream.write_all(format!("{line}\r\n").as_bytes())?;
    Ok(true)
}

fn talk(mut stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?);
    if !answer(&mut stream, state, Some(Step::Greeting), "220 mail.example ESMTP")? {
        return Ok(());
    }
    let mut mail = Mail { login: None, from: String::new(), to: Vec::new(), text: String::new() };
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let inside = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let goes_on = match verb.as_str() {
            "EHLO" => answer(&mut stream, state, None, "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
            "HELO" | "NOOP" => answer(&mut stream, state, None, "250 ok")?,
            "RSET" => {
                (mail.from, mail.to) = (String::new(), Vec::new());
                answer(&mut stream, state, None, "250 ok")?
            }
            "AUTH" => {
                mail.login = line.split(' ').nth(2).map(str::to_owned);
                answer(&mut stream, state, Some(Step::Auth), "235 2.7.0 ok")?
            }
            "MAIL" => {
                mail.from = inside();
                answer(&mut stream, state, Some(Step::From), "250 ok")?
            }
            "RCPT" => {
                mail.to.push(inside());
                answer(&mut stream, state, Some(Step::To), "250 ok")?
            }
            "DATA" => {
                let asked = matches!(*lock(&state.manners), Manners::Answers(Step::Data, _));
                let goes_on = answer(&mut stream, state, Some(Step::Data), "354 go ahead")?;
                if goes_on && !asked {
                    mail.text = text(&mut lines)?;
                    let taken = !matches!(
                        *lock(&state.manners),
                        Manners::Answers(Step::End, _) | Manners::BreaksOff(Step::End)
                    );
                    if taken {
                        lock(&state.mails).push(mail.clone());
                    }
                    answer(&mut stream, state, Some(Step::End), "250 2.0.0 queued as 1")?
                } else {
                    goes_on
                }
            }
            "QUIT" => {
                answer(&mut stream, state, None, "221 bye")?;
                return Ok(());
            }
            _ => answer(&mut stream, state, None, "502 5.5.1 unknown")?,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// The lines up to the single dot, with the dots that were doubled on the way (RFC 5321, section 4.5.2).
fn text(lines: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim_end() == "." {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// Locks even when another thread panicked: the test that panicked reports itself.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
