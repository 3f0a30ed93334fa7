//! A virus scanner on loopback that speaks clamd's part of INSTREAM and knows what a test tells it. Tests only (N2.5).
//!
//! Also one that hangs and one that talks nonsense. Scans nothing else, and ends all its connections when dropped.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Longest stream that is taken; more is answered with clamd's own error.
const LONGEST: usize = 32 << 20;

/// How a scanner answers.
#[derive(Clone, Debug)]
pub enum Habit {
    /// Tells the name of the first of these pieces that a stream holds.
    Knows(Vec<(Vec<u8>, String)>),
    /// Takes everything and never answers.
    Hangs,
    /// Answers every question, `PING` too, with this.
    Babbles(String),
}

/// A running scanner; stops when dropped.
pub struct Scanner {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

struct State {
    habit: Habit,
    stopping: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    streams: Mutex<Vec<Vec<u8>>>,
}

impl Scanner {
    /// Listens on a free port of 127.0.0.1.
    pub fn start(habit: Habit) -> io::Result<Scanner> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            habit,
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
            streams: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let accepting = std::thread::spawn(move || accept(&listener, &shared));
        Ok(Scanner { address, state, accepting: Some(accepting) })
    }

    /// `host:port`, as `--clamd` wants it.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The streams that were sent to be scanned so far.
    pub fn streams(&self) -> Vec<Vec<u8>> {
        lock(&self.state.streams).clone()
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        let Some(accepting) = self.accepting.take() else { return };
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it shall stop.
        drop(TcpStream::connect(self.address));
        accepting.join().ok();
        for stream in lock(&self.state.open).drain(..) {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming() {
        if state.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if let Ok(handle) = stream.try_clone() {
            lock(&state.open).push(handle);
        }
        let state = Arc::clone(state);
        std::thread::spawn(move || {
            // A broken connection is the client's choice: nothing to report.
            serve(&stream, &state).ok();
            if !matches!(state.habit, Habit::Hangs) {
                stream.shutdown(Shutdown::Both).ok();
            }
        });
    }
}

/// One question a connection, as clamd takes it outside of a session.
fn serve(mut stream: &TcpStream, state: &State) -> io::Result<()> {
    let mut command = Vec::new();
    while command.last() != Some(&0) && command.len() < 64 {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        command.push(byte[0]);
    }
    let body = match &*command {
        b"zINSTREAM\0" => Some(stream_of(stream)?),
        _ => None,
    };
    let answer = match (&state.habit, &body) {
        (Habit::Hangs, _) => return Ok(()),
        (Habit::Babbles(words), _) => words.clone(),
        (Habit::Knows(_), None) if command == b"zPING\0" => "PONG".to_owned(),
        (Habit::Knows(_), None) => "UNKNOWN COMMAND".to_owned(),
        (Habit::Knows(_), Some(body)) if body.len() > LONGEST => {
            "INSTREAM size limit exceeded. ERROR".to_owned()
        }
        (Habit::Knows(list), Some(body)) => {
            let holds = |piece: &[u8]| !piece.is_empty() && body.windows(piece.len()).any(|w| w == piece);
            match list.iter().find(|(piece, _)| holds(piece)) {
                Some((_, name)) => format!("stream: {name} FOUND"),
                None => "stream: OK".to_owned(),
            }
        }
    };
    lock(&state.streams).extend(body);
    stream.write_all(answer.as_bytes())?;
    stream.write_all(&[0])
}

/// The pieces of a stream, each behind its length, up to the empty one.
fn stream_of(mut stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 || body.len() > LONGEST {
            return Ok(body);
        }
        let read = stream.take(length as u64).read_to_end(&mut body)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Locks even when another thread panicked: the test that panicked reports itself.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
