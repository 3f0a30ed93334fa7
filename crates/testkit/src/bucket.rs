//! A small object store on loopback: whole objects put, read, listed and removed as Amazon's S3 does, and every way of
//! failing that a test asks for. Tests only (N2.1).
//!
//! Holds objects in memory, looks at no signature, knows no uploads in parts, and ends with the test.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A client that says nothing for so long is let go, so that no test hangs.
const PATIENCE: Duration = Duration::from_secs(10);
/// No object of a test is longer.
const LONGEST: usize = 16 << 20;

/// How the store behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Serves,
    /// Answers so many requests with 503, then serves.
    Busy(u32),
    /// Closes the connection so often before it answers, then serves.
    BreaksOff(u32),
    /// Refuses everybody's key.
    Refuses,
    /// Knows no bucket.
    NoBucket,
    /// Takes no more bytes.
    Full,
}

struct State {
    bucket: String,
    mood: Mutex<Mood>,
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    asked: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

/// A running store with one bucket; stops when dropped.
pub struct Bucket {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

impl Bucket {
    /// Serves an empty bucket of this name on a free port of loopback.
    pub fn start(name: &str) -> io::Result<Bucket> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            bucket: name.to_owned(),
            mood: Mutex::new(Mood::Serves),
            objects: Mutex::default(),
            asked: Mutex::default(),
            stopping: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopping.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&shared);
                // A connection that breaks is the client's choice or the test's wish.
                std::thread::spawn(move || serve(stream, &state).ok());
            }
        });
        Ok(Bucket { address, state, accepting: Some(accepting) })
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn set(&self, mood: Mood) {
        *lock(&self.state.mood) = mood;
    }

    /// The objects by key, to be looked at and changed.
    pub fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        lock(&self.state.objects)
    }

    /// Method and target of every request so far.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.state.asked).clone()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it shall stop.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }
}

fn serve(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut out = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 || state.stopping.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().unwrap_or(0).min(LONGEST);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        lock(&state.asked).push(format!("{method} {target}"));
        let Some((status, answer)) = answer(method, target, body, state) else {
            return out.shutdown(Shutdown::Both);
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nETag: \"x\"\r\nLast-Modified: Thu, 26 Nov 2026 00:00:00 GMT\r\n\r\n",
            answer.len()
        );
        // In one piece: two would wait for each other's acknowledgement.
        let mut whole = head.into_bytes();
        if method != "HEAD" {
            whole.extend(answer);
        }
        out.write_all(&whole)?;
    }
}

/// Status and body; `None` breaks the connection off.
fn answer(method: &str, target: &str, body: Vec<u8>, state: &State) -> Option<(u16, Vec<u8>)> {
    let error =
        |status, code: &str| Some((status, format!("<Error><Code>{code}</Code></Error>").into_bytes()));
    let mut mood = lock(&state.mood);
    match *mood {
        Mood::Busy(left) if left > 0 => {
            *mood = Mood::Busy(left - 1);
            return error(503, "SlowDown");
        }
        Mood::BreaksOff(left) if left > 0 => {
            *mood = Mood::BreaksOff(left - 1);
            return None;
        }
        Mood::Refuses => return error(403, "SignatureDoesNotMatch"),
        Mood::NoBucket => return error(404, "NoSuchBucket"),
        Mood::Full if method == "PUT" => return error(507, "XMinioStorageFull"),
        _ => {}
    }
    drop(mood);
    let mut objects = lock(&state.objects);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let bucket = format!("/{}", state.bucket);
    let key = path.strip_prefix(&bucket)?.trim_start_matches('/').to_owned();
    match method {
        "GET" if key.is_empty() => {
            let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap_or_default();
            let prefix = prefix.replace("%2F", "/");
            let listed = objects.iter().filter(|(key, _)| key.starts_with(&prefix)).map(|(key, bytes)| {
                format!(
                    "<Contents><Key>{key}</Key><LastModified>2026-11-26T00:00:00.000Z</LastModified>\
                     <ETag>x</ETag><Size>{}</Size></Contents>",
                    bytes.len()
                )
            });
            let listed: String = listed.collect();
            let xml =
                format!("<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>");
            Some((200, xml.into_bytes()))
        }
        "GET" | "HEAD" => match objects.get(&key) {
            Some(bytes) => Some((200, bytes.clone())),
            None => error(404, "NoSuchKey"),
        },
        "PUT" => {
            objects.insert(key, body);
            Some((200, Vec::new()))
        }
        "DELETE" => {
            objects.remove(&key);
            Some((204, Vec::new()))
        }
        _ => error(501, "NotImplemented"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
