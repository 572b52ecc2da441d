//! The pages, called without a network: who may do what, what is kept, what is shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken_bodies;
mod confirm;
mod every_page;
mod forms;
mod handoffs;
mod policies;
mod roles;
mod seen;
mod service;
mod settings;
mod sign_in;
