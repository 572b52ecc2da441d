//! The statements of the catalogue.

mod handoffs;
mod lists;
mod search;

pub(crate) use handoffs::*;
pub(crate) use lists::*;
pub(crate) use search::*;
