//! A handoff as a form, and back: pure functions between the stored handoff, what was posted, and
//! the HTML that shows it.
//!
//! A field's name is the JSON pointer of its value, so what the rules find is shown beside its field.
//! The form is read *on top of* the stored version: what it does not show stays as it was, and a value
//! that it shows unchanged keeps its very spelling. Buttons named `op` change the draft and show the
//! form again, without script; only the page's own button saves.
//!
//! ```
//! use outbound_model::{Handoff, from_json_str};
//! use outbound_web::catalogue::editor::{Draft, Form};
//!
//! let stored: Handoff = from_json_str::<Vec<Handoff>>(outbound_model::examples::HANDOFFS)?.remove(0);
//! let form = Form::read(b"%2Fname=Hello&%2FrouteAllWithinLookback=on&%40end=1&op=add-channel+sms-twilio")?;
//! let mut draft = Draft::read(&stored, &form)?;
//! draft.apply(&form.other("op").unwrap_or("refresh").parse()?, &Default::default())?;
//! let changed = draft.handoff()?;
//! assert_eq!((changed.name.as_str(), changed.channels.len()), ("Hello", 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
mod buttons;
mod draft;
mod field_tables;
mod fields;
mod form;
mod look;
mod notes;
mod operation;
mod parts;
mod read;
mod target;
mod values;
mod variables;
mod view;

pub use draft::Draft;
pub(crate) use fields::label_of;
pub use form::{Form, FormError};
pub use look::ViewOptions;
pub use operation::{OPERATION, Operation, OperationError, Place};
pub use view::Editor;
