//! The console in process: the real router on a real database of each engine. Serves N4.7, N5.1.

mod access;
mod alerts;
mod api;
mod availability;
mod backup;
mod doctor;
mod hooks;
mod inspections;
mod killed;
mod login;
mod oidc;
mod operations;
mod people;
mod registry;
mod rehearsal;
mod screens;
mod trouble;
mod world;
