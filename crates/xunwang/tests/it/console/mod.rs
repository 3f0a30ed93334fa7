//! The console in process: the real router on a real database of each engine. Serves N4.7, N5.1.

mod abuse;
mod access;
mod alert_settings;
mod alerts;
mod api;
mod availability;
mod backup;
mod doctor;
mod holdings;
mod hooks;
mod inspections;
mod killed;
mod killed_at_work;
mod linkage;
mod login;
mod objects;
mod obligations;
mod oidc;
mod operations;
mod people;
mod registry;
mod rehearsal;
mod screens;
mod tickets;
mod trouble;
mod world;
