//! What people are told at once: incidents as they begin and end, certificates and domains that end soon. Clauses N2.1, N5.2.
//!
//! Only raises and clears alerts; whom they reach is decided by `alert`.

use chrono::NaiveDate;
use ledger::registry::entity::site;
use ledger::{Cx, SiteId};
use platform::clock::{Instant, beijing};
use platform::web::pages::minute;
use platform::{Error, Tx};
use tracing::info;

use crate::alert::{self, Kind, Raise};
use crate::monitor::entity::watch;
use crate::monitor::model::{Standing, cause_words, ends_level};
use crate::monitor::store;

/// What an incident's begin or end tells others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    pub site: SiteId,
    pub incident: i64,
    /// It began; else it ended.
    pub opened: bool,
    /// The word of why: see `model::cause`.
    pub cause: String,
    /// When it began or ended.
    pub at: Instant,
}

/// Tells that an incident began or ended, in the transaction in which it does.
pub(super) async fn announce(tx: &Tx, told: &Announced, now: Instant) -> Result<(), Error> {
    let what = if told.opened { "began" } else { "ended" };
    info!(site.id = %told.site, incident.id = told.incident, "incident {what}: {}", told.cause);
    let key = format!("unreachable/{}", told.site);
    if !told.opened {
        alert::clear(tx, &key, now).await?;
        return Ok(());
    }
    let Some(site) = store::site_unscoped(&**tx, told.site).await? else { return Ok(()) };
    let what = Raise {
        kind: Kind::Unreachable,
        site: Some(site.id),
        level: base::level::Level::Fault,
        title: format!("{}无法访问", site.name),
        words: format!(
            "{}：{}。自 {} 起连续两次打不开。请检查服务器、网络和域名解析。",
            site.home,
            cause_words(&told.cause),
            minute(told.at)
        ),
        key,
        link: format!("/availability/{}", site.id),
        unit_path: site.unit_path,
    };
    alert::raise(tx, &what, now).await?;
    Ok(())
}

/// What ends one day: the certificate as visits saw it, or the domain as a person noted it.
struct Ends {
    key: String,
    what: &'static str,
    to_do: &'static str,
    day: Option<NaiveDate>,
}

fn ends(watch: &watch::Model) -> [Ends; 2] {
    let watched = watch.standing != Standing::Off;
    let certificate = watch.certificate_ends.filter(|_| watched).map(|at| beijing(at).date_naive());
    let domain = NaiveDate::parse_from_str(&watch.domain_ends, "%Y-%m-%d").ok().filter(|_| watched);
    [
        Ends {
            key: format!("certificate/{}", watch.site_id),
            what: "证书",
            to_do: "请在到期前更换证书。",
            day: certificate,
        },
        Ends {
            key: format!("domain/{}", watch.site_id),
            what: "域名",
            to_do: "请在到期前续费，续费后更新记下的域名到期日。",
            day: domain,
        },
    ]
}

fn ends_soon(site: &site::Model, end: &Ends, day: NaiveDate, left: i64) -> Option<Raise> {
    let when = if left < 0 { format!("已过期 {} 天", -left) } else { format!("还有 {left} 天到期") };
    Some(Raise {
        kind: Kind::Certificate,
        site: Some(site.id),
        unit_path: site.unit_path.clone(),
        level: ends_level(left)?,
        title: format!("{}的{}{when}", site.name, end.what),
        words: format!("到期日 {day}。{}", end.to_do),
        key: end.key.clone(),
        link: format!("/availability/{}", site.id),
    })
}

/// Looks which certificates and domains end soon. Told once, and again when it becomes graver; cleared when renewed.
/// Returns how many alerts changed.
pub async fn tell_ends(cx: &Cx) -> Result<usize, Error> {
    let (now, db) = (cx.now(), cx.db.read());
    let today = beijing(now).date_naive();
    let (mut raise, mut clear) = (Vec::new(), Vec::new());
    for (site, watch) in store::ending_unscoped(db).await? {
        for end in ends(&watch) {
            let soon = end.day.and_then(|day| ends_soon(&site, &end, day, (day - today).num_days()));
            let open = alert::store::open_unscoped(db, &end.key).await?;
            match (soon, open) {
                (None, None) => {}
                (None, Some(_)) => clear.push(end.key),
                (Some(what), Some(open)) if what.level <= alert::model::level(&open.level) => {}
                (Some(what), _) => raise.push(what),
            }
        }
    }
    if raise.is_empty() && clear.is_empty() {
        return Ok(0);
    }
    let tx = cx.write().await?;
    for what in &raise {
        alert::raise(&tx, what, now).await?;
    }
    for key in &clear {
        alert::clear(&tx, key, now).await?;
    }
    tx.commit().await?;
    Ok(raise.len() + clear.len())
}
