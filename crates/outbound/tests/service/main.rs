//! End-to-end tests: the real binary, on a real socket, with both databases.
//!
//! All of them are one test binary, so that it is linked once and read-only scenarios can share their
//! servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod background_imports;
mod campaigns;
mod changes;
mod check;
mod clients;
mod commands;
mod documents;
mod examples;
mod fairness;
mod formats;
mod handoff;
mod import;
mod interoperation;
mod jobs;
mod lists;
mod manage;
mod memory;
mod mirror;
mod mirror_source;
mod operations;
mod pages;
mod render;
mod repeated_imports;
mod reporting;
mod request_errors;
mod server_lifecycle;
mod settings;
mod specification;
mod support;
mod token_endpoint;
mod token_use;
mod upgrade;
mod web;
