//! Units as forms and lists name them: choices, names, the unit that an address names. Clauses N1.1, N5.1.
//!
//! Holds only what a scope lets through.

use std::collections::HashMap;

use platform::Error;

use super::units::indented;
use crate::identity::entity::unit;
use crate::identity::store as people;
use crate::{Cx, Scope, UnitId};

/// The units of a scope.
pub struct Units(Vec<unit::Model>);

impl Units {
    /// Reads them.
    pub async fn of(cx: &Cx, scope: &Scope) -> Result<Units, Error> {
        Ok(Units(people::units(cx.db.read(), scope).await?))
    }

    /// Their names by id.
    pub fn names(&self) -> HashMap<UnitId, &str> {
        self.0.iter().map(|unit| (unit.id, unit.name.as_str())).collect()
    }

    /// One's name, empty for one that is not among them.
    pub fn name(&self, id: UnitId) -> String {
        self.0.iter().find(|unit| unit.id == id).map(|unit| unit.name.clone()).unwrap_or_default()
    }

    /// The one of a path.
    pub fn at(&self, path: &str) -> Option<&unit::Model> {
        self.0.iter().find(|unit| unit.path == path)
    }

    /// The path of a unit that an address names; `None` for none, and for one that is not among them.
    pub fn path(&self, id: &str) -> Option<String> {
        let id = id.parse().ok().map(UnitId)?;
        self.0.iter().find(|unit| unit.id == id).map(|unit| unit.path.clone())
    }

    /// Id and name of those that are not closed, indented by their depth.
    pub fn choices(&self) -> Vec<(i64, String)> {
        let open = self.0.iter().filter(|unit| unit.closed_at.is_none());
        open.map(|unit| (unit.id.0, indented(unit))).collect()
    }
}
