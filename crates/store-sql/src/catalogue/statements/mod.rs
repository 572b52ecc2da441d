//! The statements of the catalogue.

mod bulk;
mod handoffs;
mod lists;
mod search;

pub(crate) use bulk::*;
pub(crate) use handoffs::*;
pub(crate) use lists::*;
pub(crate) use search::*;
