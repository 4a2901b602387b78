//! A proper answer, and how it is written so that it is right for the request at hand.
//!
//! The controls must be beyond doubt: no chunks and no interim responses for a client of HTTP/1.0 (nginx asks
//! its upstreams in HTTP/1.0 by default), no body for HEAD, and `Connection` says what will happen.

use super::request::{Request, Version};

/// What the lab says when it is well.
pub(super) const TEXT: &[u8] = b"The lab answers, and all is well.\n";

/// A proper answer, before it is known who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    status: &'static str,
    fields: &'static str,
    body: Body,
    framing: Framing,
    pub(super) pace: Pace,
}

#[derive(Debug, Clone, Copy)]
enum Body {
    Fixed(&'static [u8]),
    Made(fn(&Request) -> Vec<u8>),
}

/// How the body is delimited, if the request allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked,
    ChunkedWithExtensions,
    ChunkedWithTrailers,
    /// With `Chunked` for the name of the coding, in which capitals do not count.
    ChunkedInCapitals,
    UntilClose,
    /// As HTTP/1.0, with Content-Length, and closed.
    Http10,
    /// As HTTP/1.2, with Content-Length.
    Http12,
    /// Without a body and without framing fields: 204 and 304.
    Bodiless,
}

/// When the answer is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    AtOnce,
    /// After so many seconds, or those of `?seconds=`.
    After(f64),
    /// At once, but the body one byte at a time, ten a second.
    DripBody,
    /// After these interim responses.
    Interim(&'static [u8]),
}

/// An answer as it goes onto the wire.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) interim: &'static [u8],
    pub(super) head: String,
    pub(super) body: Vec<u8>,
    pub(super) keeps_alive: bool,
}

impl Answer {
    pub(super) const fn bytes(body: &'static [u8]) -> Self {
        Self::of(Body::Fixed(body))
    }

    pub(super) const fn text(body: &'static [u8]) -> Self {
        Self::bytes(body)
    }

    pub(super) const fn made(body: fn(&Request) -> Vec<u8>) -> Self {
        Self::of(Body::Made(body))
    }

    const fn of(body: Body) -> Self {
        let fields = "Content-Type: text/plain\r\n";
        Self { status: "200 OK", fields, body, framing: Framing::Length, pace: Pace::AtOnce }
    }

    pub(super) const fn status(mut self, status: &'static str) -> Self {
        self.status = status;
        self
    }

    pub(super) const fn fields(mut self, fields: &'static str) -> Self {
        self.fields = fields;
        self
    }

    pub(super) const fn framed(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    pub(super) const fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The answer as it goes onto the wire in reply to this request.
    pub(super) fn written_for(&self, request: &Request) -> Written {
        let content = match self.body {
            Body::Fixed(bytes) => bytes.to_vec(),
            Body::Made(make) => make(request),
        };
        self.around(content, request)
    }

    /// The answer with this content in place of its own.
    pub(super) fn around(&self, content: Vec<u8>, request: &Request) -> Written {
        let framing = self.framing.allowed_by(request.version);
        let keeps_alive = request.keeps_alive && !matches!(framing, Framing::UntilClose | Framing::Http10);
        let head = self.head(framing, content.len(), connection(request.version, keeps_alive));
        let body = if request.method == "HEAD" { Vec::new() } else { framing.applied_to(content) };
        let interim = match self.pace {
            Pace::Interim(bytes) if request.version == Version::Http11 => bytes,
            _ => b"",
        };
        Written { interim, head, body, keeps_alive }
    }

    fn head(&self, framing: Framing, length: usize, connection: &str) -> String {
        let version = match framing {
            Framing::Http10 => "HTTP/1.0",
            Framing::Http12 => "HTTP/1.2",
            _ => "HTTP/1.1",
        };
        let delimited = match framing {
            Framing::Length | Framing::Http10 | Framing::Http12 => format!("Content-Length: {length}\r\n"),
            Framing::Chunked | Framing::ChunkedWithExtensions => "Transfer-Encoding: chunked\r\n".into(),
            Framing::ChunkedWithTrailers => "Transfer-Encoding: chunked\r\nTrailer: X-Lab\r\n".into(),
            Framing::ChunkedInCapitals => "Transfer-Encoding: Chunked\r\n".into(),
            Framing::UntilClose | Framing::Bodiless => String::new(),
        };
        format!("{version} {}\r\n{}{delimited}{connection}\r\n", self.status, self.fields)
    }
}

impl Framing {
    /// RFC 9112, section 6.1: "A server MUST NOT send a response containing Transfer-Encoding unless the
    /// corresponding request indicates HTTP/1.1 (or later minor revisions)."
    fn allowed_by(self, version: Version) -> Self {
        match (self, version) {
            (framing, Version::Http10) if framing.is_chunked() => Self::UntilClose,
            (framing, _) => framing,
        }
    }

    fn is_chunked(self) -> bool {
        matches!(
            self,
            Self::Chunked | Self::ChunkedWithExtensions | Self::ChunkedWithTrailers | Self::ChunkedInCapitals
        )
    }

    fn applied_to(self, content: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Length | Self::UntilClose | Self::Http10 | Self::Http12 => content,
            Self::Bodiless => Vec::new(),
            Self::Chunked | Self::ChunkedInCapitals => chunked(&content, "", ""),
            Self::ChunkedWithExtensions => chunked(&content, ";lab=\"yes\";plain", ""),
            Self::ChunkedWithTrailers => chunked(&content, "", "X-Lab: the end\r\n"),
        }
    }
}

/// The content in chunks of 16 bytes (RFC 9112, section 7.1).
fn chunked(content: &[u8], extension: &str, trailers: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in content.chunks(16) {
        body.extend_from_slice(format!("{:x}{extension}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    body
}

fn connection(version: Version, keeps_alive: bool) -> &'static str {
    match (keeps_alive, version) {
        (false, _) => "Connection: close\r\n",
        (true, Version::Http10) => "Connection: keep-alive\r\n",
        (true, Version::Http11) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(answer: Answer, request: &str) -> Written {
        answer.written_for(&Request::parse(request.as_bytes()).unwrap())
    }

    #[test]
    fn http_1_0_gets_no_chunks() {
        let answer = Answer::text(TEXT).framed(Framing::ChunkedWithTrailers);
        let to_10 = written(answer, "GET / HTTP/1.0\r\n\r\n");
        assert_eq!(to_10.head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
        assert_eq!(to_10.body, TEXT);
        assert!(!to_10.keeps_alive);
    }

    #[test]
    fn http_1_0_gets_no_interim_responses() {
        let answer = Answer::text(TEXT).paced(Pace::Interim(b"HTTP/1.1 103 Early Hints\r\n\r\n"));
        assert!(written(answer, "GET / HTTP/1.0\r\n\r\n").interim.is_empty());
        assert!(!written(answer, "GET / HTTP/1.1\r\n\r\n").interim.is_empty());
    }

    #[test]
    fn head_gets_the_head_alone() {
        let to_head = written(Answer::text(TEXT), "HEAD / HTTP/1.1\r\n\r\n");
        assert!(to_head.head.contains("Content-Length: 34\r\n"));
        assert!(to_head.body.is_empty());
    }

    #[test]
    fn a_chunked_body_ends_with_the_empty_chunk_and_its_trailers() {
        let answer = Answer::text(b"ok\n").framed(Framing::ChunkedWithTrailers);
        let body = written(answer, "GET / HTTP/1.1\r\n\r\n").body;
        assert_eq!(body, b"3\r\nok\n\r\n0\r\nX-Lab: the end\r\n\r\n");
    }
}
