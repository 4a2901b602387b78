//! Names that tell of a secret: of fields, of query and form parameters, of members in JSON.
//!
//! It stands here because the first to need it is whoever says what is wrong with a URL.

use url::form_urlencoded;

/// Fields that carry a secret although no word in their name says so, in lower case.
const FIELDS: &[&str] = &["authentication-info", "dpop", "proxy-authentication-info", "x-amzn-oidc-data"];

/// What tells anywhere in a name, in lower case: `X-Auth-Token`, `client_secret`, `PHPSESSID`, `resettoken`.
const PARTS: &[&str] = &[
    "accesskey",
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "sessid",
    "session",
    "signature",
    "token",
];

/// What tells as a whole word of a name: short words stand within others (`author`, `keyboard`, `compass`).
const WORDS: &[&str] = &[
    "auth", "authcode", "authkey", "bearer", "cookie", "csrf", "hmac", "jwt", "key", "oauth", "otp", "pass",
    "passcode", "passkey", "pw", "pwd", "sid", "sig", "sso", "xsrf",
];

/// Words that tell in the name of a parameter only: fields speak of access control and of error codes.
const PARAMETER_WORDS: &[&str] = &["access", "code"];

/// Companions that make a word harmless.
const HARMLESS: &[(&str, &[&str])] = &[
    ("access", &["control", "level", "log"]),
    (
        "code",
        &[
            "area", "country", "currency", "error", "exit", "http", "lang", "language", "post", "postal",
            "reason", "region", "response", "status", "zip",
        ],
    ),
    (
        "key",
        &[
            "cache",
            "foreign",
            "idempotency",
            "index",
            "partition",
            "primary",
            "public",
            "socket",
            "sort",
            "surrogate",
            "websocket",
        ],
    ),
];

/// Whether a field of this name carries a secret.
#[must_use]
pub fn field(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    let lower = name.to_ascii_lowercase();
    FIELDS.contains(&lower.as_str()) || has_part(&lower) || has_word(&name, &lower, &[WORDS])
}

/// Whether a query or form parameter of this name carries a secret.
#[must_use]
pub fn parameter(name: &[u8]) -> bool {
    let decoded = form_urlencoded::parse(name).next();
    let name = decoded.map(|(name, _)| name).unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    has_part(&lower) || has_word(&name, &lower, &[WORDS, PARAMETER_WORDS])
}

/// Whether a text that is no name has such a name in it.
#[must_use]
pub fn text(text: &[u8]) -> bool {
    has_part(&String::from_utf8_lossy(text).to_ascii_lowercase())
}

/// A URL with `***` for the values of its telling parameters; it need not be a valid one.
#[must_use]
pub fn without_values(url: &str) -> String {
    let mut shown = String::with_capacity(url.len());
    let pieces = url.split_inclusive(['?', '&', '#', ';']);
    // What follows the first of these is parameters; what stands before it is none.
    for (index, piece) in pieces.enumerate() {
        let (pair, end) = piece.split_at(piece.trim_end_matches(['?', '&', '#', ';']).len());
        match pair.split_once('=') {
            Some((name, value)) if index > 0 && !value.is_empty() && parameter(name.as_bytes()) => {
                shown.extend([name, "=***", end]);
            }
            _ => shown.push_str(piece),
        }
    }
    shown
}

fn has_part(lower: &str) -> bool {
    PARTS.iter().any(|part| lower.contains(part))
}

fn has_word(name: &str, lower: &str, telling: &[&[&str]]) -> bool {
    // In lower case too: in `X-aUTH` the capitals say nothing about where a word begins.
    [words(name), words(lower)].iter().any(|words| {
        words
            .iter()
            .any(|word| telling.iter().any(|list| list.contains(&word.as_str())) && !tamed(word, words))
    })
}

fn tamed(word: &str, words: &[String]) -> bool {
    HARMLESS
        .iter()
        .filter(|(tamed, _)| *tamed == word)
        .any(|(_, companions)| words.iter().any(|other| companions.contains(&other.as_str())))
}

/// The words of a name, in lower case and without the number at their end: `apiKey2` is `api` and `key`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        let begins = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && after.is_ascii_lowercase());
        // A `*` is a masked letter.
        let parts = !letter.is_alphanumeric() && letter != '*';
        if begins || parts {
            words.push(String::new());
        }
        if let (false, Some(word)) = (parts, words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.iter().map(|word| word.trim_end_matches(|digit: char| digit.is_ascii_digit()).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_tells_by_a_word_in_its_name() {
        for name in [
            "reset_token",
            "access",
            "sso",
            "resetToken",
            "APIKey",
            "api.key",
            "user-auth",
            "X-Amz-Signature",
            "AWSAccessKeyId",
            "otp2",
            "code",
            "auth_code",
            "jsessionid",
            "user%5Bpass%5D",
            "KEY",
            "sid",
            "pwd",
        ] {
            assert!(parameter(name.as_bytes()), "{name}");
        }
        for name in [
            "keyboard",
            "monkey",
            "author",
            "encode",
            "accessory",
            "compass",
            "signin",
            "sigma",
            "country_code",
            "errorCode",
            "cache-key",
            "keywords",
            "q",
            "",
        ] {
            assert!(!parameter(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_field_tells_by_a_word_in_its_name() {
        for name in
            ["X-Session", "X-Auth", "x-auth-user", "X-aUTH", "X-Secret", "Set-Cookie", "X-Functions-Key"]
        {
            assert!(field(name.as_bytes()), "{name}");
        }
        for name in [
            "Access-Control-Allow-Origin",
            "Sec-WebSocket-Key",
            "X-Error-Code",
            "WWW-Authenticate",
            "Cache-Key",
            "Keep-Alive",
            "Content-Length",
            "Authority",
            "X-Passenger",
        ] {
            assert!(!field(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn the_values_of_telling_parameters_are_left_out_of_a_url() {
        let url = "htp://h/a=b;jsessionid=c?token=d=e&x=1&&sso=#access_token=f";
        assert_eq!(without_values(url), "htp://h/a=b;jsessionid=***?token=***&x=1&&sso=#access_token=***");
    }
}
