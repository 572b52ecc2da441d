//! LivePerson's own shape: an array of handoffs, or one, as the configuration API answers them.

use std::io::{BufRead, Write};

use outbound_model::{At, FromJson, Handoff, HandoffId, Object, ShapeError, Timestamp};
use serde_json::Value;

use crate::elements::{Element, Elements, syntax};
use crate::{Format, FormatError, Location, locate};

/// What a handoff gets that the file does not say. A handoff written by hand needs only a name and
/// its channels.
pub trait Defaults {
    /// An id nobody has.
    fn new_id(&mut self) -> HandoffId;
    /// When it is read.
    fn now(&self) -> Timestamp;
}

/// The handoffs of a file, one by one. A wrong handoff is an error in its place and the next ones
/// follow; text that is not JSON ends the file.
pub fn read<'r>(
    input: impl BufRead + 'r,
    defaults: impl Defaults + 'r,
) -> impl Iterator<Item = Result<Handoff, FormatError>> + 'r {
    read_located(input, defaults).map(|located| Ok(located?.handoff))
}

/// A handoff and how the file writes it.
#[derive(Clone, Debug)]
pub struct Located {
    /// The handoff.
    pub handoff: Handoff,
    /// Whether the file gives it an id.
    pub has_id: bool,
    /// Its own text in the file.
    pub text: String,
    /// Where that begins.
    pub at: Location,
}

/// The same as [`read`], each handoff with its text, so that a place in it can be shown.
pub fn read_located<'r>(
    input: impl BufRead + 'r,
    mut defaults: impl Defaults + 'r,
) -> impl Iterator<Item = Result<Located, FormatError>> + 'r {
    Elements::new(input, Format::LivePerson.noun()).enumerate().map(move |(i, element)| {
        let element = element?;
        let (handoff, has_id) = handoff(&element, i + 1, &mut defaults)?;
        Ok(Located { handoff, has_id, text: element.text, at: element.at })
    })
}

fn handoff(
    element: &Element,
    number: usize,
    defaults: &mut dyn Defaults,
) -> Result<(Handoff, bool), FormatError> {
    let value: Value =
        serde_json::from_str(&element.text).map_err(|error| syntax(&element.text, element.at, &error))?;
    let shape = |error: ShapeError| FormatError::Shape {
        at: element.at.after(&element.text[..locate(&element.text, &error.pointer)]),
        noun: Format::LivePerson.noun(),
        number,
        pointer: error.pointer,
        problem: error.problem,
    };
    let object = Object::from_json(value, At::ROOT).map_err(shape)?;
    let has_id = object.contains_key("id");
    Ok((from_object(object, defaults).map_err(shape)?, has_id))
}

/// The handoff of an object that need not say everything.
pub(crate) fn from_object(mut object: Object, defaults: &mut dyn Defaults) -> Result<Handoff, ShapeError> {
    complete(&mut object, defaults);
    Handoff::from_json(object.into(), At::ROOT)
}

/// The lookback defaults are those of LivePerson's own tool: thirty days.
fn complete(object: &mut Object, defaults: &mut dyn Defaults) {
    let now = defaults.now().to_string();
    object.entry("id").or_insert_with(|| defaults.new_id().as_str().into());
    object.entry("lookbackPeriodDay").or_insert_with(|| 30.into());
    object.entry("lookbackPeriodHour").or_insert_with(|| 0.into());
    object.entry("routeAllWithinLookback").or_insert(false.into());
    // Where only one of the times is there and good, it is both.
    let is_time = |value: &&Value| value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok());
    let updated = object.get("updatedAt").filter(is_time).cloned();
    let created = object.entry("createdAt").or_insert_with(|| updated.unwrap_or(now.into())).clone();
    object.entry("updatedAt").or_insert(created);
}

/// A handoff's text as [`Writer`] writes it, but for the indentation of the array.
pub fn pretty(handoff: &Handoff) -> Result<String, FormatError> {
    Ok(serde_json::to_string_pretty(&handoff.to_file()?)?)
}

/// Writes an array of handoffs, or of other documents, one by one; the same give the same bytes.
pub struct Writer<W> {
    output: W,
    any: bool,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    pub fn new(output: W) -> Self {
        Self { output, any: false }
    }

    /// Adds a handoff with its extension, indented by two blanks, as people and version control
    /// read it best.
    pub fn handoff(&mut self, handoff: &Handoff) -> Result<(), FormatError> {
        self.element(&pretty(handoff)?)
    }

    /// The same for a document of any format.
    pub fn document(&mut self, document: &Value) -> Result<(), FormatError> {
        self.element(&serde_json::to_string_pretty(document)?)
    }

    fn element(&mut self, text: &str) -> Result<(), FormatError> {
        self.output.write_all(if self.any { b",\n" } else { b"[\n" })?;
        self.any = true;
        for (i, line) in text.lines().enumerate() {
            write!(self.output, "{}  {line}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }

    /// Ends the file and hands the output back.
    pub fn finish(mut self) -> Result<W, FormatError> {
        self.output.write_all(if self.any { b"\n]\n" } else { b"[]\n" })?;
        self.output.flush()?;
        Ok(self.output)
    }
}
