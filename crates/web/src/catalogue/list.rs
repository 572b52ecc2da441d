//! The list of handoffs with search, filters, sort order and pages.

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{
    App, Criteria, ReadDrafts, Search, SearchCursor, Sort, SortKey, SortValue, StateCounts, Summary,
    WriteHandoffs,
};
use outbound_model::{ChannelType, HandoffState, Timestamp};

use super::elements::{channel_icons, counts_badges, state_badge};
use super::empty_list::empty_list;
use super::languages::language_names;
use crate::error::PageResult;
use crate::fields::Fields;
use crate::icons::{Icon, channel_name, icon};
use crate::moment::ago;
use crate::page::{Page, Section};
use crate::sessions::session::LoggedIn;
use crate::text::{self, TextFn};

const PATH: &str = "/handoffs";
/// Handoffs on a page.
const PER_PAGE: u32 = 30;
/// Languages shown for each handoff.
const MAX_LANGUAGES: usize = 6;
/// The sort orders with their names in the query string.
const SORTS: [(&str, TextFn, Sort); 4] = [
    ("changed", text::sort_last_changed, Sort { key: SortKey::Updated, descending: true }),
    ("name", text::name, Sort { key: SortKey::Name, descending: false }),
    ("newest", text::sort_newest, Sort { key: SortKey::Created, descending: true }),
    ("oldest", text::sort_oldest, Sort { key: SortKey::Created, descending: false }),
];

/// `GET /handoffs`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let query = query.without("done");
    let (criteria, sort) = (criteria(&query), sort(&query));
    let counts = app.count_matches(&grant, &criteria).await?;
    let behind = query.get("after").and_then(|text| behind(text, sort.key));
    let search = Search { criteria, sort, after: behind, count: PER_PAGE + 1 };
    let mut found = app.search(&grant, &search).await?;
    let more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| cursor(last, sort.key));
    let is_filtered =
        ["q", "channel", "language", "errors", "state"].iter().any(|name| !query.text(name).is_empty());
    let may_write = visit.session.may::<WriteHandoffs>();
    let content = html! {
        (head(may_write))
        (tabs(&query, counts))
        (filters(&query))
        @if found.is_empty() {
            (empty_list(is_filtered, may_write, counts))
        } @else {
            (table(&found, app.now()))
            (pager(&query, next))
        }
    };
    Ok(Page::new(text::handoffs(), content).section(Section::Handoffs).response(&visit))
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
    let found = SORTS.iter().find(|(name, ..)| *name == query.text("sort"));
    found.map_or(SORTS[0].2, |(_, _, sort)| *sort)
}

/// The cursor of the next page: the id and the sort value of the last handoff.
fn cursor(last: &Summary, key: SortKey) -> String {
    let SearchCursor { value, id } = last.cursor(key);
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
            h1 { (text::handoffs()) }
            @if may_write {
                div class="actions" {
                    a class="button" href="/import" { (text::import()) }
                    a class="button primary" href="/handoffs/new" { (icon(Icon::Plus)) (text::new_handoff()) }
                }
            }
        }
    }
}

/// A tab for each state with the number of handoffs that match the other filters.
fn tabs(query: &Fields, counts: StateCounts) -> Markup {
    let live = counts.draft + counts.published + counts.changed;
    let tabs = [
        ("", text::all_states(), live),
        ("draft", text::drafts(), counts.draft),
        ("published", text::published(), counts.published),
        ("changed", text::unpublished_changes(), counts.changed),
        ("archived", text::archived(), counts.archived),
    ];
    let current = query.text("state").parse::<HandoffState>().map_or("", HandoffState::as_str);
    let others = query.without("after");
    html! {
        nav class="tabs" aria-label=(text::status()) {
            ul {
                @for (state, label, count) in tabs {
                    li {
                        a href=(others.with("state", state).href(PATH))
                            aria-current=[(state == current).then_some("true")] {
                            (label) " " span class="count" { (text::number(count)) }
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
            @if !query.text("state").is_empty() {
                input type="hidden" name="state" value=(query.text("state"));
            }
            div class="field wide" {
                label for="q" { (text::search()) }
                input id="q" name="q" type="search" value=(query.text("q")) placeholder=(text::search_placeholder())
                    maxlength="200" dir="auto";
            }
            div class="field" {
                label for="channel" { (text::channel()) }
                select id="channel" name="channel" {
                    option value="" { (text::any()) }
                    @for channel in ChannelType::ALL {
                        option value=(channel.as_str()) selected[channel.as_str() == query.text("channel")] {
                            (channel_name(channel))
                        }
                    }
                }
            }
            div class="field slim" {
                label for="language" { (text::language()) }
                input id="language" name="language" value=(query.text("language")) placeholder=(text::any()) maxlength="35"
                    spellcheck="false";
            }
            div class="field" {
                label for="sort" { (text::sort_by()) }
                select id="sort" name="sort" {
                    @for (name, label, _) in SORTS {
                        option value=(name) selected[name == query.text("sort")] { (label()) }
                    }
                }
            }
            label class="check" {
                input type="checkbox" name="errors" value="1" checked[!query.text("errors").is_empty()];
                (text::with_errors())
            }
            button { (text::search()) }
        }
    }
}

fn table(found: &[Summary], now: Timestamp) -> Markup {
    html! {
        div class="table-frame" {
            table class="handoffs" {
                caption class="unseen" { (text::handoffs()) }
                thead { tr {
                    th scope="col" { (text::name()) }
                    th scope="col" { (text::channels()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::findings()) }
                    th scope="col" { (text::last_changed()) }
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
                    @for (code, name) in language_names(&one.languages).into_iter().take(MAX_LANGUAGES) {
                        " · " span title=(code) { (name) }
                    }
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
        nav class="pager" aria-label=(text::pages()) {
            @if !query.text("after").is_empty() {
                a class="button" href=(query.without("after").href(PATH)) { (text::first_page()) }
            }
            @if let Some(next) = next {
                a class="button" href=(query.with("after", &next).href(PATH)) rel="next" { (text::next_page()) }
            }
        }
    }
}
