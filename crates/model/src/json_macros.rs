//! Macros that declare the JSON objects of the model. One declaration generates reading, writing and the
//! OpenAPI schema.

/// Implements `FromJson` for a type that is written as a JSON string.
macro_rules! from_json_text {
    ($Type:ty) => {
        impl $crate::FromJson for $Type {
            fn from_json(value: serde_json::Value, at: $crate::At<'_>) -> Result<Self, $crate::ShapeError> {
                <String as $crate::FromJson>::from_json(value, at)?
                    .parse()
                    .map_err(|e: $crate::Invalid| at.problem(e.to_string()))
            }
        }

        $crate::json_macros::described!($Type);
    };
}

/// Declares a struct for a JSON object: each field with its documented key, and `extra` for all others. A
/// field after the `;` is read but not written.
macro_rules! json_object {
    ($(#[doc = $doc:literal])* pub struct $Name:ident {
        $( $(#[doc = $field_doc:literal])* $field:ident as $key:literal: $Type:ty, )*
        $( ; $(#[doc = $hidden_doc:literal])* $hidden:ident as ($hidden_key:expr): $Hidden:ty, )?
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct $Name {
            $(
                $(#[doc = $field_doc])*
                #[serde(rename = $key, skip_serializing_if = "crate::json::is_absent")]
                pub $field: $Type,
            )*
            $(
                $(#[doc = $hidden_doc])*
                #[serde(skip)]
                pub $hidden: $Hidden,
            )?
            /// Fields that the contract does not name, kept unchanged.
            #[serde(flatten)]
            pub extra: $crate::Object,
        }

        impl $crate::FromJson for $Name {
            fn from_json(value: serde_json::Value, at: $crate::At<'_>) -> Result<Self, $crate::ShapeError> {
                let mut object = <$crate::Object as $crate::FromJson>::from_json(value, at)?;
                Ok(Self {
                    $( $field: $crate::json::take(&mut object, $key, &at)?, )*
                    $( $hidden: $crate::json::take(&mut object, $hidden_key, &at)?, )?
                    extra: object,
                })
            }
        }

        impl utoipa::PartialSchema for $Name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::schema::object(
                    &[$($doc),*],
                    vec![ $( $crate::schema::field::<$Type>($key, &[$($field_doc),*]), )* ],
                )
            }
        }

        impl utoipa::ToSchema for $Name {
            fn schemas(found: &mut $crate::schema::Components) {
                $( <$Type as $crate::schema::Described>::components(found); )*
            }
        }

        $crate::json_macros::described!($Name);
    };
}

/// Declares an enum for JSON objects that are distinguished by their `type`. Objects of an unknown type are
/// kept unchanged.
macro_rules! json_tagged {
    ($(#[doc = $doc:literal])* pub enum $Name:ident {
        $( $(#[doc = $variant_doc:literal])* $Variant:ident($Content:ty) as $tag:literal, )*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(tag = "type")]
        pub enum $Name {
            $( $(#[doc = $variant_doc])* #[serde(rename = $tag)] $Variant($Content), )*
            /// An object of a type that the contract does not name, kept unchanged.
            #[serde(untagged)]
            Unknown($crate::Object),
        }

        impl $Name {
            /// The name of the OpenAPI component for the known variants.
            const KNOWN: &str = concat!("Known", stringify!($Name));
            /// The name of the OpenAPI component for [`Self::Unknown`].
            const UNKNOWN: &str = concat!("Unknown", stringify!($Name));

            /// Tag, name and schema of each known variant.
            pub(crate) fn variants()
            -> Vec<(&'static str, String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
                vec![$( (
                    $tag,
                    <$Content as utoipa::ToSchema>::name().into_owned(),
                    $crate::schema::tagged::<$Content>($tag),
                ), )*]
            }
        }

        impl utoipa::PartialSchema for $Name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::schema::open_union(&[$($doc),*], Self::KNOWN, Self::UNKNOWN)
            }
        }

        impl utoipa::ToSchema for $Name {
            fn schemas(found: &mut $crate::schema::Components) {
                let known: Vec<_> = Self::variants().into_iter().map(|(tag, name, _)| (tag, name)).collect();
                found.push((Self::KNOWN.to_owned(), $crate::schema::union(&[$($doc),*], &known)));
                found.extend(Self::variants().into_iter().map(|(_, name, schema)| (name, schema)));
                found.push((Self::UNKNOWN.to_owned(), $crate::schema::unknown(&[$($tag),*])));
                $( <$Content as utoipa::ToSchema>::schemas(found); )*
            }
        }

        $crate::json_macros::described!($Name);

        impl $crate::FromJson for $Name {
            fn from_json(value: serde_json::Value, at: $crate::At<'_>) -> Result<Self, $crate::ShapeError> {
                let mut object = <$crate::Object as $crate::FromJson>::from_json(value, at)?;
                let tag = object.get("type").cloned();
                match $crate::json::tag(tag, at)?.as_str() {
                    $( $tag => {
                        object.shift_remove("type");
                        <$Content as $crate::FromJson>::from_json(object.into(), at).map(Self::$Variant)
                    } )*
                    _ => Ok(Self::Unknown(object)),
                }
            }
        }
    };
}

/// Implements `Described` for a type that is a component of the OpenAPI file.
macro_rules! described {
    ($Name:ty) => {
        impl $crate::schema::Described for $Name {
            fn described() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::schema::reference::<Self>()
            }

            fn components(found: &mut $crate::schema::Components) {
                $crate::schema::add::<Self>(found);
            }
        }
    };
}

/// Implements the schema of a type whose values are the names of `ALL`, as `as_str` writes them.
macro_rules! named_values {
    ($Name:ty, $doc:literal) => {
        impl utoipa::PartialSchema for $Name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::schema::names($doc, Self::ALL.into_iter().map(Self::as_str))
            }
        }

        impl utoipa::ToSchema for $Name {}
    };
}

pub(crate) use {described, from_json_text, json_object, json_tagged, named_values};
