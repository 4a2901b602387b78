//! Reading the upstream's response strictly, by the grammar of RFC 9112: what breaks it is refused.
//!
//! This is deliberately another reader than the one that why502 diagnoses with: that one goes on after a
//! defect, this one gives up at it, as a gateway does.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::timeout;

use super::super::request::Version;
use super::failure::Failure;
use super::upstream::Stream;
use super::{is_hop_by_hop, protocol_error, via};
use crate::proxy_status::ErrorType;

const HEAD_LIMIT: usize = 16 * 1024;
const FIELD_LIMIT: usize = 100;
const BEGINNING: &[u8] = b"HTTP/1.";

/// Reads an upstream's response piece by piece, each within the time limit.
pub(super) struct ResponseReader {
    stream: BufReader<Box<dyn Stream>>,
    patience: Duration,
    head_bytes: usize,
}

/// A well-formed response head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    version: Version,
    reason: Vec<u8>,
    fields: Vec<(String, Vec<u8>)>,
}

/// How the response's body is delimited (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Bodiless,
    Length(u64),
    Chunked,
    UntilClose,
}

impl ResponseReader {
    pub(super) fn new(stream: Box<dyn Stream>, patience: Duration) -> Self {
        Self { stream: BufReader::new(stream), patience, head_bytes: 0 }
    }

    /// The next head, interim or final.
    pub(super) async fn head(&mut self) -> Result<Head, Failure> {
        let mut head = parse_status_line(&self.line(BEGINNING).await?)?;
        loop {
            let line = self.line(b"").await?;
            if line.is_empty() {
                return Ok(head);
            }
            head.fields.push(parse_field(&line)?);
            if head.fields.len() > FIELD_LIMIT {
                return Err(too_large("too many fields"));
            }
        }
    }

    /// What has arrived and is not yet consumed; empty at the end of the stream.
    pub(super) async fn available(&mut self) -> Result<&[u8], Failure> {
        let patience = self.patience;
        match timeout(patience, self.stream.fill_buf()).await {
            Err(_) => Err(Failure::new(ErrorType::ConnectionReadTimeout, "the response stopped")),
            Ok(Err(error)) => Err(Failure::new(ErrorType::ConnectionTerminated, error.to_string())),
            Ok(Ok(bytes)) => Ok(bytes),
        }
    }

    pub(super) fn consume(&mut self, length: usize) {
        self.stream.consume(length);
    }

    /// One line without its CRLF, which has to begin with these bytes as far as it has come.
    pub(super) async fn line(&mut self, beginning: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut line = Vec::new();
        loop {
            let has_begun = self.head_bytes > 0;
            let bytes = self
                .available()
                .await
                .map_err(|failure| if has_begun { failure } else { unanswered(failure) })?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(bytes.len(), |end| end + 1);
            line.extend_from_slice(&bytes[..length]);
            self.consume(length);
            self.head_bytes += length;
            if length == 0 {
                return Err(closed(has_begun));
            }
            let known = line.len().min(beginning.len());
            if line[..known] != beginning[..known] {
                return Err(protocol_error("this is no response of HTTP/1.x"));
            }
            if self.head_bytes > HEAD_LIMIT {
                return Err(too_large("the head is larger than 16 kB"));
            }
            if end.is_some() {
                return without_crlf(line);
            }
        }
    }

    /// Begins to count the size of a section anew.
    pub(super) fn begin_section(&mut self) {
        self.head_bytes = 1;
    }
}

impl Head {
    /// RFC 9112, section 6.3, in its order.
    pub(super) fn framing(&self, method: &str) -> Result<Framing, Failure> {
        let codings: Vec<_> = self.values("transfer-encoding").collect();
        let lengths: Vec<_> = self.values("content-length").collect();
        let is_bodiless = method == "HEAD" || matches!(self.status, 100..=199 | 204 | 304);
        if codings.is_empty() {
            let length = content_length(&lengths)?;
            return Ok(match length {
                _ if is_bodiless => Framing::Bodiless,
                Some(length) => Framing::Length(length),
                None => Framing::UntilClose,
            });
        }
        if !lengths.is_empty() {
            return Err(protocol_error("Content-Length beside Transfer-Encoding"));
        }
        if self.version == Version::Http10 || matches!(self.status, 100..=199 | 204) {
            return Err(transfer_coding("Transfer-Encoding where none may be"));
        }
        match codings.as_slice() {
            [coding] if coding.eq_ignore_ascii_case(b"chunked") && is_bodiless => Ok(Framing::Bodiless),
            [coding] if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
            _ => Err(transfer_coding("a Transfer-Encoding other than chunked")),
        }
    }

    /// The head as the client gets it.
    pub(super) fn passed_on(&self, framing: Framing, version: Version) -> Vec<u8> {
        let mut head = self.lines();
        head.extend_from_slice(via(self.version).as_bytes());
        if framing == Framing::Chunked && version == Version::Http11 {
            head.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
        }
        head.extend_from_slice(b"Connection: close\r\n\r\n");
        head
    }

    /// An interim head as the client gets it.
    pub(super) fn interim(&self) -> Vec<u8> {
        let mut head = self.lines();
        head.extend_from_slice(b"\r\n");
        head
    }

    fn lines(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} ", self.status).into_bytes();
        head.extend_from_slice(&self.reason);
        head.extend_from_slice(b"\r\n");
        let named: Vec<_> = self.values("connection").map(<[u8]>::to_ascii_lowercase).collect();
        for (name, value) in &self.fields {
            let is_named = named.iter().any(|named| named == name.to_ascii_lowercase().as_bytes());
            if !is_named && !is_hop_by_hop(name) {
                head.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
        }
        head
    }

    /// The members of a field that is a list.
    fn values(&self, wanted: &str) -> impl Iterator<Item = &[u8]> {
        self.fields
            .iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .flat_map(|(_, value)| value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii))
    }
}

/// `status-line = HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112, section 4)
fn parse_status_line(line: &[u8]) -> Result<Head, Failure> {
    let broken = || protocol_error("the status line is malformed");
    let rest = line.strip_prefix(BEGINNING).ok_or_else(broken)?;
    let (minor, rest) = rest.split_first().ok_or_else(broken)?;
    let [b' ', a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ', reason @ ..] = rest else {
        return Err(broken());
    };
    if !minor.is_ascii_digit() || !reason.iter().copied().all(is_text) {
        return Err(broken());
    }
    let digit = |byte: &u8| u16::from(byte - b'0');
    Ok(Head {
        status: digit(a) * 100 + digit(b) * 10 + digit(c),
        version: if *minor == b'0' { Version::Http10 } else { Version::Http11 },
        reason: reason.to_vec(),
        fields: Vec::new(),
    })
}

/// `field-line = field-name ":" OWS field-value OWS` (RFC 9112, section 5)
pub(super) fn parse_field(line: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let colon = line.iter().position(|byte| *byte == b':');
    let (name, value) = line.split_at(colon.ok_or_else(|| protocol_error("a field without a colon"))?);
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(protocol_error("a field name with a forbidden character"));
    }
    let value = without_ows(&value[1..]);
    if !value.iter().copied().all(is_text) {
        return Err(protocol_error("a field value with a forbidden character"));
    }
    Ok((String::from_utf8_lossy(name).into_owned(), value.to_vec()))
}

/// RFC 9112, section 6.3: equal values in a list may be merged; anything else invalid must not be passed on.
fn content_length(values: &[&[u8]]) -> Result<Option<u64>, Failure> {
    let Some(first) = values.first() else { return Ok(None) };
    let is_number = !first.is_empty() && first.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(first).ok().and_then(|digits| digits.parse().ok());
    match number {
        Some(length) if is_number && values.iter().all(|value| value == first) => Ok(Some(length)),
        _ => Err(protocol_error("an invalid Content-Length")),
    }
}

/// Optional white space is space and tab, and nothing else (RFC 9110, section 5.6.3).
fn without_ows(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn without_crlf(mut line: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if !line.ends_with(b"\r\n") {
        return Err(protocol_error("a line that ends with LF alone"));
    }
    line.truncate(line.len() - 2);
    Ok(line)
}

/// `tchar` of RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `VCHAR`, `obs-text`, space and tab.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

/// No byte of a response has come: that is another timeout than one in the middle.
fn unanswered(failure: Failure) -> Failure {
    match failure.error {
        ErrorType::ConnectionReadTimeout => {
            Failure::new(ErrorType::HttpResponseTimeout, "no response came in time")
        }
        _ => failure,
    }
}

fn closed(has_begun: bool) -> Failure {
    if has_begun {
        Failure::new(ErrorType::HttpResponseIncomplete, "the upstream closed within the head")
    } else {
        Failure::new(ErrorType::ConnectionTerminated, "the upstream closed without a response")
    }
}

fn too_large(details: &str) -> Failure {
    Failure::new(ErrorType::HttpResponseHeaderSectionSize, details)
}

fn transfer_coding(details: &str) -> Failure {
    Failure::new(ErrorType::HttpResponseTransferCoding, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status_line: &str, fields: &[&str]) -> Head {
        let mut head = parse_status_line(status_line.as_bytes()).unwrap();
        head.fields = fields.iter().map(|field| parse_field(field.as_bytes()).unwrap()).collect();
        head
    }

    #[test]
    fn a_status_line_is_taken_by_the_letter() {
        assert_eq!(head("HTTP/1.1 200 ", &[]).status, 200);
        assert_eq!(head("HTTP/1.0 404 Not Found", &[]).status, 404);
        for bad in
            ["HTTP/1.1 200", "HTTP/1.1 99 Low", "HTTP/1.1 1000 High", "HTTP/1.1 000 Zero", "HTTP/1.1200 OK"]
        {
            assert!(parse_status_line(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_field_is_taken_by_the_letter() {
        assert_eq!(parse_field(b"X:\t a b ").unwrap(), ("X".to_owned(), b"a b".to_vec()));
        for bad in [&b"X"[..], b": a", b"X : a", b" X: a", b"X(: a", b"X: a\0", b"X: a\r", b"X: a\rb"] {
            assert!(parse_field(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn framing_follows_the_rfc() {
        let ok = |fields: &[&str]| head("HTTP/1.1 200 OK", fields).framing("GET");
        assert_eq!(ok(&["Content-Length: 3"]), Ok(Framing::Length(3)));
        assert_eq!(ok(&["Content-Length: 3, 3"]), Ok(Framing::Length(3)));
        assert_eq!(ok(&["Transfer-Encoding: chunked"]), Ok(Framing::Chunked));
        assert_eq!(ok(&[]), Ok(Framing::UntilClose));
        assert_eq!(
            head("HTTP/1.1 304 Not Modified", &["Content-Length: 3"]).framing("GET"),
            Ok(Framing::Bodiless)
        );
        for bad in [
            &["Content-Length: +3"][..],
            &["Content-Length: 3", "Content-Length: 5"],
            &["Content-Length: 3", "Transfer-Encoding: chunked"],
            &["Transfer-Encoding: gzip"],
            &["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ] {
            assert!(ok(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn hop_by_hop_fields_and_those_that_connection_names_are_not_passed_on() {
        let head =
            head("HTTP/1.1 200 OK", &["Connection: X-Own, close", "X-Own: a", "Keep-Alive: b", "X-Rest: c"]);
        let passed = String::from_utf8(head.passed_on(Framing::UntilClose, Version::Http11)).unwrap();
        assert_eq!(
            passed,
            "HTTP/1.1 200 OK\r\nX-Rest: c\r\nVia: 1.1 why502-demo\r\nConnection: close\r\n\r\n"
        );
    }
}
