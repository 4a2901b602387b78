//! Faults in how a body is delimited: Content-Length, Transfer-Encoding, chunks, and bytes where none belong
//! (RFC 9112, sections 6 and 7).

use super::{Expects, Fault, Step, script};
use Expects::{Cause, Warning};
use Step::{Fin, Write};

/// A response with these framing fields and this body.
macro_rules! framed {
    ($fields:literal, $body:literal) => {
        Write(concat!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", $fields, "\r\n", $body).as_bytes())
    };
}

/// A chunked response with this body.
macro_rules! chunked {
    ($body:literal) => {
        &[framed!("Transfer-Encoding: chunked\r\n", $body)]
    };
}

pub(super) const FAULTS: &[Fault] = &[
    // Content-Length.
    length("cl-junk", "Sends letters as Content-Length.", &[framed!("Content-Length: abc\r\n", "ok\n")]),
    length("cl-negative", "Sends a negative Content-Length.", &[framed!("Content-Length: -3\r\n", "ok\n")]),
    length(
        "cl-plus",
        "Sends a Content-Length with a plus sign.",
        &[framed!("Content-Length: +3\r\n", "ok\n")],
    ),
    length(
        "cl-overflow",
        "Sends a Content-Length that no integer holds.",
        &[framed!("Content-Length: 99999999999999999999999\r\n", "ok\n")],
    ),
    length("cl-empty", "Sends an empty Content-Length.", &[framed!("Content-Length: \r\n", "ok\n")]),
    script(
        "cl-list-same",
        "Sends a list of two equal lengths as Content-Length.",
        Warning("invalid-content-length"),
        &[framed!("Content-Length: 3, 3\r\n", "ok\n")],
    ),
    length(
        "cl-list-differing",
        "Sends a list of two different lengths as Content-Length.",
        &[framed!("Content-Length: 3, 5\r\n", "ok\n")],
    ),
    script(
        "cl-twice-same",
        "Sends the same Content-Length twice.",
        Warning("invalid-content-length"),
        &[framed!("Content-Length: 3\r\nContent-Length: 3\r\n", "ok\n")],
    ),
    length(
        "cl-conflict",
        "Sends two fields Content-Length that differ.",
        &[framed!("Content-Length: 3\r\nContent-Length: 5\r\n", "ok\n..")],
    ),
    length(
        "cl-conflict-first",
        "Sends two fields Content-Length that differ, with a body of the first length.",
        &[framed!("Content-Length: 3\r\nContent-Length: 5\r\n", "ok\n")],
    ),
    length(
        "cl-and-te",
        "Sends Content-Length beside Transfer-Encoding.",
        &[framed!("Content-Length: 20\r\nTransfer-Encoding: chunked\r\n", "3\r\nok\n\r\n0\r\n\r\n")],
    ),
    length(
        "cl-and-te-right",
        "Sends Content-Length beside Transfer-Encoding, with the length that the body has without its chunks.",
        &[framed!("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "3\r\nok\n\r\n0\r\n\r\n")],
    ),
    // Transfer-Encoding.
    coding(
        "te-unknown",
        "Sends a transfer coding that nobody knows, before chunked.",
        &[framed!("Transfer-Encoding: wonderful, chunked\r\n", "3\r\nok\n\r\n0\r\n\r\n")],
    ),
    coding(
        "te-gzip",
        "Sends gzip as the only transfer coding, with a body that is plain.",
        &[framed!("Transfer-Encoding: gzip\r\n", "ok\n"), Fin],
    ),
    coding(
        "te-identity",
        "Sends identity as transfer coding.",
        &[framed!("Transfer-Encoding: identity\r\n", "ok\n"), Fin],
    ),
    coding(
        "te-twice",
        "Sends two fields Transfer-Encoding: chunked, with a body that is chunked once.",
        &[framed!("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "3\r\nok\n\r\n0\r\n\r\n")],
    ),
    coding(
        "te-chunked-chunked",
        "Sends chunked twice in one Transfer-Encoding, with a body that is chunked once.",
        &[framed!("Transfer-Encoding: chunked, chunked\r\n", "3\r\nok\n\r\n0\r\n\r\n")],
    ),
    coding(
        "te-not-last",
        "Sends a transfer coding after chunked.",
        &[framed!("Transfer-Encoding: chunked, gzip\r\n", "3\r\nok\n\r\n0\r\n\r\n"), Fin],
    ),
    coding(
        "te-http10",
        "Sends Transfer-Encoding in a response of HTTP/1.0.",
        &[Write(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n"), Fin],
    ),
    coding(
        "te-204",
        "Sends Transfer-Encoding with 204, which has no body.",
        &[Write(b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")],
    ),
    coding(
        "te-1xx",
        "Sends Transfer-Encoding with an interim response.",
        &[
            Write(b"HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n"),
            framed!("Content-Length: 3\r\n", "ok\n"),
        ],
    ),
    // Chunks.
    chunk("chunk-bad-size", "Sends a chunk size that is no number.", chunked!("xyz\r\nok\n\r\n0\r\n\r\n")),
    chunk(
        "chunk-overflow",
        "Sends a chunk size that no integer holds.",
        chunked!("fffffffffffffffffffff\r\nok\n\r\n0\r\n\r\n"),
    ),
    chunk(
        "chunk-bad-ext",
        "Sends a chunk extension with a forbidden character.",
        chunked!("3;a=\u{1}b\r\nok\n\r\n0\r\n\r\n"),
    ),
    chunk(
        "chunk-bad-end",
        "Sends a chunk that is longer than its size says.",
        chunked!("3\r\nok\nmore\r\n0\r\n\r\n"),
    ),
    chunk(
        "chunk-bad-trailer",
        "Sends a trailer line without a colon.",
        chunked!("3\r\nok\n\r\n0\r\nX-Lab a\r\n\r\n"),
    ),
    // Bytes where none belong.
    extra(
        "extra-bytes",
        "Sends more bytes than Content-Length announces.",
        &[framed!("Content-Length: 3\r\n", "ok\nand more")],
    ),
    extra("body-204", "Sends a body with 204.", &[Write(b"HTTP/1.1 204 No Content\r\n\r\nok\n")]),
    extra(
        "body-304",
        "Sends a body with 304.",
        &[Write(b"HTTP/1.1 304 Not Modified\r\nETag: \"lab\"\r\nContent-Length: 3\r\n\r\nok\n")],
    ),
    extra(
        "body-head",
        "Sends a body even to HEAD (ask with HEAD; to GET the answer is right).",
        &[framed!("Content-Length: 3\r\n", "ok\n")],
    ),
];

const fn length(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-content-length"), steps)
}

const fn coding(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-transfer-coding"), steps)
}

const fn chunk(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-chunk"), steps)
}

const fn extra(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Warning("bytes-after-response"), steps)
}
