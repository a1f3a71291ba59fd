//! Texts made up for the parsers of what others write. Each parser has a test called `fuzz_…` beside it, which runs for a moment with
//! the others, and longer under a fuzzer with `cargo bolero test` (<https://camshaft.github.io/bolero>).

/// A text out of a fuzzer's bytes: ASCII as it is, and for every other byte one of `words`, which lead deeper into a parser than chance
/// would.
pub(crate) fn text(bytes: &[u8], words: &[&str]) -> String {
    let part = |byte: &u8| match byte.checked_sub(128) {
        None => char::from(*byte).to_string(),
        Some(number) => words.get(usize::from(number) % (words.len() + 1)).map_or("é", |word| word).to_owned(),
    };
    bytes.iter().map(part).collect()
}

#[test]
fn fuzz_names_that_are_taken_read_back_as_the_same() {
    use app::model::{Slug, StoreId, StoreName, UserName};

    bolero::check!().for_each(|bytes: &[u8]| {
        let text = text(bytes, &["ab", "-", "store-", "z9", "@example.com", "\u{202e}", " "]);
        if let Ok(name) = text.parse::<StoreName>() {
            assert_eq!(name.as_str().parse(), Ok(name));
        }
        if let Ok(slug) = text.parse::<Slug>() {
            assert_eq!(slug.as_str().parse(), Ok(slug));
        }
        if let Ok(id) = text.parse::<StoreId>() {
            assert_eq!(StoreId::from_namespace(&id.namespace()), Some(id));
        }
        if let Ok(name) = text.parse::<UserName>() {
            assert_eq!(name.as_str().parse(), Ok(name));
        }
        let next = app::within_site(&text);
        assert!(next.starts_with('/') && !next[1..].starts_with(['/', '\\']), "{next:?}");
    });
}
