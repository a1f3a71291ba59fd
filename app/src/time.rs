//! Lengths of time in words, the same in the browser, which lets them move on, as on the server.

/// How long ago something was, from seconds; coarse enough that the page does not twitch. What lies ahead (a clock that is
/// off) is "just now".
#[must_use]
pub fn ago(seconds: i64) -> String {
    match seconds {
        i64::MIN..10 => "just now".to_owned(),
        10..60 => format!("{} s ago", seconds / 10 * 10),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// When something is going to be, from seconds: a guess, so it sounds like one.
#[must_use]
pub fn ahead(seconds: i64) -> String {
    match seconds {
        i64::MIN..5 => "as soon as a place is free".to_owned(),
        5..60 => format!("in about {} s", (seconds + 2) / 5 * 5),
        60..3_600 => format!("in about {} min", (seconds + 30) / 60),
        3_600..172_800 => format!("in about {} h", (seconds + 1_800) / 3_600),
        _ => format!("in {} days", (seconds + 43_200) / 86_400),
    }
}

/// A length of time for people, from milliseconds: to a tenth of a second below a minute.
#[must_use]
pub fn duration(milliseconds: i64) -> String {
    let tenths = (milliseconds.max(0) + 50) / 100;
    match tenths {
        0..600 => format!("{}.{} s", tenths / 10, tenths % 10),
        600..36_000 => format!("{} min {:02} s", tenths / 600, tenths / 10 % 60),
        _ => format!("{} h {:02} min", tenths / 36_000, tenths / 600 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_rounded() {
        let cases = [
            (-3, "as soon as a place is free"),
            (7, "in about 5 s"),
            (58, "in about 60 s"),
            (90, "in about 2 min"),
            (7_000, "in about 2 h"),
            (90 * 86_400 - 40, "in 90 days"),
        ];
        for (seconds, text) in cases {
            assert_eq!(ahead(seconds), text, "{seconds}");
        }
    }
}
