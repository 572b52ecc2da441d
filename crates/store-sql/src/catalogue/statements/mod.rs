//! Statements of the catalogue.

mod claims;
mod handoffs;
mod lists;
mod search;
mod search_index;

pub(crate) use claims::*;
pub(crate) use handoffs::*;
pub(crate) use lists::*;
pub(crate) use search::*;
pub(crate) use search_index::*;
