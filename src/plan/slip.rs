//! Slips in the scheme of a URL. One without a scheme is taken as http, so `htp:/x` and `http//host` would name hosts
//! that nobody meant, and their names would be reported as not resolved.

use strsim::osa_distance;

/// A URL whose scheme is misspelt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip<'a> {
    /// What stands in the scheme's place, where that could name a host as well.
    pub(super) host: Option<&'a str>,
    /// The URL that was meant.
    pub(super) meant: String,
}

/// The slip in this URL, if it has one: in the word (`htpp://`), in what follows it (`http:/`, `http//`, `http;//`), or
/// a scheme that stands there twice.
///
/// What can be a host and its port is none: `localhost:8080/x`, `http:8080/x`.
pub(super) fn slip(text: &str) -> Option<Slip<'_>> {
    let (word, marks, rest) = parts(text);
    let scheme = nearest(word)?;
    let is_right = word.eq_ignore_ascii_case(scheme);
    if rest.is_empty() {
        return None;
    }
    if marks == "://" {
        let (again, marks, _) = parts(rest);
        let is_twice = nearest(again).is_some_and(|scheme| scheme.eq_ignore_ascii_case(again));
        return match is_right {
            true if is_twice && marks.starts_with(":/") => {
                let meant = slip(rest).map_or_else(|| rest.to_owned(), |slip| slip.meant);
                Some(Slip { host: None, meant })
            }
            true => None,
            false => Some(Slip { host: None, meant: format!("{scheme}://{rest}") }),
        };
    }
    let is_slip = match marks {
        ":" => is_right && !rest.starts_with(|first: char| first.is_ascii_digit()),
        // Nothing between the slashes: that is a URL without a host.
        ":///" => false,
        _ if marks.contains([':', ';']) => marks.contains(['/', '\\']),
        // A host and a path that begins with a second slash looks the same; so only the right word is taken for a slip.
        _ => is_right && (marks.contains("//") || marks.contains("\\\\")),
    };
    let meant = || format!("{scheme}://{}", rest.replace('\\', "/"));
    is_slip.then(|| Slip { host: (!marks.contains(';')).then_some(word), meant: meant() })
}

/// The letters that a URL begins with, the marks after them, and the rest.
fn parts(text: &str) -> (&str, &str, &str) {
    let (word, rest) = split_where(text, |letter| !letter.is_ascii_alphanumeric());
    let (marks, rest) = split_where(rest, |mark| !":;./\\".contains(mark));
    (word, marks, rest)
}

fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// The scheme that a word is, or is but for one slip of a finger among its own letters. (`httpd` and `htop` are names of
/// hosts.)
fn nearest(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let distance = |scheme: &&str| osa_distance(&word, scheme);
    let nearest = ["http", "https"].into_iter().min_by_key(distance)?;
    let has_its_letters = word.bytes().all(|letter| b"https".contains(&letter));
    (has_its_letters && distance(&nearest) <= 1).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_the_scheme_is_told_with_the_url_that_was_meant() {
        for (typed, meant) in [
            ("htp:/host/x", "http://host/x"),
            ("htpp://host/", "http://host/"),
            ("ttps://host/", "https://host/"),
            ("http:/host:8080/x", "http://host:8080/x"),
            ("http//host/x", "http://host/x"),
            ("https//host", "https://host"),
            ("http:host/x", "http://host/x"),
            ("http;//host", "http://host"),
            ("http.//host", "http://host"),
            ("http:\\\\host\\x", "http://host/x"),
            ("HTTP:/host", "http://host"),
            ("http:////host", "http://host"),
            ("http://http://host/", "http://host/"),
            ("https://http:/host/", "http://host/"),
        ] {
            assert_eq!(slip(typed).map(|slip| slip.meant).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn what_can_be_a_host_is_no_slip() {
        for text in [
            "localhost:8080/x",
            "host:80",
            "example.org/x",
            "example.org//x",
            "shop:/x",
            "host:",
            "http",
            "http/x",
            "http:8080/x",
            "httpd//x",
            "httpd:/x",
            "htop:/x",
            "http.example/x",
            "https.:8080",
            "http://http/x",
            "http://http:8080/x",
            "http://http//x",
            "http://host//http://x",
            "http://host/http://x",
            "http://",
            "http:",
            "http:///path",
            "127.0.0.1:80",
            "[::1]:80",
            "",
            "ftp://host",
            "h:/x",
            "t",
        ] {
            assert_eq!(slip(text), None, "{text}");
        }
    }
}
