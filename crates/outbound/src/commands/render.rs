//! `outbound render`.

use outbound_formats::{FormatError, liveperson};
use outbound_model::{Channel, Handoff, HandoffName};
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::Samples;

use crate::arguments::Render;
use crate::commands::files::{Unnamed, open, progress_bar};
use crate::error::CliError;
use crate::output::Output;

pub(super) fn run(render: &Render, output: Output) -> Result<(), CliError> {
    let values: Values = render.var.iter().cloned().collect();
    let input = open(&render.file, &progress_bar(&[]))?;
    let mut shown = Vec::new();
    for handoff in liveperson::read(input, &mut Unnamed::default()) {
        let handoff = handoff.map_err(|error| FormatError::InFile {
            file: render.file.display().to_string(),
            error: Box::new(error),
        })?;
        if render.handoff.as_ref().is_none_or(|wanted| is_called(&handoff, wanted)) {
            shown.push(preview(&handoff, &values, render));
        }
    }
    if let (true, Some(wanted)) = (shown.is_empty(), &render.handoff) {
        return Err(CliError::NoHandoff(wanted.clone()));
    }
    let text: Vec<_> = shown.iter().map(Rendered::to_string).collect();
    output.print(&shown, text.join("\n").trim_end())?;
    let whole =
        shown.iter().all(|one| one.surplus.is_empty() && one.channels.iter().all(|c| c.missing.is_empty()));
    if render.strict && !whole { Err(CliError::Findings) } else { Ok(()) }
}

fn is_called(handoff: &Handoff, wanted: &str) -> bool {
    let same_name = |name: HandoffName| name.key() == handoff.name.key();
    handoff.id.as_str() == wanted || wanted.parse().is_ok_and(same_name)
}

fn preview(handoff: &Handoff, values: &Values, render: &Render) -> Rendered {
    let samples = Samples::of_handoff(handoff).unwrap_or_default();
    let mut rendered = render_with_samples(handoff, values, |channel| samples.of(channel));
    if let Some(wanted) = render.channel {
        let mut types = handoff.channels.iter().map(Channel::channel_type);
        rendered.channels.retain(|_| types.next().flatten() == Some(wanted));
    }
    rendered
}
