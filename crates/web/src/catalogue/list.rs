//! The handoffs of the account: found, filtered, sorted, page by page.

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{
    App, Criteria, ReadDrafts, Search, SearchCursor, Sort, SortKey, SortValue, StateCounts, Summary,
    WriteHandoffs,
};
use outbound_model::{ChannelType, HandoffState, Timestamp, plural};

use super::languages::language_name;
use super::parts::{channel_icons, counts_badges, state_badge};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::icons::{Icon, channel_name, icon};
use crate::moment::ago;
use crate::page::{Page, Part};
use crate::sessions::session::SignedIn;

const PATH: &str = "/handoffs";
/// Handoffs of a page.
const PER_PAGE: u32 = 30;
/// The orders, by the word in the address.
const SORTS: [(&str, &str, Sort); 4] = [
    ("changed", "Last changed first", Sort { key: SortKey::Updated, descending: true }),
    ("name", "Name", Sort { key: SortKey::Name, descending: false }),
    ("newest", "Newest first", Sort { key: SortKey::Created, descending: true }),
    ("oldest", "Oldest first", Sort { key: SortKey::Created, descending: false }),
];

/// `GET /handoffs`.
pub(crate) async fn list(
    SignedIn { grant, visit }: SignedIn<ReadDrafts>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let query = query.without("done");
    let (criteria, sort) = (criteria(&query), sort(&query));
    let counts = app.count_matches(&grant, &criteria).await?;
    let behind = query.get("after").and_then(|text| behind(text, sort.key));
    let search = Search { criteria, sort, behind, count: PER_PAGE + 1 };
    let mut found = app.search(&grant, &search).await?;
    let more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| cursor(last, sort.key));
    let filtered =
        ["q", "channel", "language", "errors", "state"].iter().any(|name| !query.text(name).is_empty());
    let may_write = visit.session.may::<WriteHandoffs>();
    let content = html! {
        (head(may_write))
        (tabs(&query, counts))
        (filters(&query))
        @if found.is_empty() {
            (nothing(filtered, may_write, counts))
        } @else {
            (table(&found, app.now()))
            (pager(&query, next))
        }
    };
    Ok(Page::new("Handoffs", content).part(Part::Handoffs).to(&visit))
}

fn criteria(query: &Fields) -> Criteria {
    let text = |name| Some(query.text(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    Criteria {
        text: text("q"),
        channel: query.text("channel").parse().ok(),
        language: text("language"),
        sender: None,
        state: query.text("state").parse().ok(),
        with_errors: !query.text("errors").is_empty(),
    }
}

fn sort(query: &Fields) -> Sort {
    let found = SORTS.iter().find(|(word, ..)| *word == query.text("sort"));
    found.map_or(SORTS[0].2, |(_, _, sort)| *sort)
}

/// Where the next page begins, as the address has it: id, then the value that pages are ordered by.
fn cursor(last: &Summary, key: SortKey) -> String {
    let SearchCursor { value, id } = last.behind(key);
    match value {
        SortValue::Time(millis) => format!("{id}.{millis}"),
        SortValue::Name(name) => format!("{id}.{name}"),
    }
}

fn behind(text: &str, key: SortKey) -> Option<SearchCursor> {
    let (id, value) = text.split_once('.')?;
    let value = match key {
        SortKey::Name => SortValue::Name(value.to_owned()),
        SortKey::Created | SortKey::Updated => SortValue::Time(value.parse().ok()?),
    };
    Some(SearchCursor { value, id: id.parse().ok()? })
}

fn head(may_write: bool) -> Markup {
    html! {
        div class="page-head" {
            h1 { "Handoffs" }
            @if may_write {
                div class="actions" {
                    a class="button" href="/import" { "Import" }
                    a class="button primary" href="/handoffs/new" { (icon(Icon::Plus)) "New handoff" }
                }
            }
        }
    }
}

/// A tab for each state with how many there are of what else is looked for.
fn tabs(query: &Fields, counts: StateCounts) -> Markup {
    let live = counts.draft + counts.published + counts.changed;
    let tabs = [
        ("", "All", live),
        ("draft", "Drafts", counts.draft),
        ("published", "Published", counts.published),
        ("changed", "Changed since", counts.changed),
        ("archived", "Archived", counts.archived),
    ];
    let current = query.text("state").parse::<HandoffState>().map_or("", HandoffState::as_str);
    let others = query.without("after");
    html! {
        nav class="tabs" aria-label="States" {
            ul {
                @for (state, label, count) in tabs {
                    li {
                        a href=(others.with("state", state).href(PATH)) aria-current=[(state == current).then_some("true")] {
                            (label) " " span class="count" { (count) }
                        }
                    }
                }
            }
        }
    }
}

fn filters(query: &Fields) -> Markup {
    html! {
        form class="filters" method="get" action=(PATH) role="search" {
            @if !query.text("state").is_empty() { input type="hidden" name="state" value=(query.text("state")); }
            div class="field wide" {
                label for="q" { "Search" }
                input id="q" name="q" type="search" value=(query.text("q")) placeholder="Name, id or words of a message" maxlength="200" dir="auto";
            }
            div class="field" {
                label for="channel" { "Channel" }
                select id="channel" name="channel" {
                    option value="" { "Any" }
                    @for channel in ChannelType::ALL {
                        option value=(channel.as_str()) selected[channel.as_str() == query.text("channel")] { (channel_name(channel)) }
                    }
                }
            }
            div class="field slim" {
                label for="language" { "Language" }
                input id="language" name="language" value=(query.text("language")) placeholder="Any" maxlength="35" spellcheck="false";
            }
            div class="field" {
                label for="sort" { "Order" }
                select id="sort" name="sort" {
                    @for (word, label, _) in SORTS { option value=(word) selected[word == query.text("sort")] { (label) } }
                }
            }
            label class="check" { input type="checkbox" name="errors" value="1" checked[!query.text("errors").is_empty()]; "With errors" }
            button { "Find" }
        }
    }
}

fn table(found: &[Summary], now: Timestamp) -> Markup {
    html! {
        div class="table-frame" {
            table class="handoffs" {
                caption class="unseen" { "Handoffs" }
                thead { tr {
                    th scope="col" { "Name" }
                    th scope="col" { "Channels" }
                    th scope="col" { "State" }
                    th scope="col" { "Findings" }
                    th scope="col" { "Last change" }
                } }
                tbody { @for one in found { (row(one, now)) } }
            }
        }
    }
}

fn row(one: &Summary, now: Timestamp) -> Markup {
    html! {
        tr {
            th scope="row" {
                a dir="auto" href={ (PATH) "/" (one.id) } { (one.name) }
                div class="hint" {
                    code { (one.id) }
                    @for language in one.languages.iter().take(6) { " · " span title=(language) { (language_name(language)) } }
                }
            }
            td { (channel_icons(&one.channels)) }
            td { (state_badge(one.state)) }
            td { (counts_badges(one.findings)) }
            td { (ago(one.updated_at, now)) div class="hint" dir="auto" { (one.updated_by) } }
        }
    }
}

fn pager(query: &Fields, next: Option<String>) -> Markup {
    html! {
        nav class="pager" aria-label="Pages" {
            @if !query.text("after").is_empty() { a class="button" href=(query.without("after").href(PATH)) { "First page" } }
            @if let Some(next) = next { a class="button" href=(query.with("after", &next).href(PATH)) rel="next" { "Next page" } }
        }
    }
}

/// What to do where there is nothing.
fn nothing(filtered: bool, may_write: bool, counts: StateCounts) -> Markup {
    html! {
        section class="panel empty-state" {
            @if filtered {
                h2 { "Nothing matches" }
                p { "No handoff is like that." @if counts.archived > 0 { " Archived ones stand under their own tab." } }
                a class="button" href=(PATH) { "Show all" }
            } @else if counts.archived > 0 {
                h2 { "All put away" }
                p { (plural(counts.archived, "handoff is", "handoffs are")) " archived." }
                a class="button" href="/handoffs?state=archived" { "Show the archive" }
            } @else {
                h2 { "No handoff yet" }
                p { "A handoff is one outbound message, with a version for each channel that it goes out on." }
                @if may_write {
                    div class="actions" {
                        a class="button primary" href="/handoffs/new" { (icon(Icon::Plus)) "Make the first" }
                        a class="button" href="/import" { "Import a file" }
                    }
                }
            }
        }
    }
}
