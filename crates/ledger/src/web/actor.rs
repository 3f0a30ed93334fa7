//! Who asks: the person, his roles, and the part of the tree they cover. Clause N5.1.
//!
//! Made from the session before any handler runs. Without an actor no store function of the trade can be called.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use platform::web::{Failure, Refusal};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition};

use crate::identity::model::{Must, Role};
use crate::ids::SessionId;
use crate::{PersonId, UnitId};

/// A role for a unit and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub unit: UnitId,
    /// The unit's path in the tree.
    pub path: String,
}

/// The person who asks.
#[derive(Clone, Debug)]
pub struct Actor {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub unit: UnitId,
    pub unit_name: String,
    pub grants: Vec<Grant>,
    pub session: SessionId,
    /// What he must do before anything else.
    pub must: Option<Must>,
}

impl Actor {
    /// Whether he holds one of these roles anywhere.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.grants.iter().any(|grant| roles.contains(&grant.role))
    }

    /// The units that his grants of these roles cover.
    pub fn scope(&self, roles: &[Role]) -> Scope {
        let mut paths: Vec<String> =
            self.grants.iter().filter(|g| roles.contains(&g.role)).map(|g| g.path.clone()).collect();
        paths.sort();
        // A path below another adds nothing: sorted, it comes right after the one it begins with.
        paths.dedup_by(|later, earlier| later.starts_with(earlier.as_str()));
        Scope(paths)
    }

    /// The units that he may see in any role of the trade.
    pub fn sees(&self) -> Scope {
        self.scope(&Role::TRADE)
    }
}

/// A part of the tree of units: some units and all below them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// The paths of a unit and of those above it, the highest first: `/1/`, `/1/12/`, `/1/12/30/`.
pub fn lineage(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..=at]).filter(|path| path.len() > 1)
}

impl Scope {
    /// Everything below these paths.
    pub fn of(paths: Vec<String>) -> Scope {
        Scope(paths)
    }

    /// Whether a unit's path lies in it.
    pub fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|prefix| path.starts_with(prefix.as_str()))
    }

    /// The paths above it: of units whose names its people may know, and nothing else of them.
    pub fn above(&self) -> Vec<String> {
        let all = self.0.iter().flat_map(|path| lineage(path)).filter(|one| !self.covers(one));
        let mut above: Vec<String> = all.map(str::to_owned).collect();
        above.sort();
        above.dedup();
        above
    }

    /// The predicate for a column that holds a unit's path. An empty scope lets no row through.
    pub fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        let none = Condition::any().add(SimpleExpr::Value(false.into()));
        // Paths hold digits and slashes only, so they need no escaping in a pattern.
        self.0.iter().fold(none, |any, prefix| any.add(column.starts_with(prefix.as_str())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Actor, Failure> {
        let actor = parts.extensions.get::<Actor>().cloned();
        actor.ok_or_else(|| Refusal::forbidden("请先登录。").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lineage_goes_from_the_root_to_the_unit() {
        assert_eq!(lineage("/1/12/30/").collect::<Vec<_>>(), ["/1/", "/1/12/", "/1/12/30/"]);
        assert_eq!(lineage("/").count() + lineage("").count(), 0);
    }

    #[test]
    fn what_lies_above_a_scope_is_the_way_to_the_root() {
        let above = |paths: &[&str]| Scope::of(paths.iter().map(|path| (*path).to_owned()).collect()).above();
        assert_eq!(above(&["/1/12/30/"]), ["/1/", "/1/12/"]);
        assert_eq!(above(&["/1/12/30/", "/1/7/"]), ["/1/", "/1/12/"]);
        assert_eq!(above(&["/1/"]), Vec::<String>::new());
        assert_eq!(above(&[]), Vec::<String>::new());
    }

    fn actor(grants: &[(Role, &str)]) -> Actor {
        let grants = grants.iter().map(|(role, path)| Grant {
            role: *role,
            unit: UnitId(1),
            path: (*path).to_owned(),
        });
        Actor {
            person: PersonId(1),
            login: "li".to_owned(),
            name: "李".to_owned(),
            unit: UnitId(1),
            unit_name: "省".to_owned(),
            grants: grants.collect(),
            session: SessionId(1),
            must: None,
        }
    }

    #[test]
    fn a_scope_holds_the_unit_and_those_below_and_no_neighbour() {
        let li =
            actor(&[(Role::Inspector, "/1/12/"), (Role::Leader, "/1/12/30/"), (Role::Supervisor, "/1/7/")]);
        assert_eq!(li.sees(), Scope::of(vec!["/1/12/".to_owned(), "/1/7/".to_owned()]));
        assert!(li.sees().covers("/1/12/30/"));
        assert!(!li.sees().covers("/1/120/"));
        assert!(!li.sees().covers("/1/"));
        assert_eq!(li.scope(&[Role::DutyReader]), Scope::of(vec![]));
        assert!(!li.scope(&[Role::DutyReader]).covers("/1/12/"));
    }
}
