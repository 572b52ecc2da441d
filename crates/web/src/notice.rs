//! What a page says first about what was just done. The address names it by a word, so that no link of
//! somebody else can put its own sentences there.

/// The word in the address, and the sentence.
const NOTICES: [(&str, &str); 15] = [
    ("set-up", "Outbound is set up, and you are signed in as its administrator."),
    ("saved", "Saved."),
    ("published", "Published: it is served from now on."),
    ("unpublished", "Taken back: it is no longer served."),
    ("archived", "Archived. Its history stays, and you can restore it."),
    ("undone", "Undone: everything is as it was before."),
    ("restored", "Restored as a draft."),
    ("rolled-back", "Saved as a new version. Publish it to serve it."),
    ("imported", "Imported."),
    ("settings", "Settings saved."),
    ("client-revoked", "Client revoked: its tokens are refused from now on."),
    ("key-revoked", "API key revoked: what it signs is refused from now on."),
    ("user-revoked", "User revoked: the user's sessions have ended."),
    ("role-changed", "Role changed: it counts from the user's next page on."),
    ("password", "Password changed. Your other sessions have ended."),
];

/// The sentence of a word.
pub(crate) fn notice(word: &str) -> Option<&'static str> {
    NOTICES.into_iter().find(|(known, _)| *known == word).map(|(_, sentence)| sentence)
}
