//! Units as forms and lists name them: choices, names, the unit that an address names. Clauses N1.1, N5.1.
//!
//! Holds only what a scope lets through, and of the units above it their names.

use std::collections::HashMap;

use platform::Error;

use super::units::indented;
use crate::identity::entity::unit;
use crate::identity::store as people;
use crate::{Cx, Scope, UnitId};

/// The units of a scope.
pub struct Units {
    own: Vec<unit::Model>,
    above: HashMap<UnitId, String>,
}

impl Units {
    /// Reads them.
    pub async fn of(cx: &Cx, scope: &Scope) -> Result<Units, Error> {
        let db = cx.db.read();
        Ok(Units { own: people::units(db, scope).await?, above: people::names_above(db, scope).await? })
    }

    /// Their names by id.
    pub fn names(&self) -> HashMap<UnitId, &str> {
        self.own.iter().map(|unit| (unit.id, unit.name.as_str())).collect()
    }

    /// The name of one of them or of one above them, empty for any other.
    pub fn name(&self, id: UnitId) -> String {
        let own = self.own.iter().find(|unit| unit.id == id).map(|unit| unit.name.clone());
        own.or_else(|| self.above.get(&id).cloned()).unwrap_or_default()
    }

    /// The one of a path.
    pub fn at(&self, path: &str) -> Option<&unit::Model> {
        self.own.iter().find(|unit| unit.path == path)
    }

    /// The path of a unit that an address names; `None` for none, and for one that is not among them.
    pub fn path(&self, id: &str) -> Option<String> {
        let id = id.parse().ok().map(UnitId)?;
        self.own.iter().find(|unit| unit.id == id).map(|unit| unit.path.clone())
    }

    /// Id and name of those that are not closed, indented by their depth.
    pub fn choices(&self) -> Vec<(i64, String)> {
        let open = self.own.iter().filter(|unit| unit.closed_at.is_none());
        open.map(|unit| (unit.id.0, indented(unit))).collect()
    }
}
