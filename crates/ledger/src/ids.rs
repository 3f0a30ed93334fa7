//! Ids with types, so that a unit's never stands where a site's belongs. Serves N1.1.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType, Serialize, Deserialize,
        )]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A unit: a government, a department, a centre.
    UnitId
);
id!(
    /// A person with a login.
    PersonId
);
id!(
    /// A login on one device.
    SessionId
);
id!(
    /// A website in the register.
    SiteId
);
