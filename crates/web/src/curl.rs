//! Commands with curl that pages show, ready to paste into a shell.

use outbound_model::AccountId;

/// Puts an access token into the variable `TOKEN`.
pub(crate) fn token_command(base: &str, account: &AccountId, id: &str, secret: &str) -> String {
    let token = format!("{base}/sentinel/api/account/{account}/app/token");
    format!(
        r#"TOKEN=$(curl -s '{token}' \
  -d grant_type=client_credentials -d client_id={id} -d client_secret={secret} \
  | sed 's/.*"access_token":"\([^"]*\)".*/\1/')"#
    )
}

/// The same for a client that has not been created yet.
pub(crate) fn token_command_of_new_client(base: &str, account: &AccountId) -> String {
    token_command(base, account, "YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET")
}

/// A shell word with this text.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_values_cannot_end_the_word() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
