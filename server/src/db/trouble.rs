//! What keeps the database from its work, in words.

/// Why the database cannot be used, where it is not a fault of the platform: half a sentence. The codes are those of
/// <https://www.sqlite.org/rescode.html>.
#[must_use]
pub fn describe(error: &sqlx::Error) -> Option<&'static str> {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return Some("it has too much to do");
    }
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    // The lowest byte is the kind; the rest tells more of it.
    match code & 0xff {
        5 | 6 => Some("another process keeps it locked"),
        8 => Some("its file or its disk is read-only"),
        10 => Some("its disk answers with an error"),
        11 | 26 => Some("its file is damaged, and a backup has to be restored with `urumi restore`"),
        13 => Some("its disk is full"),
        14 => Some("its file cannot be opened"),
        _ => None,
    }
}
