//! Behaviour of the catalogue.

pub mod authoring;
pub mod claims;
pub mod counts;
pub mod deep_pages;
pub mod handoffs;
pub mod imports;
pub mod lists;
pub mod search_index;
pub mod settings;
pub mod transactions;
