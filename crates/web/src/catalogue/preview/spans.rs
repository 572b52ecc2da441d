//! A text with several layers of ranges, such as styles and placeholders, split into spans that are drawn alike.

use std::ops::Range;

use maud::{Markup, html};
use outbound_render::Text as MessageText;
use outbound_render::formatting::{Run, Style};

use crate::text::{self, Text};

/// Bytes of message text that are drawn. No channel sends more; the rest is only counted.
const MAX_DRAWN: usize = 6000;

/// The property that a layer gives to a range.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Mark {
    /// The value of a placeholder, with the number of the placeholder.
    Value(u16),
    /// A placeholder without a value.
    Missing(u16),
    /// A style of WhatsApp's formatting; empty for plain text.
    Styles(Vec<Style>),
    /// Small print, such as the opt-out.
    Small,
    /// Cut off by the device, which shows this text instead.
    Cut(Text),
    /// An SMS, by its number from 1.
    Segment(usize),
    /// A character that is not in GSM-7 and its replacement.
    Costly(Option<String>),
}

/// A text to draw.
pub(crate) struct Spans<'t> {
    text: &'t str,
    /// The ranges of a layer are sorted and do not overlap.
    layers: Vec<Vec<(Range<usize>, Mark)>>,
    /// Whether text outside of all styled runs is a formatting character, which is not drawn.
    has_marks: bool,
}

impl<'t> Spans<'t> {
    /// A text with its placeholders.
    pub(crate) fn new(text: &'t MessageText) -> Self {
        let mark = |missing, number| if missing { Mark::Missing(number) } else { Mark::Value(number) };
        let values = text.values.iter().map(|place| (place.range.clone(), mark(place.missing, place.number)));
        Self { text: &text.text, layers: vec![values.collect()], has_marks: false }
    }

    /// Adds formatting. Bytes outside of all runs are formatting characters.
    pub(crate) fn styled(mut self, runs: &[Run]) -> Self {
        self.has_marks = true;
        self.layer(runs.iter().map(|run| (run.range.clone(), Mark::Styles(run.styles.clone()))))
    }

    /// Draws these bytes as small print.
    pub(crate) fn small(self, range: Option<&Range<usize>>) -> Self {
        self.layer(range.map(|range| (range.clone(), Mark::Small)))
    }

    /// Cuts the text at this byte, where the device shows `instead`.
    pub(crate) fn cut(self, at: Option<usize>, instead: Text) -> Self {
        let end = self.text.len();
        self.layer(at.map(|at| (at..end, Mark::Cut(instead))))
    }

    /// Adds the segments of an SMS, if there are several.
    pub(crate) fn segments(self, ranges: impl ExactSizeIterator<Item = Range<usize>>) -> Self {
        let several = if ranges.len() > 1 { Some(ranges) } else { None };
        let numbered = several.into_iter().flatten().enumerate();
        self.layer(numbered.map(|(place, range)| (range, Mark::Segment(place + 1))))
    }

    /// Marks characters that are not in GSM-7, with their replacements.
    pub(crate) fn costly(self, ranges: impl Iterator<Item = (Range<usize>, Option<String>)>) -> Self {
        self.layer(ranges.map(|(range, instead)| (range, Mark::Costly(instead))))
    }

    fn layer(mut self, ranges: impl IntoIterator<Item = (Range<usize>, Mark)>) -> Self {
        self.layers.push(ranges.into_iter().collect());
        self
    }

    /// The spans, each with its marks.
    fn spans(&self) -> Vec<(Range<usize>, Vec<&Mark>)> {
        let end = self.text.floor_char_boundary(MAX_DRAWN);
        let edges = self.layers.iter().flatten().flat_map(|(range, _)| [range.start, range.end]);
        let mut edges: Vec<usize> = edges.chain([0, end]).filter(|edge| *edge <= end).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut layers: Vec<_> = self.layers.iter().map(|layer| layer.iter().peekable()).collect();
        let span = |pair: &[usize]| {
            let (start, end) = (*pair.first()?, *pair.last()?);
            let marks = layers.iter_mut().filter_map(|layer| {
                while layer.next_if(|(range, _)| range.end <= start).is_some() {}
                layer.peek().filter(|(range, _)| range.start <= start).map(|(_, mark)| mark)
            });
            Some((start..end, marks.collect()))
        };
        edges.windows(2).filter_map(span).collect()
    }

    /// The text as HTML.
    pub(crate) fn draw(&self) -> Markup {
        let beyond =
            self.text.get(self.text.floor_char_boundary(MAX_DRAWN)..).map_or(0, |rest| rest.chars().count());
        let mut segment = 0;
        let mut is_cut = false;
        html! {
            @for (range, marks) in self.spans() {
                @let plain = self.text.get(range.clone()).unwrap_or_default();
                @if !self.has_marks || marks.iter().any(|mark| matches!(mark, Mark::Styles(_))) {
                    @for number in marks.iter().filter_map(|mark| mark.starts_segment(&mut segment)) {
                        span class="segment-mark" { span class="unseen" { (text::segment()) " " } (number) }
                    }
                    @if let Some(instead) = marks.iter().find_map(|mark| mark.cuts(&mut is_cut)) {
                        span class="cut" { (instead) span class="unseen" { " " (text::cut_here()) " " } }
                    }
                    (drawn(plain, &marks))
                }
            }
            @if beyond > 0 { span class="more" { " … " (text::more_characters(beyond)) } }
        }
    }
}

impl Mark {
    /// The text that the device shows at the cut; only for the first span after it.
    fn cuts(&self, is_cut: &mut bool) -> Option<&str> {
        match self {
            Mark::Cut(instead) if !*is_cut => {
                *is_cut = true;
                Some(instead)
            }
            _ => None,
        }
    }

    /// The number of the segment that begins here, if it is not `current`.
    fn starts_segment(&self, current: &mut usize) -> Option<usize> {
        match self {
            Mark::Segment(number) if number != current => {
                *current = *number;
                Some(*number)
            }
            _ => None,
        }
    }
}

/// One span, wrapped in an element for each mark.
fn drawn(text: &str, marks: &[&Mark]) -> Markup {
    marks.iter().fold(html! { (text) }, |inner, mark| match mark {
        Mark::Value(number) => {
            html! { bdi class="value" title=(text::sample_value_of(number.to_string())) { (inner) } }
        }
        Mark::Missing(number) => html! {
            bdi class="chip" title=(text::no_sample_value_of(number.to_string())) {
                span class="unseen" { (text::no_sample_for()) " " } (inner)
            }
        },
        Mark::Styles(styles) => styles.iter().fold(inner, |inner, style| styled(&inner, *style)),
        Mark::Small => html! { span class="small-print" { (inner) } },
        Mark::Cut(_) => html! { span class="beyond" { (inner) } },
        Mark::Costly(instead) => {
            let title = match instead.as_deref() {
                None => text::not_in_gsm7(),
                Some("") => text::not_in_gsm7_remove(),
                Some(replacement) => text::not_in_gsm7_replace(replacement),
            };
            html! { span class="costly" title=(title) { (inner) } }
        }
        Mark::Segment(_) => inner,
    })
}

fn styled(inner: &Markup, style: Style) -> Markup {
    match style {
        Style::Bold => html! { strong { (inner) } },
        Style::Italic => html! { em { (inner) } },
        Style::Strike => html! { s { (inner) } },
        Style::Monospace => html! { code { (inner) } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outbound_render::formatting::runs;
    use outbound_render::substitute;

    #[test]
    fn layers_are_combined() {
        let text = substitute("*Hi ${{1}}* ${{2}}", |number| (number == 1).then_some("Ann"));
        let runs = runs(&text.text);
        let drawn = Spans::new(&text).styled(&runs).draw().into_string();
        assert!(drawn.starts_with("<strong>Hi </strong><strong><bdi class=\"value\""), "{drawn}");
        assert!(drawn.contains("</span>${{2}}</bdi>"), "{drawn}");
        assert!(!drawn.contains('*'), "{drawn}");
    }

    #[test]
    fn markup_in_texts_is_escaped() {
        let text = substitute("<script>${{1}}</script>", |_| Some("<img onerror=x>"));
        let drawn = Spans::new(&text).draw().into_string();
        assert!(!drawn.contains("<script") && !drawn.contains("<img"), "{drawn}");
    }

    #[test]
    fn the_rest_of_a_long_text_is_counted() {
        let text = MessageText { text: "é".repeat(MAX_DRAWN), values: Vec::new() };
        let drawn = Spans::new(&text).draw().into_string();
        assert_eq!(drawn.matches('é').count(), MAX_DRAWN / 2);
        assert!(drawn.contains("and 3,000 more characters"), "{drawn}");
    }
}
