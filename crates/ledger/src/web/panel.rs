//! What other slices show on a site's page: the register gives the page, each half its panels. Clauses N1.1, N2.1.
//!
//! A panel is a template with its view; it is asked only after the site was found in the actor's scope.

use std::pin::Pin;

use minijinja::value::{Serde, Value};
use platform::Error;
use serde::Serialize;

use crate::registry::entity::site;
use crate::{Actor, Cx};

/// The view of a panel to come; `None` leaves the panel out.
pub type PanelView<'a> = Pin<Box<dyn Future<Output = Result<Option<Value>, Error>> + Send + 'a>>;

/// One panel of a site's page.
#[derive(Clone, Copy)]
pub struct Panel {
    /// Its template; it finds its view as `panel.view`.
    pub template: &'static str,
    pub view: for<'a> fn(&'a Cx, &'a Actor, &'a site::Model) -> PanelView<'a>,
}

impl Panel {
    /// A view for the template.
    pub fn shown(view: impl Serialize) -> Option<Value> {
        Some(Value::from(Serde(view)))
    }
}

/// A panel as the page's template sees it.
#[derive(Serialize)]
pub struct Shown {
    template: &'static str,
    view: Value,
}

/// The panels of a site.
pub async fn panels(cx: &Cx, actor: &Actor, site: &site::Model) -> Result<Vec<Shown>, Error> {
    let mut shown = Vec::new();
    for panel in cx.panels.iter() {
        if let Some(view) = (panel.view)(cx, actor, site).await? {
            shown.push(Shown { template: panel.template, view });
        }
    }
    Ok(shown)
}
