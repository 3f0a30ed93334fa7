//! A small OpenID Connect provider on loopback, with keys of its own and every fault that a console must see. Tests only
//! (N4.7).
//!
//! It checks what a careful provider checks (client, redirect, PKCE, codes used once); its one person is whoever the test
//! says. Time is what the test says, too.

mod keys;
mod talk;
mod token;

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use keys::Keys;

/// What the provider does wrong from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    WrongNonce,
    NoNonce,
    WrongAudience,
    /// Made for us and for somebody else.
    TwoAudiences,
    /// Made for us, to be used by somebody else.
    WrongParty,
    Expired,
    /// Made in the future.
    Early,
    /// Made an hour ago and still good for an hour.
    Old,
    ForeignIssuer,
    BadSignature,
    /// Claims that were changed after they were signed.
    Tampered,
    AlgNone,
    /// Signed with the client's own secret.
    Hmac,
    /// Signed with a key that is published nowhere.
    UnknownKey,
    WrongAccessHash,
    NoIdToken,
    /// Describes itself under another name.
    OtherName,
    /// Describes endpoints without encryption on another machine.
    PlainEndpoints,
    NotJson,
    Redirects,
    /// Says another subject beside the ID token.
    OtherSubject,
    /// Refuses our secret.
    RefusesClient,
    HugeDescription,
    HugeToken,
    /// Takes the question and says nothing.
    HangsAtDescription,
    HangsAtToken,
    /// Begins an answer and stops in the middle.
    HangsInToken,
    /// Answers the browser under another provider's name.
    OtherAnswer,
    /// Sends the browser back with an error.
    Declines,
}

/// Who is logged in at the provider.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub subject: String,
    pub login_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub amr: Vec<&'static str>,
    pub acr: Option<&'static str>,
    /// Names are told by userinfo only, as the standard has it.
    pub names_apart: bool,
}

/// A login that was granted and not yet exchanged.
struct Grant {
    account: Account,
    nonce: String,
    challenge: String,
    redirect: String,
}

struct State {
    origin: String,
    client: String,
    secret: String,
    inner: Mutex<Inner>,
    stopping: AtomicBool,
}

struct Inner {
    fault: Fault,
    account: Account,
    now: i64,
    keys: Keys,
    leaves: bool,
    codes: HashMap<String, Grant>,
    tokens: HashMap<String, Account>,
    next: u64,
    asked: Vec<String>,
}

/// A running provider; stops when dropped.
pub struct Provider {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

impl Provider {
    /// Serves on a free port of 127.0.0.1; `now` is what its clock shows, in seconds since 1970.
    pub fn start(client: &str, secret: &str, now: i64) -> io::Result<Provider> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let inner = Inner {
            fault: Fault::None,
            account: Account::default(),
            now,
            keys: Keys::elliptic(1),
            leaves: true,
            codes: HashMap::new(),
            tokens: HashMap::new(),
            next: 1,
            asked: Vec::new(),
        };
        let state = Arc::new(State {
            origin: format!("http://{address}"),
            client: client.to_owned(),
            secret: secret.to_owned(),
            inner: Mutex::new(inner),
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
                std::thread::spawn(move || talk::serve(stream, &state).ok());
            }
        });
        Ok(Provider { address, state, accepting: Some(accepting) })
    }

    /// Its name.
    pub fn issuer(&self) -> String {
        self.state.origin.clone()
    }

    /// Does this wrong from the next question on.
    pub fn fault(&self, fault: Fault) {
        self.inner().fault = fault;
    }

    /// This is who is logged in from now on.
    pub fn account(&self, account: Account) {
        self.inner().account = account;
    }

    /// Turns its clock.
    pub fn set_now(&self, now: i64) {
        self.inner().now = now;
    }

    /// Signs with a new key from now on, and publishes only that.
    pub fn rotate(&self) {
        let mut inner = self.inner();
        let serial = inner.keys.serial() + 1;
        inner.keys = Keys::elliptic(serial);
    }

    /// Likewise, with RSA.
    pub fn rotate_to_rsa(&self) {
        let mut inner = self.inner();
        let serial = inner.keys.serial() + 1;
        inner.keys = Keys::rsa(serial);
    }

    /// Has no place to leave at.
    pub fn without_leaving(&self) {
        self.inner().leaves = false;
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.inner().asked.iter().filter(|asked| *asked == path).count()
    }

    /// What a browser does that was sent to `address`: goes there and tells where it is sent next.
    pub fn visit(&self, address: &str) -> io::Result<String> {
        let target = address.strip_prefix(&self.state.origin).ok_or(io::ErrorKind::InvalidInput)?;
        let answer = crate::client::get(self.address, target)?;
        let text = || io::Error::other(String::from_utf8_lossy(&answer.body).into_owned());
        answer.header("location").map(str::to_owned).ok_or_else(text)
    }

    /// Stops answering at all.
    pub fn stop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it shall stop.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.inner()
    }
}

impl State {
    /// Locks even when another thread panicked: the test that panicked reports itself.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests;
