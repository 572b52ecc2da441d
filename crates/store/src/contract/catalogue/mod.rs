//! Behaviour of the catalogue.

pub(super) mod authoring;
pub(super) mod claims;
pub(super) mod counts;
pub(super) mod deep_pages;
pub(super) mod handoffs;
pub(super) mod imports;
pub(super) mod lists;
pub(super) mod search_index;
pub(super) mod settings;
pub(super) mod transactions;
