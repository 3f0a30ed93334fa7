//! The rehearsal's sites on this machine: a port for each, the same at every start. Serves N2.1.
//!
//! Listens on 127.0.0.1 only. Which port is whose stands in a file of the data folder, for the register holds them as
//! home pages.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::Timelike as _;
use ledger::identity::entity::UnitLevel;
use platform::clock::Clock;
use tokio::net::TcpListener;

use super::pages::{self, Face, NOT_FOUND};
use super::province::{Conduct, Unit, units};
use crate::serving::{Answered, Head, Served, reply};

/// The file in the data folder that holds the ports, in the order of the units.
const FILE: &str = "rehearsal.json";
/// Where the search for free ports begins: below those that systems give to outgoing connections.
pub const FIRST_PORT: u16 = 18_100;
/// Ports that are tried; a machine that has so many taken is no place for a rehearsal.
const TRIED: u16 = 2_000;
/// What the slow site takes for a page: longer than the three seconds that the guide advises.
const SLOW: Duration = Duration::from_secs(4);
/// Minutes of each half hour in which a faltering site fails: two visits at the usual interval see it.
const FALTERS: u32 = 11;

/// The sites while they are served.
#[derive(Debug)]
pub struct Group {
    homes: Vec<String>,
    /// Names of sites whose port something else has taken.
    lost: Vec<String>,
    _served: Vec<Served>,
}

impl Group {
    /// Serves the sites, on the ports of an earlier start where there was one.
    ///
    /// # Errors
    /// The folder cannot be read or written, or no ports are free.
    pub async fn open(data: &Path, clock: Arc<dyn Clock>) -> io::Result<Group> {
        let file = data.join(FILE);
        let units = units();
        let (ports, listeners) = match std::fs::read(&file) {
            Ok(bytes) => again(&units, &bytes).await?,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
                let (ports, listeners) = anew(&units).await?;
                // Under its name only when it is whole: a broken file would lose the sites for good.
                let part = data.join(format!("{FILE}.part"));
                std::fs::write(&part, serde_json::to_vec(&ports)?)?;
                std::fs::rename(part, file)?;
                (ports, listeners)
            }
            Err(fault) => return Err(fault),
        };
        let mut group = Group { homes: Vec::new(), lost: Vec::new(), _served: Vec::new() };
        for (at, ((unit, port), listener)) in units.into_iter().zip(ports).zip(listeners).enumerate() {
            group.homes.push(format!("http://127.0.0.1:{port}/"));
            match listener {
                Some(listener) => {
                    group._served.push(Served::on(listener, site(at, &unit, port, Arc::clone(&clock)))?);
                }
                None if unit.conduct == Conduct::Down => {}
                None => group.lost.push(unit.name),
            }
        }
        Ok(group)
    }

    /// Whether a data folder holds a rehearsal.
    pub fn is_in(data: &Path) -> bool {
        data.join(FILE).exists()
    }

    /// Home pages in the order of the units.
    pub fn homes(&self) -> &[String] {
        &self.homes
    }

    /// Names of the sites that could not be served, since something else listens on their port.
    pub fn lost(&self) -> &[String] {
        &self.lost
    }
}

type Opened = (Vec<u16>, Vec<Option<TcpListener>>);

async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}

/// Binds the ports of an earlier start.
async fn again(units: &[Unit], bytes: &[u8]) -> io::Result<Opened> {
    let ports: Vec<u16> = serde_json::from_slice(bytes)?;
    if ports.len() != units.len() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{FILE}: {} ports", ports.len())));
    }
    let mut listeners = Vec::new();
    for (unit, port) in units.iter().zip(&ports) {
        listeners.push(if unit.conduct == Conduct::Down { None } else { bind(*port).await.ok() });
    }
    Ok((ports, listeners))
}

/// Finds a free port for each unit.
async fn anew(units: &[Unit]) -> io::Result<Opened> {
    let mut free = FIRST_PORT..FIRST_PORT + TRIED;
    let (mut ports, mut listeners) = (Vec::new(), Vec::new());
    for unit in units {
        let listener = loop {
            let port = free.next().ok_or(io::ErrorKind::AddrInUse)?;
            match bind(port).await {
                Ok(listener) => break listener,
                Err(fault) if fault.kind() == io::ErrorKind::AddrInUse => {}
                Err(fault) => return Err(fault),
            }
        };
        ports.push(listener.local_addr()?.port());
        listeners.push((unit.conduct != Conduct::Down).then_some(listener));
    }
    Ok((ports, listeners))
}

/// The answers of a unit's site.
fn site(at: usize, unit: &Unit, port: u16, clock: Arc<dyn Clock>) -> Arc<crate::serving::Answers> {
    let face = face(at, unit, port);
    let conduct = unit.conduct;
    Arc::new(move |head: &Head| {
        let now = clock.now();
        let html = "text/html; charset=utf-8";
        if conduct == Conduct::Faltering && now.minute() % 30 < FALTERS {
            return reply(head, 503, html, "", "<title>503</title>服务暂时不可用".as_bytes()).into();
        }
        let Some(path) = head.page() else { return reply(head, 405, html, "", b"").into() };
        let bytes = match pages::page(&face, path, pages::day(now)) {
            Some((kind, text)) => reply(head, 200, kind, "", text.as_bytes()),
            None => reply(head, 404, html, "", NOT_FOUND.as_bytes()),
        };
        let after = if conduct == Conduct::Slow { SLOW } else { Duration::ZERO };
        Answered { bytes, after }
    })
}

/// What a unit's site shows of itself; the register says the same.
pub(super) fn face(at: usize, unit: &Unit, port: u16) -> Face {
    let (icp, police) = pages::filings(at);
    let level = if unit.level == UnitLevel::Department { 40 } else { 1 };
    Face {
        name: unit.name.clone(),
        code: format!("{}{:04}", unit.division, level + at),
        icp,
        police,
        host: format!("127.0.0.1:{port}"),
        troubles: unit.troubles,
    }
}
