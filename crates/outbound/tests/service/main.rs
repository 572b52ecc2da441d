//! The service as its users meet it: the real binary, on a real socket, on both databases.
//!
//! One test program, so that it is linked once and the servers that read-only scenarios share are
//! started once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod changes;
mod check;
mod clients;
mod commands;
mod documents;
mod examples;
mod formats;
mod handoff;
mod import;
mod import_again;
mod imports_in_background;
mod interoperation;
mod jobs;
mod lists;
mod manage;
mod memory;
mod mirror;
mod mirror_source;
mod operations;
mod pages;
mod refusals;
mod render;
mod running;
mod settings;
mod specification;
mod starving;
mod support;
mod token_endpoint;
mod token_use;
mod upgrade;
mod web;
