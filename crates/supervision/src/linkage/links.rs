//! How the links that were seen stand to the ledger: approved, asked for, ended, or never asked for. Clauses N2.4, N5.6.

use std::collections::{BTreeSet, HashMap};

use checks::approvals::Approvals;
use ledger::registry::store as sites;
use ledger::{Cx, SiteId};
use platform::Error;
use platform::clock::beijing;
use url::Url;

use super::model::{State, approval};
use super::store;

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Approved,
    /// Its approval has ended.
    Ended,
    /// It is asked for, and not decided.
    Asked,
    Unapproved,
}

impl Stands {
    /// The word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Stands::Approved => "approved",
            Stands::Ended => "ended",
            Stands::Asked => "asked",
            Stands::Unapproved => "unapproved",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Stands::Approved => "已批准",
            Stands::Ended => "审批已到期",
            Stands::Asked => "待审批",
            Stands::Unapproved => "未审批",
        }
    }
}

/// What the ledger says for some sites today.
pub struct Ledger {
    of: HashMap<SiteId, (Approvals, Approvals)>,
    today: Option<jiff::civil::Date>,
}

impl Ledger {
    /// Reads it: one question a unit, however many sites it has.
    pub async fn read(cx: &Cx, ids: impl Iterator<Item = SiteId>) -> Result<Ledger, Error> {
        let ids: Vec<SiteId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        let mut by_unit: HashMap<String, Vec<SiteId>> = HashMap::new();
        for (id, path) in sites::unit_paths_unscoped(cx.db.read(), &ids).await? {
            by_unit.entry(path).or_default().push(id);
        }
        let mut of = HashMap::new();
        for (path, ids) in by_unit {
            let rows = store::spoken_in_unscoped(cx.db.read(), &path).await?;
            for id in ids {
                let own = |state: State| {
                    let own = rows.iter().filter(|row| row.state == state);
                    own.filter(|row| row.site_id.is_none_or(|site| site == id)).filter_map(approval).collect()
                };
                of.insert(id, (Approvals::new(own(State::Approved)), Approvals::new(own(State::Applied))));
            }
        }
        Ok(Ledger { of, today: beijing(cx.now()).date_naive().to_string().parse().ok() })
    }

    /// How a link of a site stands.
    pub fn stands(&self, site: SiteId, target: &str) -> Stands {
        let (Some((approved, asked)), Ok(url)) = (self.of.get(&site), Url::parse(target)) else {
            return Stands::Unapproved;
        };
        match approved.find(&url, self.today) {
            Some(found) if !found.is_expired(self.today) => Stands::Approved,
            _ if asked.find(&url, None).is_some() => Stands::Asked,
            Some(_) => Stands::Ended,
            None => Stands::Unapproved,
        }
    }
}
