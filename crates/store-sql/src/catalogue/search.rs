//! Converts search criteria to arguments of statements, and selects the statement.

use outbound_model::{ChannelType, HandoffState, fold};
use outbound_store::{ClaimLevels, Criteria, Search, SearchCursor, Sort, SortKey, SortValue};

use super::{search_index, statements as sql};
use crate::args::Arg;
use crate::statement::{PerEngine, TenantSql};

/// Sorts after any other text.
const LAST_TEXT: &str = "\u{10FFFF}";

/// The criteria as patterns for LIKE.
pub(crate) struct Patterns {
    text: String,
    /// The query of the search index, for each engine.
    indexed: Option<PerEngine<String>>,
    channels: String,
    languages: String,
    senders: String,
    with_errors: i64,
    /// Rules whose contradictions are errors, and those whose contradictions are warnings.
    error_rules: String,
    warning_rules: String,
    state: &'static str,
}

impl Patterns {
    pub(crate) fn of(criteria: &Criteria, levels: &ClaimLevels) -> Self {
        let word = |word: &str| containing(&format!(" {word} "));
        let any = || "%".to_owned();
        let text = criteria.text.as_deref().map(fold);
        let pattern = text.as_deref().map_or_else(any, containing);
        let indexed = text.as_deref().and_then(search_index::query);
        Self {
            indexed: indexed.map(|query| PerEngine { sqlite: query, postgres: pattern.clone() }),
            text: pattern,
            channels: criteria.channel.map(ChannelType::as_str).map_or_else(any, word),
            languages: criteria.language.as_deref().map_or_else(any, |language| word(&fold(language))),
            senders: criteria.sender.as_deref().map_or_else(any, |sender| word(&fold(sender))),
            with_errors: criteria.with_errors.into(),
            error_rules: words(levels.errors.iter().copied()),
            warning_rules: words(levels.warnings.iter().copied()),
            state: criteria.state.map_or("%", HandoffState::as_str),
        }
    }

    /// The arguments `$2` to `$7` of every statement with criteria.
    pub(crate) fn args(&self) -> [Arg<'_>; 6] {
        let [channels, languages, senders] =
            [&self.channels, &self.languages, &self.senders].map(|text| text.as_str().into());
        let error_rules = self.error_rules.as_str().into();
        [Arg::Utf8(&self.text), channels, languages, senders, self.with_errors.into(), error_rules]
    }

    /// The query of the search index; `None` if the index cannot be used for the text.
    pub(crate) fn indexed(&self, is_postgres: bool) -> Option<&str> {
        let query = self.indexed.as_ref()?;
        Some(if is_postgres { &query.postgres } else { &query.sqlite })
    }

    /// The arguments `$2` to `$12` of a search.
    pub(crate) fn search_args<'a>(&'a self, search: &'a Search) -> Vec<Arg<'a>> {
        let (value, id) = search.after.as_ref().map_or_else(|| beginning(search.sort), place);
        let count = i64::from(search.count).into();
        let page = [self.state.into(), value, id.into(), count, self.warning_rules.as_str().into()];
        self.args().into_iter().chain(page).collect()
    }
}

/// Joins words to a list with a space before and after each.
pub(super) fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().fold(" ".to_owned(), |list, word| list + word + " ")
}

fn place(behind: &SearchCursor) -> (Arg<'_>, &str) {
    let value = match &behind.value {
        SortValue::Time(millis) => Arg::Int(*millis),
        SortValue::Name(name) => Arg::Text(name),
    };
    (value, behind.id.as_str())
}

/// The position before the first handoff.
fn beginning(sort: Sort) -> (Arg<'static>, &'static str) {
    let (time, text) = if sort.descending { (i64::MAX, LAST_TEXT) } else { (i64::MIN, "") };
    match sort.key {
        SortKey::Created | SortKey::Updated => (time.into(), text),
        SortKey::Name => (text.into(), text),
    }
}

/// The pattern for text that contains `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The search statement for this order that uses the search index.
pub(crate) fn indexed_statement(sort: Sort) -> PerEngine<TenantSql> {
    match (sort.key, sort.descending) {
        (SortKey::Created, false) => sql::SEARCH_INDEXED_BY_CREATION,
        (SortKey::Created, true) => sql::SEARCH_INDEXED_BY_CREATION_DESCENDING,
        (SortKey::Updated, false) => sql::SEARCH_INDEXED_BY_UPDATE,
        (SortKey::Updated, true) => sql::SEARCH_INDEXED_BY_UPDATE_DESCENDING,
        (SortKey::Name, false) => sql::SEARCH_INDEXED_BY_NAME,
        (SortKey::Name, true) => sql::SEARCH_INDEXED_BY_NAME_DESCENDING,
    }
}

/// The search statements for this order: for the next handoffs, and for all.
pub(crate) fn statements(sort: Sort) -> (TenantSql, TenantSql) {
    match (sort.key, sort.descending) {
        (SortKey::Created, false) => (sql::SEARCH_NEXT_BY_CREATION, sql::SEARCH_ALL_BY_CREATION),
        (SortKey::Created, true) => {
            (sql::SEARCH_NEXT_BY_CREATION_DESCENDING, sql::SEARCH_ALL_BY_CREATION_DESCENDING)
        }
        (SortKey::Updated, false) => (sql::SEARCH_NEXT_BY_UPDATE, sql::SEARCH_ALL_BY_UPDATE),
        (SortKey::Updated, true) => {
            (sql::SEARCH_NEXT_BY_UPDATE_DESCENDING, sql::SEARCH_ALL_BY_UPDATE_DESCENDING)
        }
        (SortKey::Name, false) => (sql::SEARCH_NEXT_BY_NAME, sql::SEARCH_ALL_BY_NAME),
        (SortKey::Name, true) => (sql::SEARCH_NEXT_BY_NAME_DESCENDING, sql::SEARCH_ALL_BY_NAME_DESCENDING),
    }
}
