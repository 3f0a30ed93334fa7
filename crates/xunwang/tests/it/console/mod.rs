//! The console in process: the real router on a real database of each engine. Serves N4.7, N5.1.

mod access;
mod alerts;
mod api;
mod hooks;
mod inspections;
mod login;
mod people;
mod registry;
mod screens;
mod world;
