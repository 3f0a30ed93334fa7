//! The form of an order: who is to do what by when. Clause N5.3.

use crate::identity::web::Units;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use base::Clause;
use platform::web::{Failure, Faults};
use serde::{Deserialize, Serialize};

use crate::obligation::commands::open::{self, OrderForm, terms_now};
use crate::obligation::model::Kind;
use crate::registry::store as sites;
use crate::web::{Screen, flash};
use crate::{Actor, Cx, SiteId};

#[derive(Serialize)]
struct View {
    form: OrderForm,
    faults: Faults,
    units: Vec<(i64, String)>,
    clauses: Vec<(String, String)>,
    usual: String,
}

async fn show(cx: &Cx, actor: &Actor, form: OrderForm, faults: Faults) -> Result<Response, Failure> {
    let terms = terms_now(cx.db.read(), Kind::Order, cx.now()).await?;
    let clauses = Clause::ALL.iter().map(|one| (one.id().to_owned(), format!("{one} {}", one.orders())));
    let view = View {
        form,
        faults,
        units: Units::of(cx, &actor.sees()).await?.choices(),
        clauses: clauses.collect(),
        usual: terms.words(),
    };
    let help = "交给下级单位限期办理；到期提醒，超期亮黄牌、红牌，红牌同时报上级单位。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: "交办事项", section: "/obligations", clause: "N5.3", help
        };
    Ok(screen.show("obligation_order.html", view)?)
}

/// For which site an order is begun, from that site's page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ForSite {
    site: Option<i64>,
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<ForSite>,
) -> Result<Response, Failure> {
    let site = match asked.site {
        Some(id) => sites::site_in(cx.db.read(), &actor.sees(), SiteId(id)).await?,
        None => None,
    };
    let form = OrderForm {
        clause: Kind::Order.clause().to_string(),
        unit: site.as_ref().map(|site| site.unit_id.to_string()).unwrap_or_default(),
        site: site.map(|site| site.home).unwrap_or_default(),
        ..OrderForm::default()
    };
    show(&cx, &actor, form, Faults::default()).await
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<OrderForm>,
) -> Result<Response, Failure> {
    match open::order(&cx, &actor, &form).await? {
        Ok(id) => Ok(flash("已交办。", &format!("/obligations/{id}"))),
        Err(faults) => show(&cx, &actor, form, faults).await,
    }
}
