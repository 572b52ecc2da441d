//! Tests of the connectors through their public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// `json!` values are passed where they are built.
#![allow(clippy::needless_pass_by_value)]

mod content;
mod error_classes;
mod meta;
mod meta_callbacks;
mod meta_inbound;
mod outcomes;
mod properties;
mod rbm;
mod rbm_callbacks;
mod relay;
mod relay_callbacks;
mod support;
mod twilio;
mod twilio_callbacks;
