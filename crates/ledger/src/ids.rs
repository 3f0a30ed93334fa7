//! Ids with types, so that a unit's never stands where a site's belongs. Serves N1.1.

/// Defines the id of a table's rows.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::DeriveValueType, serde::Serialize, serde::Deserialize,
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
id!(
    /// Something that somebody owes.
    ObligationId
);
