//! Faults in the status line (RFC 9112, section 4).

use super::{Expects, Fault, Step, script};
use Expects::{Cause, Warning};
use Step::{Make, Stall, Write};

use super::super::request::Request;

/// A response whose head begins with this.
macro_rules! beginning {
    ($start:literal) => {
        &[Write(concat!($start, "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n").as_bytes())]
    };
}

pub(super) const FAULTS: &[Fault] = &[
    bad("version-9.9", "Claims to speak HTTP/9.9.", beginning!("HTTP/9.9 200 OK\r\n")),
    bad("version-2.0", "Claims HTTP/2.0 in a status line of HTTP/1.", beginning!("HTTP/2.0 200 OK\r\n")),
    bad(
        "version-2",
        "Claims HTTP/2, without a minor version, as curl shows it.",
        beginning!("HTTP/2 200 OK\r\n"),
    ),
    bad("version-httq", "Misspells the protocol as HTTQ.", beginning!("HTTQ/1.1 200 OK\r\n")),
    bad("icy", "Begins with ICY, as SHOUTcast does.", beginning!("ICY 200 OK\r\n")),
    bad("lower-case-http", "Writes the protocol in lower case.", beginning!("http/1.1 200 OK\r\n")),
    bad(
        "leading-newline",
        "Sends an empty line before the status line.",
        beginning!("\r\nHTTP/1.1 200 OK\r\n"),
    ),
    bad("status-abc", "Sends letters for a status code.", beginning!("HTTP/1.1 abc OK\r\n")),
    bad("status-99", "Sends a status code of two digits.", beginning!("HTTP/1.1 99 Low\r\n")),
    bad("status-1000", "Sends a status code of four digits.", beginning!("HTTP/1.1 1000 High\r\n")),
    bad("status-000", "Sends the status code 000.", beginning!("HTTP/1.1 000 Zero\r\n")),
    bad("status-600", "Sends the status code 600.", beginning!("HTTP/1.1 600 Beyond\r\n")),
    bad("status-no-space", "Leaves out the space before the status code.", beginning!("HTTP/1.1200 OK\r\n")),
    script(
        "no-reason",
        "Leaves out the reason phrase and the space before it.",
        Warning("invalid-response-head"),
        beginning!("HTTP/1.1 200\r\n"),
    ),
    script(
        "101-unasked",
        "Switches protocols though nobody asked for it.",
        Cause("unexpected-upgrade"),
        &[
            Write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
            Stall,
        ],
    ),
    script(
        "1xx-flood",
        "Sends 200 interim responses (?count=), then nothing more.",
        Cause("too-many-interim-responses"),
        &[Make(interim_responses), Stall],
    ),
    script(
        "1xx-many",
        "Sends 20 interim responses (?count=), then a good final one.",
        Warning("too-many-interim-responses"),
        &[Make(interim_responses_and_a_final_one)],
    ),
];

const fn bad(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-response-head"), steps)
}

fn interim_responses(request: &Request) -> Vec<u8> {
    b"HTTP/1.1 102 Processing\r\n\r\n".repeat(request.count(200))
}

fn interim_responses_and_a_final_one(request: &Request) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(request.count(20));
    bytes.extend_from_slice(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n");
    bytes
}
