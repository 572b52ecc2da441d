//! A text cut into stretches that are drawn alike: several layers of ranges laid over each other.

use std::ops::Range;

use maud::{Markup, html};
use outbound_render::Text;
use outbound_render::formatting::{Run, Style};

/// Bytes of a text that are drawn: more than any channel sends. What lies behind is counted only.
const SHOWN: usize = 6000;

/// What a layer says about its ranges.
#[derive(Clone, Debug, Eq, PartialEq)]
enum SpanStyle {
    /// A value that was filled in, by its placeholder's number.
    Value(u16),
    /// A placeholder without a value.
    Missing(u16),
    /// A style of WhatsApp's formatting; empty for plain text.
    Styles(Vec<Style>),
    /// Of lesser weight: the opt-out.
    Small,
    /// Not shown on the device, and what it shows instead.
    Beyond(&'static str),
    /// An SMS, by its number from 1.
    Segment(usize),
    /// A character that makes an SMS dear.
    Costly(Option<String>),
}

/// A text to draw.
pub(crate) struct Spans<'t> {
    text: &'t str,
    /// Each sorted, its ranges apart from each other.
    layers: Vec<Vec<(Range<usize>, SpanStyle)>>,
    /// Whether what lies in no run of styles is a formatting mark, and not drawn.
    has_marks: bool,
}

impl<'t> Spans<'t> {
    /// The text with its placeholders.
    pub(crate) fn new(text: &'t Text) -> Self {
        let look =
            |missing, number| if missing { SpanStyle::Missing(number) } else { SpanStyle::Value(number) };
        let values = text.values.iter().map(|place| (place.range.clone(), look(place.missing, place.number)));
        Self { text: &text.text, layers: vec![values.collect()], has_marks: false }
    }

    /// With formatting; bytes in no run are its marks.
    pub(crate) fn styled(mut self, runs: &[Run]) -> Self {
        self.has_marks = true;
        self.layer(runs.iter().map(|run| (run.range.clone(), SpanStyle::Styles(run.styles.clone()))))
    }

    /// With these bytes of lesser weight.
    pub(crate) fn small(self, range: Option<&Range<usize>>) -> Self {
        self.layer(range.map(|range| (range.clone(), SpanStyle::Small)))
    }

    /// Cut at this byte, where the device shows `instead`.
    pub(crate) fn cut(self, at: Option<usize>, instead: &'static str) -> Self {
        let end = self.text.len();
        self.layer(at.map(|at| (at..end, SpanStyle::Beyond(instead))))
    }

    /// With the segments of an SMS, if there are several.
    pub(crate) fn segments(self, ranges: impl ExactSizeIterator<Item = Range<usize>>) -> Self {
        let several = if ranges.len() > 1 { Some(ranges) } else { None };
        let numbered = several.into_iter().flatten().enumerate();
        self.layer(numbered.map(|(place, range)| (range, SpanStyle::Segment(place + 1))))
    }

    /// With the characters that make an SMS dear, and what to write instead.
    pub(crate) fn costly(self, ranges: impl Iterator<Item = (Range<usize>, Option<String>)>) -> Self {
        self.layer(ranges.map(|(range, instead)| (range, SpanStyle::Costly(instead))))
    }

    fn layer(mut self, ranges: impl IntoIterator<Item = (Range<usize>, SpanStyle)>) -> Self {
        self.layers.push(ranges.into_iter().collect());
        self
    }

    /// The stretches with what each layer says about them.
    fn stretches(&self) -> Vec<(Range<usize>, Vec<&SpanStyle>)> {
        let end = self.text.floor_char_boundary(SHOWN);
        let edges = self.layers.iter().flatten().flat_map(|(range, _)| [range.start, range.end]);
        let mut edges: Vec<usize> = edges.chain([0, end]).filter(|edge| *edge <= end).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut layers: Vec<_> = self.layers.iter().map(|layer| layer.iter().peekable()).collect();
        let stretch = |pair: &[usize]| {
            let (start, end) = (*pair.first()?, *pair.last()?);
            let looks = layers.iter_mut().filter_map(|layer| {
                while layer.next_if(|(range, _)| range.end <= start).is_some() {}
                layer.peek().filter(|(range, _)| range.start <= start).map(|(_, look)| look)
            });
            Some((start..end, looks.collect()))
        };
        edges.windows(2).filter_map(stretch).collect()
    }

    /// The text as HTML.
    pub(crate) fn draw(&self) -> Markup {
        let beyond =
            self.text.get(self.text.floor_char_boundary(SHOWN)..).map_or(0, |rest| rest.chars().count());
        let mut segment = 0;
        let mut is_cut = false;
        html! {
            @for (range, looks) in self.stretches() {
                @let plain = self.text.get(range.clone()).unwrap_or_default();
                @if !self.has_marks || looks.iter().any(|look| matches!(look, SpanStyle::Styles(_))) {
                    @for number in looks.iter().filter_map(|look| look.starts_segment(&mut segment)) {
                        span class="segment-mark" { span class="unseen" { "Segment " } (number) }
                    }
                    @if let Some(instead) = looks.iter().find_map(|look| look.cuts(&mut is_cut)) {
                        span class="cut" { (instead) span class="unseen" { " (cut here) " } }
                    }
                    (drawn(plain, &looks))
                }
            }
            @if beyond > 0 { span class="more" { " … and " (beyond) " more characters" } }
        }
    }
}

impl SpanStyle {
    /// What stands where the text is cut, once.
    fn cuts(&self, is_cut: &mut bool) -> Option<&'static str> {
        match self {
            SpanStyle::Beyond(instead) if !*is_cut => {
                *is_cut = true;
                Some(instead)
            }
            _ => None,
        }
    }

    /// The number of a segment that begins here: one that is not `current`.
    fn starts_segment(&self, current: &mut usize) -> Option<usize> {
        match self {
            SpanStyle::Segment(number) if number != current => {
                *current = *number;
                Some(*number)
            }
            _ => None,
        }
    }
}

/// One stretch, wrapped in what its layers say.
fn drawn(text: &str, looks: &[&SpanStyle]) -> Markup {
    looks.iter().fold(html! { (text) }, |inner, look| match look {
        SpanStyle::Value(number) => {
            html! { bdi class="value" title={ "Sample for placeholder " (number) } { (inner) } }
        }
        SpanStyle::Missing(number) => html! {
            bdi class="chip" title={ "Placeholder " (number) " has no sample" } {
                span class="unseen" { "no sample for " } (inner)
            }
        },
        SpanStyle::Styles(styles) => styles.iter().fold(inner, |inner, style| styled(&inner, *style)),
        SpanStyle::Small => html! { span class="small-print" { (inner) } },
        SpanStyle::Beyond(_) => html! { span class="beyond" { (inner) } },
        SpanStyle::Costly(instead) => {
            let title = match instead.as_deref() {
                None => "Not in GSM-7".to_owned(),
                Some("") => "Not in GSM-7; leave it out".to_owned(),
                Some(other) => format!("Not in GSM-7; write {other}"),
            };
            html! { span class="costly" title=(title) { (inner) } }
        }
        SpanStyle::Segment(_) => inner,
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
    fn layers_are_laid_over_each_other() {
        let text = substitute("*Hi ${{1}}* ${{2}}", |number| (number == 1).then_some("Ann"));
        let runs = runs(&text.text);
        let drawn = Spans::new(&text).styled(&runs).draw().into_string();
        assert!(drawn.starts_with("<strong>Hi </strong><strong><bdi class=\"value\""), "{drawn}");
        assert!(drawn.contains("</span>${{2}}</bdi>"), "{drawn}");
        assert!(!drawn.contains('*'), "{drawn}");
    }

    #[test]
    fn script_is_text() {
        let text = substitute("<script>${{1}}</script>", |_| Some("<img onerror=x>"));
        let drawn = Spans::new(&text).draw().into_string();
        assert!(!drawn.contains("<script") && !drawn.contains("<img"), "{drawn}");
    }

    #[test]
    fn a_text_beyond_measure_is_counted() {
        let text = Text { text: "é".repeat(SHOWN), values: Vec::new() };
        let drawn = Spans::new(&text).draw().into_string();
        assert_eq!(drawn.matches('é').count(), SHOWN / 2);
        assert!(drawn.contains("and 3000 more characters"), "{drawn}");
    }
}
