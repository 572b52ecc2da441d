//! Formats counts with their noun.

/// Formats a count with its noun: `1 error`, `2 errors`.
///
/// ```
/// assert_eq!(outbound_model::plural(1, "day", "days"), "1 day");
/// assert_eq!(outbound_model::plural(0, "day", "days"), "0 days");
/// ```
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
