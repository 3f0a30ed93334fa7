//! A raw HTTP/1.1 server on loopback that answers byte for byte what a test tells it. Tests only (N2.1, N2.4).
//!
//! One thread a connection, standard library only. It never repairs what it is told to send, and it ends all
//! its connections when it is dropped.

mod connection;
mod journal;
mod reply;
mod request;
mod routes;
mod wire;

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use journal::{Journal, Seen};
pub use reply::{Body, Fate, Framing, MAX_PAUSE, Reply, gzip};
pub use request::Request;
pub use routes::Routes;

use crate::tls::Identity;

/// An address that is taken but not yet served, so that pages can name it before they are written.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// A running server; stops when dropped.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

/// What the accepting thread, the connections and the test share.
struct State {
    routes: Routes,
    journal: Journal,
    stopping: AtomicBool,
    next_connection: AtomicU64,
    open: Mutex<HashMap<u64, TcpStream>>,
    identity: Option<Identity>,
}

impl Bound {
    /// Takes a free port of 127.0.0.1.
    pub fn new() -> io::Result<Bound> {
        Bound::at("127.0.0.1")
    }

    /// Takes a free port of a loopback address such as `127.0.0.2`.
    pub fn at(host: &str) -> io::Result<Bound> {
        let listener = TcpListener::bind((host, 0))?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "only loopback addresses are served"));
        }
        Ok(Bound { listener, address })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://host:port`, without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts serving.
    pub fn serve(self, routes: Routes) -> Server {
        self.run(routes, None)
    }

    /// Starts serving over TLS with the given certificate.
    pub fn serve_tls(self, routes: Routes, identity: Identity) -> Server {
        self.run(routes, Some(identity))
    }

    fn run(self, routes: Routes, identity: Option<Identity>) -> Server {
        let scheme = if identity.is_some() { "https" } else { "http" };
        let state = Arc::new(State {
            routes,
            journal: Journal::default(),
            stopping: AtomicBool::new(false),
            next_connection: AtomicU64::new(1),
            open: Mutex::new(HashMap::new()),
            identity,
        });
        let shared = state.clone();
        let accepting = std::thread::spawn(move || accept(&self.listener, &shared));
        Server { address: self.address, scheme, state, accepting: Some(accepting) }
    }
}

impl Server {
    /// Serves `routes` on a free port of 127.0.0.1.
    pub fn start(routes: Routes) -> io::Result<Server> {
        Ok(Bound::new()?.serve(routes))
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://host:port`, without a slash at the end.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Absolute address of a target on this server.
    pub fn url(&self, target: &str) -> String {
        format!("{}{target}", self.origin())
    }

    /// What was asked so far.
    pub fn journal(&self) -> &Journal {
        &self.state.journal
    }

    /// Ends every connection and stops listening; asked again, it does nothing.
    pub fn stop(&mut self) {
        let Some(accepting) = self.accepting.take() else { return };
        self.state.stopping.store(true, Ordering::SeqCst);
        for (_, stream) in lock(&self.state.open).drain() {
            // The client may have closed already, which is just as good.
            stream.shutdown(Shutdown::Both).ok();
        }
        // Wakes the accepting thread, which then sees that it shall stop.
        drop(TcpStream::connect(self.address));
        accepting.join().ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming() {
        if state.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let id = state.next_connection.fetch_add(1, Ordering::SeqCst);
        if let Ok(handle) = stream.try_clone() {
            lock(&state.open).insert(id, handle);
        }
        let state = state.clone();
        std::thread::spawn(move || {
            // A broken connection is the client's choice or the test's wish: nothing to report.
            connection::serve(stream, id, &state).ok();
            lock(&state.open).remove(&id);
        });
    }
}

/// Locks even when another thread panicked: the test that panicked reports itself.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
