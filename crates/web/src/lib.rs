//! The web tool: pages rendered on the server, with everything they need compiled in.
//!
//! Every page works without script; the little there is (`assets/outbound.js`) makes it quicker. A
//! strict Content-Security-Policy ([`layout::policy`]) holds on every page: no style, script or
//! handler stands in the HTML, and nothing comes from another host but pictures whose hosts the
//! account permits. Every value is escaped where it is written, which is what [`maud`] does unless told
//! otherwise.

pub mod assets;
mod back;
pub mod changes;
pub mod editor;
mod error;
mod fields;
pub mod icons;
mod languages;
pub mod layout;
mod notice;
mod origin;
mod page;
mod pages;
pub mod preview;
mod router;
mod session;
pub mod theme;
mod upload;

pub use error::error_page;
pub use fields::Fields;
pub use router::pages;
