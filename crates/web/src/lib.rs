//! The web tool: pages rendered on the server, with all assets and messages compiled in.
//!
//! Every page works without its scripts (`assets/*.js`), which only make it faster to use. Every page has a
//! strict Content-Security-Policy ([`layout::policy`]): no inline styles, scripts or handlers, and nothing from other
//! hosts except images whose hosts the account permits. [`maud`] escapes every value.
//!
//! Texts come from a catalogue (`text.rs`), in which a language is a file.
//!
//! There is a folder for each concern, named as in the other crates: `campaigns`, `catalogue`, `credentials`,
//! `reporting`, `sandbox`, `sessions`. The files next to them are shared by all pages.

pub mod assets;
mod campaigns;
pub mod catalogue;
mod confirm;
mod credentials;
mod curl;
mod error;
mod fields;
mod home;
pub mod icons;
mod input;
pub mod layout;
mod moment;
mod notice;
mod page;
mod refresh;
mod reporting;
mod router;
mod sandbox;
mod sandbox_banner;
mod sessions;
mod settings_page;
mod text;
pub mod theme;
pub mod theme_form;
mod upload;
mod visit;

pub use error::error_page;
pub use fields::Fields;
pub use router::pages;
