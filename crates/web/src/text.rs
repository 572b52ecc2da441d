//! The messages of the pages, by key. `locales/en.ftl` contains them; `build.rs` generates a function for each.
//!
//! Messages that other interfaces show as well (findings, losses, errors of use cases) come from their own crates.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use maud::{Markup, html};

pub(crate) use generated::*;

/// A formatted message; borrowed from the catalogue if it has no arguments.
pub(crate) type Text = Cow<'static, str>;

#[allow(clippy::doc_markdown, reason = "the documentation of each function is its English text")]
mod generated {
    use fluent_bundle::FluentValue;
    use fluent_bundle::types::FluentNumber;

    use super::Text;

    include!(concat!(env!("OUT_DIR"), "/text.rs"));
}

/// The function of a message without arguments.
pub(crate) type TextFn = fn() -> Text;

/// Stand in for elements while a message is formatted. Noncharacters, which no message contains.
const SLOTS: [&str; 4] = ["\u{fdd0}", "\u{fdd1}", "\u{fdd2}", "\u{fdd3}"];

/// All catalogues, parsed once. The build has checked that they can be.
static BUNDLES: LazyLock<Vec<(&str, FluentBundle<FluentResource>)>> =
    LazyLock::new(|| CATALOGUES.iter().map(|(name, source)| (*name, bundle(name, source))).collect());

/// The locale of all messages. No other code selects it.
pub(crate) fn locale() -> &'static str {
    "en"
}

fn bundle(locale: &str, source: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![locale.parse().unwrap_or_default()]);
    // Values are isolated by elements with dir="auto" where the page shows them.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(&number.value.to_string())),
        _ => None,
    }));
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn format<const N: usize>(key: &'static str, arguments: [(&'static str, FluentValue<'_>); N]) -> Text {
    let bundle = BUNDLES.iter().find(|(name, _)| *name == locale()).map(|(_, bundle)| bundle);
    let message = bundle.and_then(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
    // The build guarantees message and arguments.
    let Some((bundle, pattern)) = message else { return key.into() };
    let arguments = FluentArgs::from_iter(arguments);
    bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new())
}

/// A message with elements as arguments, such as a name in a `strong`. `message` gets a marker for each.
pub(crate) fn rich<const N: usize>(
    message: impl FnOnce([&'static str; N]) -> Text,
    elements: &[Markup; N],
) -> Markup {
    let slots = std::array::from_fn(|place| SLOTS.get(place).copied().unwrap_or_default());
    let text = message(slots);
    let slot = |piece: &str| SLOTS.iter().position(|slot| piece.ends_with(slot));
    html! {
        @for piece in text.split_inclusive(|letter| ('\u{fdd0}'..='\u{fdd3}').contains(&letter)) {
            @match slot(piece) {
                Some(place) => {
                    (piece.trim_end_matches(SLOTS.get(place).copied().unwrap_or_default()))
                    @if let Some(element) = elements.get(place) { (element) }
                }
                None => (piece),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_choose_the_plural_and_are_grouped() {
        for (count, expected) in [(1, "1 error"), (2, "2 errors"), (0, "0 errors"), (12_345, "12,345 errors")]
        {
            assert_eq!(error_count(count), expected);
        }
    }

    #[test]
    fn elements_keep_their_tags_and_text_is_escaped() {
        let name = html! { strong { "<Ann>" } };
        let drawn = rich(|[name]| no_access_role(name, "<lpa>"), &[name]).into_string();
        let expected =
            "You are logged in as <strong>&lt;Ann&gt;</strong>. Your role, &lt;lpa&gt;, cannot see handoffs.";
        assert_eq!(drawn, expected);
    }
}
