//! The commands of saved filters, and what lists show of them. Clauses N1.1, N5.3.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use platform::web::Failure;
use serde::{Deserialize, Serialize};

use super::{commands, store};
use crate::identity::model::Role;
use crate::web::flash;
use crate::{Access, Actor, Cx, Routes};

/// Whoever works with the lists.
const WHO: Access = Access::Roles(&Role::TRADE);

/// The routes of this slice.
pub fn routes() -> Routes {
    Routes::default().post("/saved-filters", WHO, save).post("/saved-filters/{id}/delete", WHO, remove)
}

/// A saved filter as a list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Saved {
    id: i64,
    name: String,
    query: String,
}

/// What a list shows of its reader's filters: template `saved.html` finds it as `saved`.
#[derive(Clone, Debug, Serialize)]
pub struct SavedView {
    path: &'static str,
    /// The question now asked.
    query: String,
    filters: Vec<Saved>,
}

/// The filters of a person for a list.
pub async fn saved(
    cx: &Cx,
    actor: &Actor,
    path: &'static str,
    query: &str,
) -> Result<SavedView, platform::Error> {
    let filters = store::of_list(cx.db.read(), actor.person, path).await?;
    let filters = filters.into_iter().map(|one| Saved { id: one.id, name: one.name, query: one.query });
    Ok(SavedView { path, query: query.to_owned(), filters: filters.collect() })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaveForm {
    path: String,
    name: String,
    query: String,
}

async fn save(State(cx): State<Cx>, actor: Actor, Form(form): Form<SaveForm>) -> Result<Response, Failure> {
    let there = commands::save(&cx, &actor, &form.path, &form.name, &form.query).await?;
    Ok(flash("筛选已保存，下次在列表上方点它的名称。", &there))
}

async fn remove(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let path = commands::remove(&cx, &actor, id).await?;
    Ok(flash("已删除保存的筛选。", &path))
}
