//! Visits of one hour as bytes: 16 a visit, so that a month of them stays affordable. Clause N2.1; pure.
//!
//! Layout of a visit, little endian: second in the hour (2), kind of reach (1), its code (2), marks (1), milliseconds of
//! DNS, connecting, TLS, first byte, all together (2 each; 65,535 stands for that and more).

use base::{Reach, TlsFault, Withheld};

use super::{Outcome, outcome};

/// Bytes of one visit.
pub const SIZE: usize = 16;

/// One visit as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Second in its hour.
    pub second: u16,
    pub reach: Reach,
    /// In a maintenance window.
    pub planned: bool,
    /// Over IPv6.
    pub ipv6: bool,
    /// The page was read although the certificate is at fault.
    pub distrusted: bool,
    pub dns_ms: u32,
    pub connect_ms: u32,
    pub tls_ms: u32,
    pub first_ms: u32,
    pub total_ms: u32,
}

impl Default for Sample {
    fn default() -> Sample {
        Sample {
            second: 0,
            reach: Reach::Ok,
            planned: false,
            ipv6: false,
            distrusted: false,
            dns_ms: 0,
            connect_ms: 0,
            tls_ms: 0,
            first_ms: 0,
            total_ms: 0,
        }
    }
}

impl Sample {
    /// What it says of the site.
    pub fn outcome(&self) -> Outcome {
        outcome(self.reach, self.total_ms)
    }
}

/// Appends a visit.
pub fn pack(bytes: &mut Vec<u8>, sample: &Sample) {
    let (kind, code) = coded(sample.reach);
    let marks = u8::from(sample.planned) | u8::from(sample.ipv6) << 1 | u8::from(sample.distrusted) << 2;
    bytes.extend(sample.second.to_le_bytes());
    bytes.push(kind);
    bytes.extend(code.to_le_bytes());
    bytes.push(marks);
    let times = [sample.dns_ms, sample.connect_ms, sample.tls_ms, sample.first_ms, sample.total_ms];
    for ms in times {
        bytes.extend(u16::try_from(ms).unwrap_or(u16::MAX).to_le_bytes());
    }
}

/// The visits in some bytes; what is no whole visit is left out.
pub fn unpack(bytes: &[u8]) -> Vec<Sample> {
    let (whole, _) = bytes.as_chunks::<SIZE>();
    let visits = whole.iter().filter_map(|b| {
        let two = |at: usize| u16::from_le_bytes([b[at], b[at + 1]]);
        Some(Sample {
            second: two(0),
            reach: decoded(b[2], two(3))?,
            planned: b[5] & 1 != 0,
            ipv6: b[5] & 2 != 0,
            distrusted: b[5] & 4 != 0,
            dns_ms: two(6).into(),
            connect_ms: two(8).into(),
            tls_ms: two(10).into(),
            first_ms: two(12).into(),
            total_ms: two(14).into(),
        })
    });
    visits.collect()
}

/// The reaches without a code of their own, by their number, which never changes.
const PLAIN: [Reach; 12] = [
    Reach::Ok,
    Reach::NoSuchName,
    Reach::NoResolver,
    Reach::NoProxy,
    Reach::NoRoute,
    Reach::Refused,
    Reach::Reset,
    Reach::Timeout,
    Reach::TooManyHops,
    Reach::RedirectLoop,
    Reach::Garbled,
    Reach::TooLarge,
];
const TLS: u8 = 100;
const BLOCKED: u8 = 101;
const STATUS: u8 = 102;
const WITHHELD: u8 = 103;

fn coded(reach: Reach) -> (u8, u16) {
    let place = |at: Option<usize>| at.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX);
    match reach {
        Reach::Tls(fault) => (TLS, place(TlsFault::ALL.iter().position(|one| *one == fault))),
        Reach::Blocked(code) => (BLOCKED, code),
        Reach::Status(code) => (STATUS, code),
        Reach::Withheld(why) => (WITHHELD, place(Withheld::ALL.iter().position(|one| *one == why))),
        plain => (PLAIN.iter().position(|one| *one == plain).map_or(u8::MAX, |at| at as u8), 0),
    }
}

fn decoded(kind: u8, code: u16) -> Option<Reach> {
    Some(match kind {
        TLS => Reach::Tls(*TlsFault::ALL.get(usize::from(code))?),
        BLOCKED => Reach::Blocked(code),
        STATUS => Reach::Status(code),
        WITHHELD => Reach::Withheld(*Withheld::ALL.get(usize::from(code))?),
        plain => *PLAIN.get(usize::from(plain))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_visit_is_read_back() {
        let mut reaches = PLAIN.to_vec();
        reaches.extend(TlsFault::ALL.map(Reach::Tls));
        reaches.extend(Withheld::ALL.map(Reach::Withheld));
        reaches.extend([Reach::Status(500), Reach::Blocked(521)]);
        let mut bytes = Vec::new();
        let visits: Vec<Sample> = (0..)
            .zip(reaches)
            .map(|(second, reach)| Sample {
                second,
                reach,
                planned: second % 2 == 1,
                ipv6: second % 3 == 1,
                distrusted: second % 5 == 1,
                dns_ms: 1,
                connect_ms: 2,
                tls_ms: 3,
                first_ms: 65_535,
                total_ms: u32::from(second) * 100,
            })
            .collect();
        visits.iter().for_each(|visit| pack(&mut bytes, visit));
        assert_eq!(bytes.len(), visits.len() * SIZE);
        assert_eq!(unpack(&bytes), visits);
    }

    #[test]
    fn a_long_time_is_cut_and_a_torn_visit_left_out() {
        let mut bytes = Vec::new();
        pack(&mut bytes, &Sample { total_ms: 100_000, ..Sample::default() });
        assert_eq!(unpack(&bytes)[0].total_ms, 65_535);
        bytes.extend([0; 7]);
        assert_eq!(unpack(&bytes).len(), 1);
        assert_eq!(unpack(&[255; SIZE]), []);
    }
}
