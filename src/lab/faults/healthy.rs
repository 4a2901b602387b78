//! The healthy controls: everything here is in order, and a diagnosis that says otherwise is wrong.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::super::answer::{Answer, Framing, Pace, TEXT};
use super::super::request::Request;
use super::{Behaviour, Expects, Fault, Level};

/// The fields of a text in this coding.
macro_rules! fields {
    ($coding:literal) => {
        concat!("Content-Type: text/plain\r\nContent-Encoding: ", $coding, "\r\n")
    };
}

pub(super) const FAULTS: &[Fault] = &[
    control("ok-length", "Answers with Content-Length.", Answer::text(TEXT)),
    control("ok-chunked", "Answers in chunks.", Answer::text(TEXT).framed(Framing::Chunked)),
    control(
        "ok-chunk-ext",
        "Answers in chunks that carry extensions.",
        Answer::text(TEXT).framed(Framing::ChunkedWithExtensions),
    ),
    control(
        "ok-trailers",
        "Answers in chunks, with a trailer section.",
        Answer::text(TEXT).framed(Framing::ChunkedWithTrailers),
    ),
    control(
        "ok-chunked-capitals",
        "Answers in chunks, and calls the coding Chunked.",
        Answer::text(TEXT).framed(Framing::ChunkedInCapitals),
    ),
    control("ok-close", "Ends the body with the close.", Answer::text(TEXT).framed(Framing::UntilClose)),
    control("ok-http10", "Answers in HTTP/1.0, and closes.", Answer::text(TEXT).framed(Framing::Http10)),
    control("ok-http12", "Answers in HTTP/1.2.", Answer::text(TEXT).framed(Framing::Http12)),
    control("ok-keepalive", "Keeps the connection and says so.", KEEP_ALIVE),
    control("ok-head", "Answers GET with a body, and HEAD with the head alone.", Answer::text(TEXT)),
    control("ok-empty", "Answers with a body of no bytes.", Answer::text(b"")),
    control("ok-reason-empty", "Sends an empty reason phrase.", Answer::text(TEXT).status("200 ")),
    control(
        "ok-204",
        "Answers 204, without a body.",
        Answer::text(b"").status("204 No Content").fields("").framed(Framing::Bodiless),
    ),
    control(
        "ok-304",
        "Answers 304, without a body.",
        Answer::text(b"").status("304 Not Modified").fields("ETag: \"lab\"\r\n").framed(Framing::Bodiless),
    ),
    control(
        "ok-100",
        "Answers 100 Continue, then 200.",
        Answer::text(TEXT).paced(Pace::Interim(b"HTTP/1.1 100 Continue\r\n\r\n")),
    ),
    control(
        "ok-103",
        "Answers 103 Early Hints, then 200.",
        Answer::text(TEXT)
            .paced(Pace::Interim(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")),
    ),
    control("ok-5mb", "Answers with 5 MB.", Answer::made(five_megabytes)),
    control("ok-slow", "Answers after 1.2 seconds (?seconds=).", Answer::text(TEXT).paced(Pace::After(1.2))),
    control(
        "ok-drip-body",
        "Sends the body slowly but steadily, for about 4 seconds.",
        Answer::text(b"The lab speaks slowly, but it speaks.\n\n").paced(Pace::DripBody),
    ),
    control("ok-gzip", "Answers in gzip.", Answer::made(gzip).fields(fields!("gzip"))),
    control("ok-deflate", "Answers in deflate.", Answer::made(deflate).fields(fields!("deflate"))),
    control("ok-br", "Answers in Brotli.", Answer::bytes(BROTLI).fields(fields!("br"))),
    control("ok-zstd", "Answers in Zstandard.", Answer::bytes(ZSTD).fields(fields!("zstd"))),
    control("ok-echo", "Answers with the head of the request as it arrived.", Answer::made(echo)),
];

const KEEP_ALIVE: Answer =
    Answer::text(TEXT).fields("Content-Type: text/plain\r\nKeep-Alive: timeout=60\r\n");

/// [`TEXT`] as one stored block; no crate here compresses Brotli.
const BROTLI: &[u8] = b"\x10\x02\x10The lab answers, and all is well.\n\x03";

/// [`TEXT`] as one raw block; no crate here compresses Zstandard.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x00\x68\x11\x01\x00The lab answers, and all is well.\n";

const fn control(name: &'static str, summary: &'static str, answer: Answer) -> Fault {
    let behaviour = Behaviour::Answer(answer);
    Fault { name, summary, level: Level::Stream, expects: Expects::Healthy, behaviour }
}

fn five_megabytes(_: &Request) -> Vec<u8> {
    let line = b"0123456789012345678901234567890123456789012345678901234567890123\n";
    line.iter().copied().cycle().take(5_000_000).collect()
}

fn echo(request: &Request) -> Vec<u8> {
    request.head.clone()
}

fn gzip(_: &Request) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into a Vec cannot fail.
    encoder.write_all(TEXT).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// `deflate` is the zlib format (RFC 9110, section 8.4.1.2).
fn deflate(_: &Request) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(TEXT).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_brotli_constant_decodes_to_the_text() {
        let mut text = Vec::new();
        brotli_decompressor::Decompressor::new(BROTLI, 4096).read_to_end(&mut text).unwrap();
        assert_eq!(text, TEXT);
    }

    #[test]
    fn the_zstandard_constant_decodes_to_the_text() {
        let mut text = Vec::new();
        ruzstd::decoding::StreamingDecoder::new(ZSTD).unwrap().read_to_end(&mut text).unwrap();
        assert_eq!(text, TEXT);
    }
}
