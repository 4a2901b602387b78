//! Reading a request, so that the lab knows which fault is asked for and answers only when all of it is there.
//!
//! An upstream that closes with unread bytes resets the connection without meaning to; so the body is read to
//! its end as well. What is read is bounded.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite};

const HEAD_LIMIT: u64 = 1 << 18;
const BODY_LIMIT: u64 = 1 << 28;

/// The request head, and what of it the lab needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) head: Vec<u8>,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) version: Version,
    pub(super) keeps_alive: bool,
    pub(super) expects_continue: bool,
    pub(super) body: RequestBody,
}

/// The version of HTTP in which the request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Http10,
    Http11,
}

/// How the request's body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestBody {
    Length(u64),
    Chunked,
}

/// Reads a request head; `None` where the peer closes before its first byte.
pub(super) async fn read_head<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    let mut limited = reader.take(HEAD_LIMIT);
    loop {
        let before = head.len();
        limited.read_until(b'\n', &mut head).await?;
        match &head[before..] {
            // RFC 9112, section 2.2: empty lines before the request line are ignored.
            b"\r\n" | b"\n" if before == 0 => head.clear(),
            b"\r\n" | b"\n" => return Ok(Some(head)),
            line if line.ends_with(b"\n") => {}
            _ if head.is_empty() => return Ok(None),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Reads the request's body and forgets it.
pub(super) async fn skip_body<R: AsyncBufRead + Unpin>(reader: &mut R, body: RequestBody) -> io::Result<()> {
    copy_body(&mut reader.take(BODY_LIMIT), body, &mut tokio::io::sink()).await
}

/// Writes the request's content, without its framing, to `sink`.
pub(super) async fn copy_body<R, W>(reader: &mut R, body: RequestBody, sink: &mut W) -> io::Result<()>
where
    R: AsyncBufRead + Unpin,
    W: AsyncWrite + Unpin,
{
    match body {
        RequestBody::Length(length) => copy(reader, length, sink).await,
        RequestBody::Chunked => loop {
            let size = chunk_size(reader).await?;
            if size == 0 {
                return skip_trailers(reader).await;
            }
            copy(reader, size, sink).await?;
            copy(reader, 2, &mut tokio::io::sink()).await?;
        },
    }
}

async fn copy<R, W>(reader: &mut R, length: u64, sink: &mut W) -> io::Result<()>
where
    R: AsyncBufRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let copied = tokio::io::copy_buf(&mut reader.take(length), sink).await?;
    if copied == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

async fn chunk_size<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<u64> {
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16)
        .ok()
        .filter(|size| *size < BODY_LIMIT)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

async fn skip_trailers<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<()> {
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await? > 2 {
        line.clear();
    }
    Ok(())
}

impl Request {
    /// Reads what the lab needs out of a head; `None` if this is no request of HTTP/1.x.
    pub(super) fn parse(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.lines();
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let version = match version {
            "HTTP/1.0" => Version::Http10,
            "HTTP/1.1" => Version::Http11,
            _ => return None,
        };
        let fields: Vec<(String, &str)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
            .collect();
        let has = |wanted: &str, token: &str| {
            fields
                .iter()
                .filter(|(name, _)| name == wanted)
                .flat_map(|(_, value)| value.split(','))
                .any(|item| item.trim().eq_ignore_ascii_case(token))
        };
        let length = || fields.iter().find(|(name, _)| name == "content-length")?.1.parse().ok();
        Some(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            version,
            keeps_alive: match version {
                Version::Http10 => has("connection", "keep-alive"),
                Version::Http11 => !has("connection", "close"),
            },
            expects_continue: version == Version::Http11 && has("expect", "100-continue"),
            body: if has("transfer-encoding", "chunked") {
                RequestBody::Chunked
            } else {
                RequestBody::Length(length().unwrap_or(0))
            },
            head: head.to_vec(),
        })
    }

    /// Whether a body of at least one byte is announced.
    pub(super) fn has_body(&self) -> bool {
        self.body != RequestBody::Length(0)
    }

    /// The value of the first field of this name.
    pub(super) fn field(&self, wanted: &str) -> Option<String> {
        String::from_utf8_lossy(&self.head)
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim().to_owned())
    }

    /// The name of the fault that the path asks for: NAME of `/fault/NAME`, whatever stands before or behind.
    pub(super) fn fault_name(&self) -> Option<&str> {
        let path = self.target.split(['?', '#']).next()?;
        let (_, rest) = path.split_once("/fault/")?;
        rest.split('/').next()
    }

    /// `?count=` if it is given, bounded; else the default.
    pub(super) fn count(&self, default: usize) -> usize {
        self.parameter("count").and_then(|value| value.parse().ok()).unwrap_or(default).min(100_000)
    }

    /// `?seconds=` if it is given, bounded; else the default.
    pub(super) fn seconds(&self, default: f64) -> f64 {
        let given = self.parameter("seconds").and_then(|value| value.parse().ok());
        given.filter(|seconds: &f64| seconds.is_finite()).unwrap_or(default).clamp(0.0, 600.0)
    }

    fn parameter(&self, wanted: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|p| p.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Request {
        Request::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_fault_is_named_by_the_path_whatever_stands_around_it() {
        let named =
            |target: &str| request(&format!("GET {target} HTTP/1.1\r\n\r\n")).fault_name().map(str::to_owned);
        assert_eq!(named("/fault/rst-mid-body").as_deref(), Some("rst-mid-body"));
        assert_eq!(named("/app/fault/ok-slow/x?seconds=1").as_deref(), Some("ok-slow"));
        assert_eq!(named("http://lab.example/fault/ok-length").as_deref(), Some("ok-length"));
        assert_eq!(named("/"), None);
    }

    #[test]
    fn seconds_and_count_come_from_the_query_and_are_bounded() {
        let asked = request("GET /fault/ok-slow?count=7&seconds=0.5 HTTP/1.1\r\n\r\n");
        assert_eq!(asked.count(200), 7);
        assert!((asked.seconds(2.6) - 0.5).abs() < f64::EPSILON);
        let asked = request("GET /?count=99999999&seconds=NaN HTTP/1.1\r\n\r\n");
        assert_eq!(asked.count(200), 100_000);
        assert!((asked.seconds(2.6) - 2.6).abs() < f64::EPSILON);
    }

    #[test]
    fn a_field_is_found_whatever_the_case_of_its_name() {
        let asked = request("GET / HTTP/1.1\r\nHost: a\r\nVIA:  1.1 b \r\n\r\n");
        assert_eq!(asked.field("via").as_deref(), Some("1.1 b"));
        assert_eq!(asked.field("x-forwarded-for"), None);
    }

    #[test]
    fn http_1_0_closes_unless_it_asks_to_stay() {
        assert!(!request("GET / HTTP/1.0\r\n\r\n").keeps_alive);
        assert!(request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keeps_alive);
        assert!(request("GET / HTTP/1.1\r\n\r\n").keeps_alive);
        assert!(!request("GET / HTTP/1.1\r\nConnection: TE, close\r\n\r\n").keeps_alive);
    }

    #[test]
    fn what_is_no_request_of_http_1_is_not_taken_for_one() {
        assert!(Request::parse(b"PRI * HTTP/2.0\r\n\r\n").is_none());
        assert!(Request::parse(b"hello\r\n\r\n").is_none());
    }

    #[tokio::test]
    async fn a_chunked_body_is_read_to_its_end() {
        let mut bytes: &[u8] = b"3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\nNEXT";
        skip_body(&mut bytes, RequestBody::Chunked).await.unwrap();
        assert_eq!(bytes, b"NEXT");
    }
}
