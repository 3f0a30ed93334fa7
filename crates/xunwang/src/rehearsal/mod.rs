//! The rehearsal: a fictional province to look around in, with its sites served on this machine. Serves N1.1, N2.1, N5.1.
//!
//! Written once, into a system that has nobody yet; nothing of it is ever added to a system in use.

mod group;
mod pages;
mod province;
mod seed;
mod work;

pub use group::Group;
pub use province::{Conduct, PEOPLE, Person, SITES, Trouble, Unit, units};
pub use seed::{LOGINS, Login, seed};
pub use work::begin;
