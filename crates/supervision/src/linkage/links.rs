//! How the links that were seen stand to the ledger: approved, asked for, ended, or never asked for. Clauses N2.4, N5.6.

use std::collections::{BTreeSet, HashMap};

use checks::approvals::Approvals;
use ledger::registry::store as sites;
use ledger::web::lineage;
use ledger::{Cx, SiteId};
use platform::Error;
use platform::clock::beijing;
use url::Url;

use super::entity::link_approval;
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

/// What the ledger says today for some sites. Each approval is read once, where it was given.
pub struct Ledger {
    paths: HashMap<SiteId, String>,
    by_unit: HashMap<String, Spoken>,
    by_site: HashMap<SiteId, Spoken>,
    today: Option<jiff::civil::Date>,
}

/// What was approved and what is asked for.
struct Spoken {
    approved: Approvals,
    asked: Approvals,
}

impl Spoken {
    fn new(rows: &[link_approval::Model]) -> Spoken {
        let of = |state: State| rows.iter().filter(|row| row.state == state).filter_map(approval).collect();
        Spoken { approved: Approvals::new(of(State::Approved)), asked: Approvals::new(of(State::Applied)) }
    }

    fn says(&self, url: &Url, today: Option<jiff::civil::Date>) -> Stands {
        match self.approved.find(url, today) {
            Some(found) if !found.is_expired(today) => Stands::Approved,
            _ if self.asked.find(url, None).is_some() => Stands::Asked,
            Some(_) => Stands::Ended,
            None => Stands::Unapproved,
        }
    }
}

impl Ledger {
    /// Reads it: the same few questions, however many sites there are.
    pub async fn read(cx: &Cx, ids: impl Iterator<Item = SiteId>) -> Result<Ledger, Error> {
        let ids: Vec<SiteId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        let db = cx.db.read();
        let paths: HashMap<SiteId, String> =
            sites::unit_paths_unscoped(db, &ids).await?.into_iter().collect();
        let units: BTreeSet<&str> = paths.values().flat_map(|path| lineage(path)).collect();
        let units: Vec<&str> = units.into_iter().collect();
        let (mut of_units, mut of_sites) = (HashMap::new(), HashMap::new());
        for row in store::spoken_at_unscoped(db, &units).await? {
            match row.site_id {
                None => of_units.entry(row.unit_path.clone()).or_insert_with(Vec::new).push(row),
                Some(site) => of_sites.entry(site).or_insert_with(Vec::new).push(row),
            }
        }
        Ok(Ledger {
            paths,
            by_unit: of_units.into_iter().map(|(path, rows)| (path, Spoken::new(&rows))).collect(),
            by_site: of_sites.into_iter().map(|(site, rows)| (site, Spoken::new(&rows))).collect(),
            today: beijing(cx.now()).date_naive().to_string().parse().ok(),
        })
    }

    /// How a link of a site stands: the best that is said of it for the site, its unit, or a unit above.
    pub fn stands(&self, site: SiteId, target: &str) -> Stands {
        let (Some(path), Ok(url)) = (self.paths.get(&site), Url::parse(target)) else {
            return Stands::Unapproved;
        };
        let units = lineage(path).filter_map(|path| self.by_unit.get(path));
        let all = units.chain(self.by_site.get(&site)).map(|spoken| spoken.says(&url, self.today));
        all.min_by_key(|stands| match stands {
            Stands::Approved => 0,
            Stands::Asked => 1,
            Stands::Ended => 2,
            Stands::Unapproved => 3,
        })
        .unwrap_or(Stands::Unapproved)
    }
}
