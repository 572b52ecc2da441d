//! The web tool: pages rendered on the server, with everything they need compiled in.
//!
//! Every page works without script; the little there is (`assets/outbound.js`) makes it quicker. A
//! strict Content-Security-Policy ([`layout::policy`]) holds on every page: no style, script or
//! handler stands in the HTML, and nothing comes from another host but pictures whose hosts the
//! account permits. Every value is escaped where it is written, which is what [`maud`] does unless told
//! otherwise.
//!
//! A folder for each concern, named as in the other crates: `catalogue`, `credentials`, `sessions`.
//! The files beside them are what all pages share.

pub mod assets;
pub mod catalogue;
mod confirm;
mod credentials;
mod error;
mod fields;
mod home;
pub mod icons;
mod input;
pub mod layout;
mod moment;
mod notice;
mod page;
mod router;
mod sessions;
mod settings_page;
pub mod theme;
mod upload;

pub use error::error_page;
pub use fields::Fields;
pub use router::pages;
