//! Further OpenAPI schemas of a handoff: in requests, in the management API and in the by-channel list.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::schema::{self, Components, Described};
use crate::{Channel, Extension, Handoff};

/// A handoff in a request. Only `name` and `channels` are required.
#[derive(Debug)]
pub struct HandoffDraft;

/// A handoff in the management API: the served fields and the extension.
#[derive(Debug)]
pub struct HandoffFile;

/// An element of the by-channel list: a channel configuration with the handoff's own fields.
#[derive(Debug)]
pub struct ChannelElement;

fn with_extension(object: &mut Object, description: &str) {
    object.description = Some(description.to_owned());
    object.properties.insert(Extension::KEY.to_owned(), Extension::described());
}

impl PartialSchema for HandoffDraft {
    fn schema() -> RefOr<Schema> {
        schema::changed::<Handoff>(|object| {
            with_extension(object, "A handoff in a request. Only its name and channels are required.");
            object.required.retain(|key| key == "name" || key == "channels");
        })
    }
}

impl ToSchema for HandoffDraft {
    fn schemas(found: &mut Components) {
        Handoff::schemas(found);
        Extension::components(found);
    }
}

impl PartialSchema for HandoffFile {
    fn schema() -> RefOr<Schema> {
        schema::changed::<Handoff>(|object| {
            with_extension(object, "A handoff with `x-outbound`, which the configuration API never returns.");
        })
    }
}

impl ToSchema for HandoffFile {
    fn schemas(found: &mut Components) {
        HandoffDraft::schemas(found);
    }
}

/// Tag, name and schema of each element type.
fn elements() -> Vec<(&'static str, String, RefOr<Schema>)> {
    let element = |(tag, name, mut schema): (&'static str, String, RefOr<Schema>)| {
        let handoff = Handoff::schema();
        if let (RefOr::T(Schema::Object(channel)), RefOr::T(Schema::Object(handoff))) = (&mut schema, handoff)
        {
            let is_included = |key: &String| key != "channels";
            channel.properties.extend(handoff.properties.into_iter().filter(|(key, _)| is_included(key)));
            channel.required.extend(handoff.required.into_iter().filter(is_included));
        }
        (tag, format!("{name}Element"), schema)
    };
    Channel::variants().into_iter().map(element).collect()
}

impl PartialSchema for ChannelElement {
    fn schema() -> RefOr<Schema> {
        let variants: Vec<_> = elements().into_iter().map(|(tag, name, _)| (tag, name)).collect();
        let docs = ["A channel configuration with the handoff's own fields."];
        schema::union(&docs, &variants)
    }
}

impl ToSchema for ChannelElement {
    fn schemas(found: &mut Components) {
        found.extend(elements().into_iter().map(|(_, name, schema)| (name, schema)));
        Handoff::schemas(found);
    }
}
