//! Cells of a roster and of a ledger of links made of whatever bytes there are. Clauses N2.2, N5.6.
//!
//! Lines are rows and commas part cells; how files become cells is the business of the readers of tables.
#![no_main]

use checks::approvals::{Approval, Approvals, Pattern};
use checks::known::ClosedDomains;
use checks::roster::holders;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let plain: Vec<(usize, Vec<String>)> = text.lines().enumerate().map(|(n, l)| (n + 1, cells(l))).collect();
    let mut headed = vec![(0, cells("姓名,职务,单位,起,止"))];
    headed.extend(plain.iter().cloned());
    for rows in [&plain, &headed] {
        match holders(rows) {
            Ok(list) => assert!(list.iter().all(|h| !h.name.is_empty() && !h.title.is_empty())),
            Err(faults) => faults.iter().for_each(|fault| drop(fault.to_string())),
        }
    }
    let approval = |target| Approval {
        target,
        name: String::new(),
        unit: String::new(),
        purpose: String::new(),
        approved_by: String::new(),
        approved_on: None,
        expires_on: None,
    };
    let targets = || plain.iter().flat_map(|(_, row)| row).map(String::as_str);
    let ledger = Approvals::new(targets().filter_map(|t| Pattern::parse(t).ok()).map(approval).collect());
    let closed = ClosedDomains::new(targets().map(str::to_owned));
    for url in targets().filter_map(|t| Url::parse(t).ok()) {
        ledger.find(&url, None);
        url.host_str().map(|host| closed.find(host).is_some());
    }
});
