//! The pages, called without a network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken_bodies;
mod campaigns;
mod confirm;
mod every_page;
mod export;
mod findings;
mod forms;
mod handoffs;
mod import;
mod login;
mod policies;
mod reporting;
mod roles;
mod sandbox;
mod service;
mod settings;
