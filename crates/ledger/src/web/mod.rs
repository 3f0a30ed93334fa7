//! The frame of every screen: who asks, whether he may, the side bar, the page for what went wrong. Serves N4.7, N5.1.
//!
//! A route cannot be added without saying who may use it: the router takes path, access and handler together. Handlers
//! see only requests that were let through.

mod access;
mod actor;
mod again;
mod client;
pub mod download;
mod frame;
mod panel;
mod screen;
mod upload;

pub use access::{Access, Entry, Routes};
pub use actor::{Actor, Grant, Scope, lineage};
pub use client::{Client, client};
pub use frame::{SESSION_COOKIE, frame};
pub use panel::{Panel, PanelView};
pub(crate) use panel::{Shown, panels};
pub use screen::{NavItem, Screen, encode, flash, query};
pub(crate) use screen::{cookie, decode};
pub use upload::{Upload, keep};

use platform::web::pages::Template;

/// The frame's templates.
pub const TEMPLATES: &[Template] = &[
    ("layout.html", include_str!("../../templates/layout.html")),
    ("bare.html", include_str!("../../templates/bare.html")),
    ("public.html", include_str!("../../templates/public.html")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("saved.html", include_str!("../../templates/saved.html")),
    ("told.html", include_str!("../../templates/told.html")),
];

/// The address of a file of the design system, with its digest, so that browsers may keep it for ever.
pub fn asset(name: &str) -> Option<String> {
    let asset = assets::find(name)?;
    let digest = platform::Digest::of(asset.bytes).to_string();
    Some(format!("/assets/{}/{name}", &digest[..12]))
}
