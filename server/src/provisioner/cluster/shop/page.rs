//! Whether a page shows a text: WordPress escapes it and makes quotes typographic.

use hyper::StatusCode;

use crate::store_client::Answer;

/// Whether the page is there, has the site's name in its title, and shows the product, where there is one.
pub fn is_shown(answer: &Answer, product: Option<&str>, site: &str) -> bool {
    let html = answer.text();
    answer.status() == StatusCode::OK
        && match product {
            Some(product) => letters(&html).contains(&letters(product)) && is_titled(&html, site),
            None => is_titled(&html, site),
        }
}

fn is_titled(html: &str, site: &str) -> bool {
    title(html).is_some_and(|title| letters(title).contains(&letters(site)))
}

fn title(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("<title>")?;
    rest.split_once("</title>").map(|(title, _)| title)
}

/// Letters and digits only, without those of entities such as `&#8217;`.
fn letters(html: &str) -> String {
    let mut parts = html.split('&');
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| {
        let entity = part.find(';').filter(|end| part[..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
        text + entity.map_or(part, |end| &part[end + 1..])
    });
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_wordpress_writes_it() {
        let cases = [
            ("Čaj & Káva <3", "Čaj &amp; Káva &lt;3 &#8211; Just another site"),
            ("Ann's \"shop\"", "Ann&#8217;s &#8220;shop&#8221;"),
            ("A & B; C", "A &#038; B; C"),
        ];
        for (name, written) in cases {
            assert!(letters(written).contains(&letters(name)), "{name}");
        }
        assert!(!letters("Another shop").contains(&letters("Corner shop")));
    }

    #[test]
    fn the_title_is_what_stands_between_its_tags() {
        assert_eq!(title("<head><title>One</title></head>"), Some("One"));
        assert_eq!(title("<head></head>"), None);
    }
}
