//! Types of ids and names: strings that are validated once, when they are parsed.

/// Declares a string type that accepts values for which `valid` is true; parsing any other value fails with `invalid`.
macro_rules! text_type {
    ($(#[$meta:meta])* $Type:ident, valid: $valid:expr, invalid: $invalid:literal) => {
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize, utoipa::ToSchema)]
        $(#[$meta])*
        pub struct $Type(String);

        impl $Type {
            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $Type {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err($crate::Invalid::new($invalid)) }
            }
        }

        impl std::fmt::Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use text_type;

/// Whether `text` has 1 to `max` characters, each an ASCII letter, a digit or one of `also`.
pub(crate) fn is_id(text: &str, max: usize, also: &[u8]) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || also.contains(&b))
}

/// Whether `text` has up to `max` characters, none of them a control character, and not only whitespace.
pub(crate) fn is_name(text: &str, max: usize) -> bool {
    let short = text.chars().nth(max).is_none();
    short && !text.trim().is_empty() && !text.chars().any(char::is_control)
}
