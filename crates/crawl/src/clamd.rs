//! Asks the virus scanner that the user runs about a body: clamd, over INSTREAM. Clause N2.5.
//!
//! The scanner is the one address beside websites that a run connects to, and only where the user names it. Nothing is
//! written to disk; a scanner that is away, busy or confused is told as that, and the run goes on without its word.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::timeout;

/// Bytes sent in one piece; the protocol allows any size.
const CHUNK: usize = 64 << 10;
/// Bytes of a body that are sent: clamd's own `StreamMaxLength` was 25 MB for years, and a longer stream is cut off.
const LONGEST: usize = 25 << 20;
/// Bytes of an answer; names of signatures have some fifty.
const REPLY: u64 = 4 << 10;
/// Scans at the same time; clamd works on ten and queues the rest.
const AT_ONCE: usize = 2;
/// A scanner on the same machine or network answers at once, or not at all.
const CONNECT: Duration = Duration::from_secs(5);
/// Answering `PING` takes no work at all.
const GREETING: Duration = Duration::from_secs(5);
/// Scans in a row that came to nothing, after which nobody waits for the scanner any more: a site has thousands of pages.
const GIVE_UP_AFTER: u32 = 3;
/// Archives take clamd some seconds; its own limit for a file is two minutes.
const SCAN: Duration = Duration::from_secs(120);

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Tcp(String),
    Unix(PathBuf),
}

/// Why there is no word of the scanner.
#[derive(Debug, thiserror::Error)]
pub enum ScanTrouble {
    #[error("连不上 clamd（{0}）")]
    Away(std::io::Error),
    #[error("clamd 在 {} 秒内没有答复", .0.as_secs())]
    Slow(Duration),
    #[error("文件超过 {} MB，没有送检", LONGEST >> 20)]
    TooLarge,
    /// What it said instead of a verdict.
    #[error("clamd 的答复看不懂：“{0}”")]
    Refused(String),
}

/// A scanner that the user named.
#[derive(Debug)]
pub struct Clamd {
    place: Place,
    turns: Semaphore,
    /// Why it did not answer its first `PING`; it is sent nothing then.
    greeted: OnceCell<Option<ScanTrouble>>,
    /// Scans in a row without a word.
    in_vain: AtomicU32,
}

impl Clamd {
    /// The scanner at `host:port`, or at a socket given by its path (`/run/clamav/clamd.ctl`, `unix:…`). `None` for
    /// what is neither.
    pub fn at(address: &str) -> Option<Clamd> {
        let place =
            match address.strip_prefix("unix:").or_else(|| address.starts_with('/').then_some(address)) {
                Some(path) if !path.is_empty() => Place::Unix(path.into()),
                Some(_) => return None,
                None => {
                    let address = address.strip_prefix("tcp:").unwrap_or(address);
                    let (host, port) = address.rsplit_once(':')?;
                    port.parse::<u16>().ok().filter(|port| *port > 0 && !host.is_empty())?;
                    Place::Tcp(address.to_owned())
                }
            };
        Some(Clamd {
            place,
            turns: Semaphore::new(AT_ONCE),
            greeted: OnceCell::new(),
            in_vain: AtomicU32::new(0),
        })
    }

    /// Whether it is there and speaks the protocol.
    pub async fn ping(&self) -> Result<(), ScanTrouble> {
        let reply = self.ask(b"zPING\0", None, GREETING).await?;
        if reply == "PONG" { Ok(()) } else { Err(ScanTrouble::Refused(reply)) }
    }

    /// Why nothing can be scanned, as far as it was told by the first word with it; `None` where it answered.
    pub async fn greet(&self) -> Option<&ScanTrouble> {
        self.greeted.get_or_init(|| async { self.ping().await.err() }).await.as_ref()
    }

    /// As [`Clamd::scan`], but one that did not answer its greeting, or gave no word several times in a row, is not
    /// waited for again: `None` then, and for every other trouble.
    pub async fn word(&self, bytes: &[u8]) -> Option<Option<String>> {
        if self.greet().await.is_some() || self.in_vain.load(Ordering::Relaxed) >= GIVE_UP_AFTER {
            return None;
        }
        match self.scan(bytes).await {
            Ok(word) => {
                self.in_vain.store(0, Ordering::Relaxed);
                Some(word)
            }
            Err(trouble) => {
                // A file that is too large says nothing of the scanner.
                if !matches!(trouble, ScanTrouble::TooLarge) {
                    self.in_vain.fetch_add(1, Ordering::Relaxed);
                }
                None
            }
        }
    }

    /// The name by which it knows what is in the bytes; `None` where it knows nothing of them.
    pub async fn scan(&self, bytes: &[u8]) -> Result<Option<String>, ScanTrouble> {
        if bytes.len() > LONGEST {
            return Err(ScanTrouble::TooLarge);
        }
        let reply = self.ask(b"zINSTREAM\0", Some(bytes), SCAN).await?;
        match reply.strip_prefix("stream: ").unwrap_or(&reply) {
            "OK" => Ok(None),
            verdict => match verdict.strip_suffix(" FOUND") {
                Some(name) => Ok(Some(name.to_owned())),
                None => Err(ScanTrouble::Refused(reply)),
            },
        }
    }

    async fn ask(
        &self,
        command: &[u8],
        body: Option<&[u8]>,
        within: Duration,
    ) -> Result<String, ScanTrouble> {
        let away = |_| ScanTrouble::Away(std::io::ErrorKind::TimedOut.into());
        // The semaphore is never closed; were it, the scanner would count as away.
        let _turn = self.turns.acquire().await.map_err(|e| ScanTrouble::Away(std::io::Error::other(e)))?;
        match &self.place {
            Place::Tcp(address) => {
                let stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(away)?;
                spoken(stream.map_err(ScanTrouble::Away)?, command, body, within).await
            }
            #[cfg(unix)]
            Place::Unix(path) => {
                let stream = timeout(CONNECT, tokio::net::UnixStream::connect(path)).await.map_err(away)?;
                spoken(stream.map_err(ScanTrouble::Away)?, command, body, within).await
            }
            #[cfg(not(unix))]
            Place::Unix(_) => Err(ScanTrouble::Away(std::io::ErrorKind::Unsupported.into())),
        }
    }
}

/// One question on one connection, and its answer without the closing zero.
async fn spoken(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    command: &[u8],
    body: Option<&[u8]>,
    within: Duration,
) -> Result<String, ScanTrouble> {
    let exchange = async {
        // A scanner that has seen enough stops reading and answers; its answer counts, not the broken pipe.
        let sent = send(&mut stream, command, body).await;
        let mut reply = Vec::new();
        let read = (&mut stream).take(REPLY).read_to_end(&mut reply).await;
        if reply.is_empty() {
            sent?;
            read?;
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let reply = String::from_utf8_lossy(&reply);
        Ok(reply.trim_end_matches(['\0', '\n']).to_owned())
    };
    match timeout(within, exchange).await {
        Ok(reply) => reply.map_err(ScanTrouble::Away),
        Err(_) => Err(ScanTrouble::Slow(within)),
    }
}

async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    command: &[u8],
    body: Option<&[u8]>,
) -> std::io::Result<()> {
    stream.write_all(command).await?;
    if let Some(body) = body {
        for chunk in body.chunks(CHUNK) {
            stream.write_all(&(chunk.len() as u32).to_be_bytes()).await?;
            stream.write_all(chunk).await?;
        }
        stream.write_all(&[0; 4]).await?;
    }
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// Speaks clamd's part on loopback: takes one question a connection and answers as `verdict` says of its bytes.
    async fn server(verdict: fn(&[u8]) -> Option<&'static str>) -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut command = Vec::new();
                while !command.ends_with(b"\0") {
                    command.push(stream.read_u8().await.unwrap());
                }
                if command == b"zPING\0" {
                    stream.write_all(b"PONG\0").await.unwrap();
                    continue;
                }
                assert_eq!(command, b"zINSTREAM\0");
                let mut body = Vec::new();
                loop {
                    let len = stream.read_u32().await.unwrap() as usize;
                    if len == 0 {
                        break;
                    }
                    let mut chunk = vec![0; len];
                    stream.read_exact(&mut chunk).await.unwrap();
                    body.extend(chunk);
                    if let Some(early) = verdict(&body).filter(|reply| reply.ends_with("ERROR")) {
                        stream.write_all(format!("{early}\0").as_bytes()).await.unwrap();
                        break;
                    }
                }
                if let Some(reply) = verdict(&body).filter(|reply| !reply.ends_with("ERROR")) {
                    stream.write_all(format!("{reply}\0").as_bytes()).await.unwrap();
                }
            }
        });
        Clamd::at(&address).unwrap()
    }

    #[tokio::test]
    async fn verdicts_are_read_from_the_stream() {
        let scanner = server(|body| match body {
            b"bad" => Some("stream: Win.Test.Example-1 FOUND"),
            body if body.len() > 150_000 => Some("stream: Long FOUND"),
            _ => Some("stream: OK"),
        })
        .await;
        scanner.ping().await.unwrap();
        assert_eq!(scanner.scan(b"good").await.unwrap(), None);
        assert_eq!(scanner.scan(b"").await.unwrap(), None);
        assert_eq!(scanner.scan(b"bad").await.unwrap().as_deref(), Some("Win.Test.Example-1"));
        assert_eq!(
            scanner.scan(&vec![b'x'; 200_000]).await.unwrap().as_deref(),
            Some("Long"),
            "three chunks"
        );
    }

    #[tokio::test]
    async fn what_is_no_verdict_is_told_as_that() {
        let scanner = server(|_| Some("INSTREAM size limit exceeded. ERROR")).await;
        let refused = scanner.scan(&vec![b'x'; 1 << 20]).await;
        assert!(
            matches!(&refused, Err(ScanTrouble::Refused(said)) if said.contains("size limit"))
                || matches!(&refused, Err(ScanTrouble::Away(_))),
            "{refused:?}"
        );
        assert!(matches!(server(|_| None).await.scan(b"x").await, Err(ScanTrouble::Away(_))), "no word");
        assert!(matches!(scanner.scan(&vec![0; LONGEST + 1]).await, Err(ScanTrouble::TooLarge)));
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let away = Clamd::at(&nobody.to_string()).unwrap();
        assert!(matches!(away.scan(b"x").await, Err(ScanTrouble::Away(_))), "nobody listens any more");
    }

    /// Each page of a large site would otherwise wait for two minutes.
    #[tokio::test]
    async fn a_scanner_that_gives_no_word_is_not_waited_for_again_and_again() {
        let mute = server(|_| None).await;
        for _ in 0..GIVE_UP_AFTER {
            assert_eq!(mute.word(b"x").await, None);
        }
        assert_eq!(mute.in_vain.load(Ordering::Relaxed), GIVE_UP_AFTER);
        assert_eq!(mute.word(b"x").await, None);
        assert_eq!(mute.in_vain.load(Ordering::Relaxed), GIVE_UP_AFTER, "asked once more");
        let sound = server(|_| Some("stream: OK")).await;
        sound.in_vain.store(GIVE_UP_AFTER - 1, Ordering::Relaxed);
        assert_eq!(sound.word(b"x").await, Some(None));
        assert_eq!(sound.in_vain.load(Ordering::Relaxed), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_socket_is_asked_alike() {
        let path = std::env::temp_dir().join(format!("xunwang-clamd-{}.ctl", std::process::id()));
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = [0; 6];
            stream.read_exact(&mut question).await.unwrap();
            stream.write_all(b"PONG\0").await.unwrap();
        });
        Clamd::at(&format!("unix:{}", path.display())).unwrap().ping().await.unwrap();
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn addresses_are_told_apart() {
        assert_eq!(Clamd::at("127.0.0.1:3310").map(|c| c.place), Some(Place::Tcp("127.0.0.1:3310".into())));
        assert_eq!(Clamd::at("tcp:[::1]:3310").map(|c| c.place), Some(Place::Tcp("[::1]:3310".into())));
        let socket = Some(Place::Unix("/run/clamd.ctl".into()));
        assert_eq!(Clamd::at("/run/clamd.ctl").map(|c| c.place), socket);
        assert_eq!(Clamd::at("unix:/run/clamd.ctl").map(|c| c.place), socket);
        for wrong in ["", "clamd", ":3310", "host:0", "host:99999", "unix:"] {
            assert!(Clamd::at(wrong).is_none(), "{wrong}");
        }
    }
}
