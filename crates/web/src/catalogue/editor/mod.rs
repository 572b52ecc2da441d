//! The editor: pure functions that convert a stored handoff to a form, and a posted form to a handoff.
//!
//! The name of a field is the JSON pointer of its value, so each finding can be shown next to its field. A posted form
//! is applied to the stored version: values without a field stay, and unchanged values keep their exact spelling.
//! Buttons named `op` change the draft and show the form again, without a script. Only the buttons of the page save.
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
mod draft_view;
mod field_findings;
mod field_tables;
mod field_view;
mod fields;
mod form;
mod operation;
mod read;
mod samples;
mod script_messages;
mod target;
mod values;
mod variables;
mod view;

pub use draft::Draft;
pub use draft_view::DraftView;
pub(crate) use fields::label_of;
pub use form::{Form, FormError};
pub use operation::{OPERATION, Operation, OperationError, Place};
pub use view::Editor;
