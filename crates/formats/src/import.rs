//! Import from any format: the handoffs of a file, the losses, and the names of placeholders in the file.

use std::io::BufRead;

use outbound_model::{At, ChannelType, Extension, Handoff, HandoffName, Object, ShapeError};
use serde_json::Value;

use crate::document::Document;
use crate::elements::{Element, syntax};
use crate::liveperson::{self, Defaults, Located};
use crate::parsed_element::ParsedElement;
use crate::{Format, FormatError, ImportDefaults, Location, Loss, Mapping, Places, kept, meta, rbm, twilio};

/// Options for reading a file.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The name of handoffs whose format has no names (RBM).
    pub name: Option<String>,
    /// The channel of Twilio contents whose type allows several channels.
    pub channel: Option<ChannelType>,
    /// Defaults for fields that the file lacks, such as the sender.
    pub defaults: ImportDefaults,
}

/// A handoff read from a file.
#[derive(Clone, Debug)]
pub struct ImportedHandoff {
    /// The format of the file.
    pub format: Format,
    /// The handoff.
    pub handoff: Handoff,
    /// Whether the file contains its id.
    pub has_id: bool,
    /// The location of the element in the file.
    pub at: Location,
    /// Details of the file that the handoff lacks.
    pub losses: Vec<Loss>,
    /// The names of its placeholders in the file.
    pub mappings: Vec<Mapping>,
}

/// Reads the handoffs of a file one by one. An invalid element yields an error, and reading continues with the
/// next one; a syntax error ends the file. All translations of a template have the same name;
/// [`Names`](crate::Names) makes names unique.
pub fn read_any<'r>(
    format: Format,
    input: impl BufRead + 'r,
    options: ReadOptions,
    defaults: impl Defaults + 'r,
) -> Box<dyn Iterator<Item = Result<ImportedHandoff, FormatError>> + 'r> {
    if format == Format::LivePerson {
        let unchanged = move |Located { handoff, has_id, at, .. }| {
            let (losses, mappings) = (Vec::new(), Vec::new());
            ImportedHandoff { format, handoff, has_id, at, losses, mappings }
        };
        return Box::new(
            liveperson::read_located(input, defaults).map(move |located| located.map(unchanged)),
        );
    }
    match Document::read(format, input) {
        Err(error) => Box::new(std::iter::once(Err(error))),
        Ok(document) => {
            let mut reader = Reader { format, options, defaults, has_next_page: document.has_next_page };
            Box::new(document.elements.enumerate().map(move |(i, element)| reader.element(&element?, i + 1)))
        }
    }
}

struct Reader<D> {
    format: Format,
    options: ReadOptions,
    defaults: D,
    has_next_page: bool,
}

impl<D: Defaults> Reader<D> {
    fn element(&mut self, element: &Element, number: usize) -> Result<ImportedHandoff, FormatError> {
        let (text, at) = (&element.text, element.at);
        let value = serde_json::from_str(text).map_err(|error| syntax(text, at, &error))?;
        let mut places = Places::new(text);
        let mut locate = |pointer: &str| at.after(&text[..places.value(pointer).start]);
        let (handoff, mut losses, mappings) = self.handoff(value).map_err(|error| FormatError::Shape {
            at: locate(&error.pointer),
            noun: self.format.noun(),
            number,
            pointer: error.pointer,
            problem: error.problem,
        })?;
        for loss in &mut losses {
            loss.at = Some(locate(&loss.pointer));
        }
        Ok(ImportedHandoff { format: self.format, handoff, has_id: false, at, losses, mappings })
    }

    fn handoff(&mut self, value: Value) -> Result<(Handoff, Vec<Loss>, Vec<Mapping>), ShapeError> {
        let mut parsed = match self.format {
            Format::Twilio => twilio::read(value, self.options.channel)?,
            Format::Rbm => rbm::read(value)?,
            Format::Meta | Format::LivePerson => meta::read(value)?,
        };
        if std::mem::take(&mut self.has_next_page) {
            parsed
                .losses
                .add(&At::ROOT, "The file is one page of a longer list; the other pages are missing.");
        }
        self.options.defaults.fill(&mut parsed.channel);
        let name = name(&mut parsed, self.options.name.as_deref().unwrap_or("Imported message"));
        let channel = serde_json::to_value(&parsed.channel);
        let channel = channel.map_err(|error| At::ROOT.problem(error.to_string()))?;
        let mut object = Object::new();
        object.insert("name".to_owned(), name.into());
        object.insert("channels".to_owned(), vec![channel].into());
        if let Some(extension) =
            kept::extension(self.format, &parsed.samples, &parsed.names, parsed.fields, parsed.notes)
        {
            object.insert(Extension::KEY.to_owned(), extension);
        }
        let handoff = liveperson::from_object(object, &mut self.defaults)?;
        Ok((handoff, parsed.losses.0, parsed.mappings))
    }
}

fn name(parsed: &mut ParsedElement, fallback: &str) -> String {
    let name = valid_name(parsed.name.as_deref().unwrap_or(fallback));
    if parsed.name.as_ref().is_some_and(|given| *given != name) {
        let sentence = "A handoff's name has at most 255 characters and no control characters.";
        parsed.losses.add(&At::ROOT.key("name"), sentence);
    }
    name
}

/// Shortens a name and removes characters until it is valid for a handoff.
pub(crate) fn valid_name(name: &str) -> String {
    let allowed: String = name.chars().filter(|c| !c.is_control()).take(255).collect();
    if allowed.parse::<HandoffName>().is_ok() { allowed } else { "Imported".to_owned() }
}
