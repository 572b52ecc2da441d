//! Runs the contract on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

mod sqlite {
    outbound_store::store_contract!(crate::common::sqlite);
}

mod postgres {
    outbound_store::store_contract!(crate::common::postgres);
}
