//! One visit of a home page: how long each step took, what came back, and from whom. Clause N2.1.
//!
//! Opens connections of its own each time, so that the times are real. Takes its turns at the shared gates; what it waits
//! there is not the site's slowness. Names are asked of the system's resolver, and of no second one. Judges nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Hop, Reach, TlsFault, Withheld};
use http::{Method, header};
use tokio::time::{sleep_until, timeout};
use url::Url;

use crate::bounds;
use crate::fetch::{reach_of_status, request};
use crate::guard::{Guard, Zone, zone, zone_of_host};
use crate::headers::location;
use crate::host::{Gates, Host, Hosts};
use crate::plan::Manners;
use crate::tls::TlsSetUp;
use crate::trip::{Identity, Trip};
use crate::wire::{Conn, Want, Wire, dial, handshake, millis, resolve};

/// What a visit saw. Times are milliseconds; with redirects each is the sum over all hops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    pub reach: Reach,
    pub status: Option<u16>,
    /// Asking the resolver.
    pub dns_ms: u32,
    /// Connecting, and through a proxy everything before the request.
    pub connect_ms: u32,
    /// The secure handshake.
    pub tls_ms: u32,
    /// From the request to the head of the answer.
    pub first_ms: u32,
    /// Everything, without the waits for turns.
    pub total_ms: u32,
    /// Redirects followed.
    pub hops: u32,
    /// Whom the last connection led to; `None` behind a proxy, or if there was none.
    pub address: Option<IpAddr>,
    /// What is wrong with the certificate; the page may have been read all the same.
    pub tls_fault: Option<TlsFault>,
    /// When the certificate ends, in seconds since 1970-01-01 UTC.
    pub certificate_ends: Option<i64>,
}

/// Visits home pages.
pub struct Prober {
    wire: Wire,
    gates: Arc<Gates>,
}

/// A visit under way.
struct Visit {
    probe: Probe,
    trip: Trip,
    guard: Option<Guard>,
    /// The address of an earlier visit that failed.
    failed: Option<IpAddr>,
}

enum Step {
    Again,
    Done,
}

impl Prober {
    /// A prober that shares its politeness with all else that asks websites. Fails without trusted roots.
    pub fn new(manners: Manners, gates: Arc<Gates>) -> Result<Prober, TlsSetUp> {
        let manners = Manners { timeout: bounds::VISIT_LIMIT, ..manners };
        Ok(Prober { wire: Wire::new(Arc::new(manners))?, gates })
    }

    /// Visits a home page. After a visit that failed at the address `failed`, addresses of the other family come first.
    pub async fn visit(&self, home: &Url, failed: Option<IpAddr>) -> Probe {
        let hosts = Hosts::new(Arc::clone(&self.gates));
        let trip = Trip::under(Identity::default(), home.clone());
        let mut visit = Visit { probe: Probe::of(Reach::Garbled), trip, guard: None, failed };
        loop {
            let hop = self.hop(&mut visit, &hosts).await;
            visit.probe.hops = visit.trip.chain.len() as u32;
            match hop {
                Ok(Step::Again) => {}
                Ok(Step::Done) => return visit.probe,
                Err(reach) => return Probe { reach, ..visit.probe },
            }
        }
    }

    async fn hop(&self, visit: &mut Visit, hosts: &Hosts) -> Result<Step, Reach> {
        let host = hosts.of(&visit.trip.url).ok_or(Reach::Garbled)?;
        if visit.trip.is_in_a_loop() {
            return Err(Reach::RedirectLoop);
        }
        if visit.trip.chain.len() > bounds::MAX_HOPS {
            return Err(Reach::TooManyHops);
        }
        // No turn in time says nothing about the site.
        let turn = host.gate.book(Instant::now(), bounds::VISIT_PATIENCE);
        sleep_until(turn.ok_or(Reach::Withheld(Withheld::Limit))?.into()).await;
        let spent = Duration::from_millis(visit.probe.total_ms.into());
        let begun = Instant::now();
        let left = bounds::VISIT_LIMIT.saturating_sub(spent);
        let asked = timeout(left, self.ask(visit, &host)).await;
        visit.probe.total_ms += millis(begun);
        if let Some(tls) = host.tls.get() {
            visit.probe.tls_fault = tls.fault();
            visit.probe.certificate_ends = tls.ends_at();
        }
        asked.unwrap_or(Err(Reach::Timeout))
    }

    async fn ask(&self, visit: &mut Visit, host: &Host) -> Result<Step, Reach> {
        let mut conn = self.connect(visit, host).await?;
        let Visit { probe, trip, .. } = visit;
        let question = request(&self.wire.manners, trip, &Method::GET, false).ok_or(Reach::Garbled)?;
        let asked = Instant::now();
        let answer = self.wire.exchange(&mut conn, question, Want::Look).await;
        let (raw, _) = answer.inspect_err(|_| probe.first_ms += millis(asked))?;
        probe.first_ms += raw.head_at.duration_since(asked).as_millis() as u32;
        let status = raw.status.as_u16();
        trip.take_cookies(&raw.headers);
        if matches!(status, 301 | 302 | 303 | 307 | 308)
            && let Some(next) = raw.headers.get(header::LOCATION).and_then(|v| location(&trip.url, v))
        {
            trip.chain.push(Hop { status, to: next.to_string() });
            trip.url = next;
            return Ok(Step::Again);
        }
        if status == 407 && self.wire.manners.proxy.is_some() {
            return Err(Reach::NoProxy);
        }
        probe.status = Some(status);
        probe.reach = reach_of_status(status);
        Ok(Step::Done)
    }

    async fn connect(&self, visit: &mut Visit, host: &Host) -> Result<Conn, Reach> {
        let begun = Instant::now();
        if self.wire.manners.proxy_for(&host.name).is_some() {
            let start = zone_of_host(&host.name).unwrap_or(Zone::Public);
            let guard = *visit.guard.get_or_insert(Guard::for_start(start));
            let conn = self.wire.connect(host, &guard).await;
            visit.probe.connect_ms += millis(begun);
            return conn;
        }
        let found = resolve(&host.name, host.port).await;
        visit.probe.dns_ms += millis(begun);
        let addresses = self.admitted(visit, found?)?;
        let begun = Instant::now();
        let stream = dial(&addresses).await;
        visit.probe.connect_ms += millis(begun);
        let stream = stream?;
        visit.probe.address = stream.peer_addr().ok().map(|peer| peer.ip());
        let begun = Instant::now();
        if !host.https {
            return handshake(stream).await;
        }
        let conn = self.wire.secure(host, stream).await;
        visit.probe.tls_ms += millis(begun);
        conn
    }

    /// The addresses that a visit may connect to, those of the other family first where one has failed.
    fn admitted(&self, visit: &mut Visit, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Reach> {
        let start = found.first().map_or(Zone::Public, |first| zone(first.ip()));
        let guard = *visit.guard.get_or_insert(Guard::for_start(start));
        let mut admitted: Vec<SocketAddr> = found.into_iter().filter(|a| guard.admits(a.ip())).collect();
        if let Some(failed) = visit.failed {
            admitted.sort_by_key(|address| address.is_ipv6() == failed.is_ipv6());
        }
        if admitted.is_empty() {
            return Err(Reach::Withheld(Withheld::PrivateAddress));
        }
        Ok(admitted)
    }
}

impl Probe {
    /// A visit that came to this and took no time.
    pub fn of(reach: Reach) -> Probe {
        Probe {
            reach,
            status: None,
            dns_ms: 0,
            connect_ms: 0,
            tls_ms: 0,
            first_ms: 0,
            total_ms: 0,
            hops: 0,
            address: None,
            tls_fault: None,
            certificate_ends: None,
        }
    }
}
