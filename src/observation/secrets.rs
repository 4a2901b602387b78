//! Secrets are masked before anything is reported or recorded.
//!
//! What is masked goes by names: of fields, and of parameters in a query. In what came from the wire a secret is
//! replaced byte by byte, so that every offset stays true. A secret in a body has no name here and is not found.

use super::{Exchange, Observations};
use crate::http1::{Field, Reading, WireBytes};

/// What stands in the place of a secret that was sent.
const MASK: &str = "***";

/// Words in names of fields and parameters whose values are secrets.
const TELLING: &[&str] = &[
    "auth",
    "cookie",
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "session",
    "signature",
    "credential",
];

/// Names that look telling and are not.
const HARMLESS: &[&str] =
    &["www-authenticate", "proxy-authenticate", "authentication-info", "proxy-authentication-info"];

impl Observations {
    /// Masks every secret that has a name.
    pub fn mask_secrets(&mut self) {
        for field in &mut self.request.fields {
            *field = masked_line(&field.0);
        }
        mask_url(&mut self.request.url);
        self.upstreams.iter_mut().for_each(mask_url);
        self.exchanges.iter_mut().for_each(mask_exchange);
    }
}

/// The bytes of a request, with the secrets in its head masked; what comes after the head is left as it is.
#[must_use]
pub fn masked_request(bytes: &[u8]) -> WireBytes {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 2);
    let (head, rest) = bytes.split_at(end);
    let mut lines = head.split_inclusive(|&byte| byte == b'\n');
    let mut masked = lines.next().map(masked_request_line).unwrap_or_default();
    for line in lines {
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        masked.extend(masked_line(text).0);
        masked.extend(&line[text.len()..]);
    }
    masked.extend(rest);
    WireBytes(masked)
}

/// Whether the values under this name are secrets.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let joined = name.replace(['-', '_'], "");
    !HARMLESS.contains(&name.as_str())
        && (matches!(joined.as_str(), "sig" | "pwd" | "key")
            || TELLING.iter().any(|word| joined.contains(word)))
}

fn mask_exchange(exchange: &mut Exchange) {
    mask_url(&mut exchange.url);
    exchange.upstream.iter_mut().for_each(mask_url);
    exchange.sent.head = masked_request(&exchange.sent.head.0);
    exchange.reading.iter_mut().for_each(mask_reading);
}

fn mask_reading(reading: &mut Reading) {
    let Reading { messages, body, bytes, .. } = reading;
    let fields = messages.iter_mut().flat_map(|message| &mut message.fields).chain(&mut body.trailers);
    for field in fields {
        if is_secret(&String::from_utf8_lossy(&field.name.0)) {
            mask_field(field, bytes);
        }
    }
}

/// Puts stars over the value, where it was read into and where it stands in the stream.
fn mask_field(field: &mut Field, stream: &mut WireBytes) {
    field.value.0.fill(b'*');
    let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(stream.0.len());
    let (start, end) = (at(field.offset), at(field.offset.saturating_add(field.size)));
    let line = &mut stream.0[start..end];
    let value = memchr::memchr(b':', line).map_or(0, |colon| colon + 1);
    // White space keeps its place, and with it the shape of the line: folds, line ends.
    line[value..].iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'*');
}

fn masked_line(line: &[u8]) -> WireBytes {
    let name = memchr::memchr(b':', line).map(|colon| &line[..colon]);
    match name.and_then(|name| std::str::from_utf8(name).ok()).filter(|name| is_secret(name)) {
        Some(name) => WireBytes(format!("{name}: {MASK}").into_bytes()),
        None => WireBytes::from(line),
    }
}

fn masked_request_line(line: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(line) {
        Ok(text) => masked_query(text).into_bytes(),
        Err(_) => line.to_vec(),
    }
}

fn mask_url(url: &mut String) {
    *url = masked_query(url);
}

/// A URL or request line with the secrets in its query masked: `?token=abc&page=2` becomes `?token=***&page=2`.
#[must_use]
pub fn masked_query(text: &str) -> String {
    let Some((path, rest)) = text.split_once('?') else { return text.to_owned() };
    let (query, after) = rest.split_at(rest.find([' ', '\r', '\n']).unwrap_or(rest.len()));
    let parameter = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    let query: Vec<_> = query.split('&').map(parameter).collect();
    format!("{path}?{}{after}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_by_their_names() {
        for name in
            ["Authorization", "cookie", "Set-Cookie", "X-Api-Key", "X-Auth-Token", "access_token", "sig"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["Accept", "WWW-Authenticate", "Content-Type", "page", "ETag"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_request_is_masked_in_its_head_alone() {
        let request =
            b"GET /a?token=abc&b=2 HTTP/1.1\r\nHost: h\r\nauthorization: Basic abc\r\n\r\ncookie: kept\r\n";
        let expected =
            "GET /a?token=***&b=2 HTTP/1.1\r\nHost: h\r\nauthorization: ***\r\n\r\ncookie: kept\r\n";
        assert_eq!(masked_request(request), WireBytes::from(expected));
    }

    #[test]
    fn a_field_that_came_is_masked_in_its_place() {
        let mut stream = WireBytes::from("HTTP/1.1 200 OK\r\nSet-Cookie: id=abc;\r\n Secure\r\n\r\n");
        let mut field =
            Field { name: "Set-Cookie".into(), value: "id=abc; Secure".into(), offset: 17, size: 30 };
        let length = stream.0.len();
        mask_field(&mut field, &mut stream);
        assert_eq!(stream, WireBytes::from("HTTP/1.1 200 OK\r\nSet-Cookie: *******\r\n ******\r\n\r\n"));
        assert_eq!((stream.0.len(), field.value.to_string()), (length, "*".repeat(14)));
    }
}
