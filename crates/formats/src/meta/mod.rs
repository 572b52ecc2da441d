//! WhatsApp message templates as Meta's Graph API has them: the shape that creates one, and the
//! shape in which they are read and listed (developers.facebook.com, message templates: components and
//! template management).

mod buttons;
mod head;
mod read;
mod samples;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
