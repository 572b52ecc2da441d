//! OpenAPI schemas of the model.
//!
//! Schemas are built from the same keys and types that read and write the values (the macros of
//! [`crate::json_macros`]), so the two cannot diverge. utoipa's derive cannot be used, because it does not
//! see a `rename` whose value comes from a macro.

use utoipa::openapi::schema::{
    AdditionalProperties, Array, Discriminator, Object, ObjectBuilder, OneOf, OneOfBuilder, Ref, Schema, Type,
};
use utoipa::openapi::{RefOr, extensions::Extensions};
use utoipa::{PartialSchema, ToSchema};

/// Components by name.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A type that can be the type of a field.
pub(crate) trait Described {
    /// Whether the field may be omitted.
    const OPTIONAL: bool = false;

    /// The schema; a reference if the type is a component.
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
    let description = description(docs);
    match &mut schema {
        RefOr::Ref(reference) => reference.description = description,
        RefOr::T(Schema::Object(object)) => object.description = Some(description),
        RefOr::T(Schema::Array(array)) => array.description = Some(description),
        RefOr::T(_) => {}
    }
    Field { key, required: !T::OPTIONAL, schema }
}

fn description(docs: &[&str]) -> String {
    docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

/// An object with these fields. Additional fields are allowed, because the model keeps unknown fields.
pub(crate) fn object(docs: &[&str], fields: Vec<Field>) -> RefOr<Schema> {
    let mut object = Object::new();
    object.description = Some(description(docs));
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    for Field { key, required, schema } in fields {
        object.properties.insert(key.to_owned(), schema);
        object.required.extend(required.then(|| key.to_owned()));
    }
    RefOr::T(Schema::Object(object))
}

/// The schema of `T`, modified by `change` if it is an object.
pub(crate) fn changed<T: PartialSchema>(change: impl FnOnce(&mut Object)) -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        change(object);
    }
    schema
}

/// The object `T` with the `type` that identifies it in its union.
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
    object.description = Some("An object of a type that the API does not know, kept unchanged.".to_owned());
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    put_type(&mut object, tag);
    RefOr::T(Schema::Object(object))
}

/// One of the components `variants` (tag and name of each), distinguished by `type`.
pub(crate) fn union(docs: &[&str], variants: &[(&str, String)]) -> RefOr<Schema> {
    let location = |name: &str| Ref::from_schema_name(name).ref_location;
    let mapping = variants.iter().map(|(tag, name)| ((*tag).to_owned(), location(name)));
    let discriminator = Discriminator::with_mapping("type", mapping);
    one_of(docs, variants.iter().map(|(_, name)| name.as_str()), Some(discriminator))
}

/// The union `known`, or an object of another type. It has no discriminator: OpenAPI uses the name of an
/// unmapped component as a value of the discriminator, so generated clients would expect the literal type
/// `UnknownChannel` in an unknown object.
pub(crate) fn open_union(docs: &[&str], known: &str, unknown: &str) -> RefOr<Schema> {
    one_of(docs, [known, unknown].into_iter(), None)
}

fn one_of<'n>(
    docs: &[&str],
    names: impl Iterator<Item = &'n str>,
    discriminator: Option<Discriminator>,
) -> RefOr<Schema> {
    let union = names.fold(OneOfBuilder::new(), |union, name| union.item(Ref::from_schema_name(name)));
    let union: OneOf = union.description(Some(description(docs))).discriminator(discriminator).build();
    RefOr::T(Schema::OneOf(union))
}

/// A string that is one of `names`.
pub(crate) fn names(doc: &str, names: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    let values = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    values.description(Some(doc)).into()
}

/// A map from strings to `values`.
pub(crate) fn map(values: impl Into<RefOr<Schema>>) -> Object {
    let values = AdditionalProperties::RefOr(values.into());
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(values)).build()
}
