//! WhatsApp message templates of Meta's Graph API, in the form for creating a template and in the form in which the
//! API returns them (developers.facebook.com, message templates: components and template management).

mod buttons;
mod head;
mod read;
mod samples;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
