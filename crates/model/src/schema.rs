//! The schemas of the model, for the OpenAPI file.
//!
//! They are built from the keys and types with which values are read and written (the macros of
//! [`crate::json`]), so that a schema cannot give a field another name. They are not derived from the
//! Rust fields: utoipa's derive does not see a `rename` whose value comes out of a macro.

use utoipa::openapi::schema::{
    AdditionalProperties, Array, Discriminator, Object, ObjectBuilder, OneOf, OneOfBuilder, Ref, Schema, Type,
};
use utoipa::openapi::{RefOr, extensions::Extensions};
use utoipa::{PartialSchema, ToSchema};

/// Components by name.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A value that can stand in a field.
pub(crate) trait Described {
    /// Whether the field may be left out.
    const OPTIONAL: bool = false;

    /// The schema; a reference where the type is a component.
    fn described() -> RefOr<Schema>;

    /// Adds the components that the schema refers to.
    fn components(_: &mut Components) {}
}

fn simple(of: Type) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(of).into()
}

impl Described for String {
    fn described() -> RefOr<Schema> {
        simple(Type::String)
    }
}

impl Described for bool {
    fn described() -> RefOr<Schema> {
        simple(Type::Boolean)
    }
}

impl Described for i64 {
    fn described() -> RefOr<Schema> {
        simple(Type::Integer)
    }
}

impl<T: Described> Described for Option<T> {
    const OPTIONAL: bool = true;

    fn described() -> RefOr<Schema> {
        T::described()
    }

    fn components(found: &mut Components) {
        T::components(found);
    }
}

impl<T: Described> Described for Vec<T> {
    fn described() -> RefOr<Schema> {
        Array::new(T::described()).into()
    }

    fn components(found: &mut Components) {
        T::components(found);
    }
}

/// A reference to the component of a type.
pub(crate) fn reference<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

/// Adds the component of a type, and those that it refers to.
pub(crate) fn add<T: ToSchema>(found: &mut Components) {
    found.push((T::name().into_owned(), T::schema()));
    T::schemas(found);
}

/// A field of an object.
pub(crate) struct Field {
    key: &'static str,
    required: bool,
    schema: RefOr<Schema>,
}

/// The field `key` of type `T`; `docs` are the lines of its documentation.
pub(crate) fn field<T: Described>(key: &'static str, docs: &[&str]) -> Field {
    let mut schema = T::described();
    let text = text(docs);
    match &mut schema {
        RefOr::Ref(reference) => reference.description = text,
        RefOr::T(Schema::Object(object)) => object.description = Some(text),
        RefOr::T(Schema::Array(array)) => array.description = Some(text),
        RefOr::T(_) => {}
    }
    Field { key, required: !T::OPTIONAL, schema }
}

fn text(docs: &[&str]) -> String {
    docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

/// An object with these fields, and any others: what the model does not know it keeps.
pub(crate) fn object(docs: &[&str], fields: Vec<Field>) -> RefOr<Schema> {
    let mut object = Object::new();
    object.description = Some(text(docs));
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    for Field { key, required, schema } in fields {
        object.properties.insert(key.to_owned(), schema);
        object.required.extend(required.then(|| key.to_owned()));
    }
    RefOr::T(Schema::Object(object))
}

/// The schema of `T` if it is an object, changed.
pub(crate) fn changed<T: PartialSchema>(change: impl FnOnce(&mut Object)) -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        change(object);
    }
    schema
}

/// The object `T` with the `type` by which it is told apart from the others of its union.
pub(crate) fn tagged<T: PartialSchema>(tag: &str) -> RefOr<Schema> {
    changed::<T>(|object| put_type(object, ObjectBuilder::new().enum_values(Some([tag]))))
}

fn put_type(object: &mut Object, tag: ObjectBuilder) {
    let others = std::mem::take(&mut object.properties);
    object.properties.insert("type".to_owned(), tag.schema_type(Type::String).into());
    object.properties.extend(others);
    object.required.insert(0, "type".to_owned());
}

/// An object whose `type` is none of `tags`.
pub(crate) fn unknown(tags: &[&str]) -> RefOr<Schema> {
    let other = [("not", serde_json::json!({ "enum": tags }))];
    let tag = ObjectBuilder::new().extensions(Some(other.into_iter().collect::<Extensions>()));
    let mut object = Object::new();
    object.description = Some("Of a type that the API does not know, kept as it came.".to_owned());
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    put_type(&mut object, tag);
    RefOr::T(Schema::Object(object))
}

/// One of the components `variants`, told apart by `type`: tag and name of each.
pub(crate) fn union(docs: &[&str], variants: &[(&str, String)]) -> RefOr<Schema> {
    let location = |name: &str| Ref::from_schema_name(name).ref_location;
    let mapping = variants.iter().map(|(tag, name)| ((*tag).to_owned(), location(name)));
    let discriminator = Discriminator::with_mapping("type", mapping);
    one_of(docs, variants.iter().map(|(_, name)| name.as_str()), Some(discriminator))
}

/// The union `known`, or an object of another type. It has no discriminator: the name of a component
/// without a mapping is itself a value of the discriminator, so generated clients would take the type
/// of an unknown object to be the text `UnknownChannel`.
pub(crate) fn open_union(docs: &[&str], known: &str, unknown: &str) -> RefOr<Schema> {
    one_of(docs, [known, unknown].into_iter(), None)
}

fn one_of<'n>(
    docs: &[&str],
    names: impl Iterator<Item = &'n str>,
    discriminator: Option<Discriminator>,
) -> RefOr<Schema> {
    let union = names.fold(OneOfBuilder::new(), |union, name| union.item(Ref::from_schema_name(name)));
    let union: OneOf = union.description(Some(text(docs))).discriminator(discriminator).build();
    RefOr::T(Schema::OneOf(union))
}

/// One of these texts.
pub(crate) fn names(doc: &str, names: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    let texts = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    texts.description(Some(doc)).into()
}

/// A map from any text to `values`.
pub(crate) fn map(values: impl Into<RefOr<Schema>>) -> Object {
    let values = AdditionalProperties::RefOr(values.into());
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(values)).build()
}
