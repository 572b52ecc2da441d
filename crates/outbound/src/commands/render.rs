//! `outbound render`.

use outbound_formats::{FormatError, liveperson};
use outbound_model::{Channel, Handoff, HandoffName};
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::Samples;

use crate::arguments::Render;
use crate::commands::files::{TemporaryIds, open, progress_bar};
use crate::error::CliError;
use crate::output::Output;

pub(super) fn run(render: &Render, output: Output) -> Result<(), CliError> {
    let values: Values = render.var.iter().cloned().collect();
    let input = open(&render.file, &progress_bar(&[]))?;
    let mut previews = Vec::new();
    for handoff in liveperson::read(input, &mut TemporaryIds::default()) {
        let handoff = handoff.map_err(|error| FormatError::InFile {
            file: render.file.display().to_string(),
            error: Box::new(error),
        })?;
        if render.handoff.as_ref().is_none_or(|id_or_name| matches(&handoff, id_or_name)) {
            previews.push(preview(&handoff, &values, render));
        }
    }
    if let (true, Some(id_or_name)) = (previews.is_empty(), &render.handoff) {
        return Err(CliError::NoHandoff(id_or_name.clone()));
    }
    let text: Vec<_> = previews.iter().map(Rendered::to_string).collect();
    output.print(&previews, text.join("\n").trim_end())?;
    let is_complete = |preview: &Rendered| {
        preview.surplus.is_empty() && preview.channels.iter().all(|channel| channel.missing.is_empty())
    };
    if render.strict && !previews.iter().all(is_complete) { Err(CliError::Findings) } else { Ok(()) }
}

fn matches(handoff: &Handoff, id_or_name: &str) -> bool {
    let same_name = |name: HandoffName| name.key() == handoff.name.key();
    handoff.id.as_str() == id_or_name || id_or_name.parse().is_ok_and(same_name)
}

fn preview(handoff: &Handoff, values: &Values, render: &Render) -> Rendered {
    let samples = Samples::of_handoff(handoff).unwrap_or_default();
    let mut rendered = render_with_samples(handoff, values, |channel| samples.of(channel));
    if let Some(channel) = render.channel {
        let mut types = handoff.channels.iter().map(Channel::channel_type);
        rendered.channels.retain(|_| types.next().flatten() == Some(channel));
    }
    rendered
}
