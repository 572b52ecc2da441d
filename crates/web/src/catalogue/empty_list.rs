//! The content of an empty list of handoffs: why it is empty, and what to do next.

use maud::{Markup, html};
use outbound_app::StateCounts;

use crate::icons::{Icon, icon};
use crate::text;

/// `is_filtered`: the user has searched or filtered.
pub(super) fn empty_list(is_filtered: bool, may_write: bool, counts: StateCounts) -> Markup {
    html! {
        section class="panel empty-state" {
            @if is_filtered {
                h2 { (text::no_match()) }
                p { (text::no_match_hint()) @if counts.archived > 0 { " " (text::no_match_archived()) } }
                a class="button" href="/handoffs" { (text::clear_filters()) }
            } @else if counts.archived > 0 {
                h2 { (text::all_archived()) }
                p { (text::archived_count(counts.archived)) }
                a class="button" href="/handoffs?state=archived" { (text::show_archived()) }
            } @else {
                h2 { (text::no_handoffs()) }
                p { (text::no_handoffs_hint()) }
                @if may_write {
                    div class="actions" {
                        a class="button primary" href="/handoffs/new" { (icon(Icon::Plus)) (text::create_first_handoff()) }
                        a class="button" href="/import" { (text::import_file()) }
                    }
                }
            }
        }
    }
}
