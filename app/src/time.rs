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

/// A length of time for people, from milliseconds: tenths of seconds below a minute.
#[must_use]
pub fn duration(milliseconds: i64) -> String {
    let tenths = milliseconds.max(0) / 100;
    match tenths {
        0..600 => format!("{}.{} s", tenths / 10, tenths % 10),
        600..36_000 => format!("{} min {:02} s", tenths / 600, tenths / 10 % 60),
        _ => format!("{} h {:02} min", tenths / 36_000, tenths / 600 % 60),
    }
}
