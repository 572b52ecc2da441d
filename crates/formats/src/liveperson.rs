//! LivePerson's format: an array of handoffs, or a single one, as the configuration API returns them.

use std::io::{BufRead, Write};

use outbound_model::{At, FromJson, Handoff, HandoffId, Object, ShapeError, Timestamp};
use serde_json::Value;

use crate::elements::{Element, Elements, syntax};
use crate::{Format, FormatError, Location, locate};

/// Values for fields that the file lacks. Handoffs in files need only a name and channels.
pub trait Defaults {
    /// Generates an unused id.
    fn new_id(&mut self) -> HandoffId;
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// Reads the handoffs of a file one by one. An invalid handoff yields an error, and reading continues with the
/// next one; a syntax error ends the file.
pub fn read<'r>(
    input: impl BufRead + 'r,
    defaults: impl Defaults + 'r,
) -> impl Iterator<Item = Result<Handoff, FormatError>> + 'r {
    read_located(input, defaults).map(|located| Ok(located?.handoff))
}

/// A handoff and its location in the file.
#[derive(Clone, Debug)]
pub struct Located {
    /// The handoff.
    pub handoff: Handoff,
    /// Whether the file contains its id.
    pub has_id: bool,
    /// The JSON of the handoff in the file.
    pub text: String,
    /// The location at which it begins.
    pub at: Location,
}

/// Like [`read`], but returns each handoff with its JSON, so that locations in it can be shown.
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

/// Reads a handoff from an object in which fields may be missing.
pub(crate) fn from_object(mut object: Object, defaults: &mut dyn Defaults) -> Result<Handoff, ShapeError> {
    complete(&mut object, defaults);
    Handoff::from_json(object.into(), At::ROOT)
}

/// Adds missing fields. The default lookback period is that of LivePerson's own tool: thirty days.
fn complete(object: &mut Object, defaults: &mut dyn Defaults) {
    let now = defaults.now().to_string();
    object.entry("id").or_insert_with(|| defaults.new_id().as_str().into());
    object.entry("lookbackPeriodDay").or_insert_with(|| 30.into());
    object.entry("lookbackPeriodHour").or_insert_with(|| 0.into());
    object.entry("routeAllWithinLookback").or_insert(false.into());
    // If only one of the times is given and valid, it is used for both.
    let is_time = |value: &&Value| value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok());
    let updated = object.get("updatedAt").filter(is_time).cloned();
    let created = object.entry("createdAt").or_insert_with(|| updated.unwrap_or(now.into())).clone();
    object.entry("updatedAt").or_insert(created);
}

/// The JSON of a handoff as [`Writer`] writes it, without the indentation of the array.
pub fn pretty(handoff: &Handoff) -> Result<String, FormatError> {
    Ok(serde_json::to_string_pretty(&handoff.to_file()?)?)
}

/// Writes an array of handoffs or other documents one by one. The output is deterministic.
pub struct Writer<W> {
    output: W,
    has_elements: bool,
}

impl<W: Write> Writer<W> {
    /// Starts a file.
    pub fn new(output: W) -> Self {
        Self { output, has_elements: false }
    }

    /// Adds a handoff with its extension, indented by two spaces for readers and version control.
    pub fn handoff(&mut self, handoff: &Handoff) -> Result<(), FormatError> {
        self.element(&pretty(handoff)?)
    }

    /// Adds a document of any format.
    pub fn document(&mut self, document: &Value) -> Result<(), FormatError> {
        self.element(&serde_json::to_string_pretty(document)?)
    }

    fn element(&mut self, text: &str) -> Result<(), FormatError> {
        self.output.write_all(if self.has_elements { b",\n" } else { b"[\n" })?;
        self.has_elements = true;
        for (i, line) in text.lines().enumerate() {
            write!(self.output, "{}  {line}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }

    /// The output, from which what was written so far may be taken.
    pub fn output_mut(&mut self) -> &mut W {
        &mut self.output
    }

    /// Finishes the file and returns the output.
    pub fn finish(mut self) -> Result<W, FormatError> {
        self.output.write_all(if self.has_elements { b"\n]\n" } else { b"[]\n" })?;
        self.output.flush()?;
        Ok(self.output)
    }
}
