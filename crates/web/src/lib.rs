//! The web tool: pages rendered on the server, with everything they need compiled in.
//!
//! Every page works without script; the little there is (`assets/outbound.js`) makes it quicker. A
//! strict Content-Security-Policy ([`layout::policy`]) holds on every page: no style, script or
//! handler stands in the HTML, and nothing comes from another host but pictures whose hosts the
//! account permits. Every value is escaped where it is written, which is what [`maud`] does unless told
//! otherwise.

pub mod assets;
pub mod changes;
pub mod editor;
pub mod icons;
pub mod layout;
pub mod preview;
pub mod theme;
