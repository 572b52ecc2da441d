//! One way in for every format: the handoffs of a file, what of it they do not hold, and what their
//! placeholders were called.

use std::collections::BTreeMap;
use std::io::BufRead;

use outbound_model::{At, Channel, ChannelType, Extension, Handoff, HandoffName, Object, ShapeError};
use serde_json::Value;

use crate::document::Document;
use crate::elements::{Element, syntax};
use crate::liveperson::{self, Defaults, Located};
use crate::losses::Losses;
use crate::{Format, FormatError, ImportDefaults, Location, Loss, Mapping, Places, kept, meta, rbm, twilio};

/// What a file does not say about itself.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The name of handoffs whose format knows none (RBM).
    pub name: Option<String>,
    /// The channel that Twilio's contents are for, where their type allows several.
    pub channel: Option<ChannelType>,
    /// What the channels of a provider's file get: no such file names a sender.
    pub defaults: ImportDefaults,
}

/// A handoff that was read.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What it was.
    pub format: Format,
    /// The handoff.
    pub handoff: Handoff,
    /// Whether the file gives it an id of its own.
    pub has_id: bool,
    /// Where its element begins in the file.
    pub at: Location,
    /// What of the file it does not hold.
    pub losses: Vec<Loss>,
    /// What its placeholders were called in the file.
    pub mappings: Vec<Mapping>,
}

/// The handoffs of a file, one by one. A wrong element is an error in its place and the next ones
/// follow; text that is not JSON ends the file. Translations of a template have its name, all of them:
/// [`Names`](crate::Names) tells them apart.
pub fn read_any<'r>(
    format: Format,
    input: impl BufRead + 'r,
    options: ReadOptions,
    defaults: impl Defaults + 'r,
) -> Box<dyn Iterator<Item = Result<Imported, FormatError>> + 'r> {
    if format == Format::LivePerson {
        let as_it_is = move |Located { handoff, has_id, at, .. }| {
            let (losses, mappings) = (Vec::new(), Vec::new());
            Imported { format, handoff, has_id, at, losses, mappings }
        };
        return Box::new(liveperson::read_located(input, defaults).map(move |located| located.map(as_it_is)));
    }
    match Document::read(format, input) {
        Err(error) => Box::new(std::iter::once(Err(error))),
        Ok(document) => {
            let mut reader = Reader { format, options, defaults, goes_on: document.goes_on };
            Box::new(document.elements.enumerate().map(move |(i, element)| reader.element(&element?, i + 1)))
        }
    }
}

/// What a provider's element makes of a handoff.
pub(crate) struct Draft {
    /// The provider's name for it.
    pub(crate) name: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) samples: BTreeMap<String, String>,
    /// Names of placeholders to use again.
    pub(crate) names: BTreeMap<String, String>,
    /// Fields of the provider's own.
    pub(crate) fields: Object,
    /// What an export to the same provider needs to know beside them, by keys that begin with `x-`.
    pub(crate) notes: Object,
    pub(crate) losses: Losses,
    pub(crate) mappings: Vec<Mapping>,
}

struct Reader<D> {
    format: Format,
    options: ReadOptions,
    defaults: D,
    goes_on: bool,
}

impl<D: Defaults> Reader<D> {
    fn element(&mut self, element: &Element, number: usize) -> Result<Imported, FormatError> {
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
        Ok(Imported { format: self.format, handoff, has_id: false, at, losses, mappings })
    }

    fn handoff(&mut self, value: Value) -> Result<(Handoff, Vec<Loss>, Vec<Mapping>), ShapeError> {
        let mut draft = match self.format {
            Format::Twilio => twilio::read(value, self.options.channel)?,
            Format::Rbm => rbm::read(value)?,
            Format::Meta | Format::LivePerson => meta::read(value)?,
        };
        if std::mem::take(&mut self.goes_on) {
            draft
                .losses
                .add(&At::ROOT, "The file is one page of a list that goes on; the other pages are missing.");
        }
        self.options.defaults.fill(&mut draft.channel);
        let name = name(&mut draft, self.options.name.as_deref().unwrap_or("Imported message"));
        let channel = serde_json::to_value(&draft.channel);
        let channel = channel.map_err(|error| At::ROOT.problem(error.to_string()))?;
        let mut object = Object::new();
        object.insert("name".to_owned(), name.into());
        object.insert("channels".to_owned(), vec![channel].into());
        if let Some(extension) =
            kept::extension(self.format, &draft.samples, &draft.names, draft.fields, draft.notes)
        {
            object.insert(Extension::KEY.to_owned(), extension);
        }
        let handoff = liveperson::from_object(object, &mut self.defaults)?;
        Ok((handoff, draft.losses.0, draft.mappings))
    }
}

fn name(draft: &mut Draft, fallback: &str) -> String {
    let name = cut(draft.name.as_deref().unwrap_or(fallback));
    if draft.name.as_ref().is_some_and(|given| *given != name) {
        let sentence = "A handoff's name has at most 255 characters, none of them a control character.";
        draft.losses.add(&At::ROOT.key("name"), sentence);
    }
    name
}

/// The most of a name that a handoff can have.
pub(crate) fn cut(name: &str) -> String {
    let legal: String = name.chars().filter(|c| !c.is_control()).take(255).collect();
    if legal.parse::<HandoffName>().is_ok() { legal } else { "Imported".to_owned() }
}
