//! Faults of the connection while a well-formed response is under way: closed, reset, stalled, late.

use super::super::answer::{Answer, Pace, TEXT};
use super::{Behaviour, Expects, Fault, Level, Step, script};
use Expects::{Cause, Warning};
use Step::{Drip, Fin, Reset, Stall, Write};

pub(super) const FAULTS: &[Fault] = &[
    // Before the first byte.
    script(
        "fin-after-request",
        "Closes the connection after the request, without a byte.",
        Cause("upstream-closed-before-response"),
        &[Fin],
    ),
    script(
        "rst-after-request",
        "Resets the connection after the request, without a byte.",
        Cause("upstream-reset-before-response"),
        &[Reset],
    ),
    script("no-answer", "Sends nothing at all.", Cause("upstream-slow-first-byte"), &[Stall]),
    Fault {
        name: "slow-over-timeout",
        summary: "Answers properly, but only after 2.6 seconds (?seconds=).",
        level: Level::Stream,
        expects: Cause("upstream-slow-first-byte"),
        behaviour: Behaviour::Answer(Answer::text(TEXT).paced(Pace::After(2.6))),
    },
    // In the head.
    script(
        "fin-mid-status-line",
        "Closes the connection within the status line.",
        Cause("upstream-closed-in-head"),
        &[Write(b"HTTP/1.1 20"), Fin],
    ),
    script(
        "fin-mid-headers",
        "Closes the connection after some fields, within a line.",
        Cause("upstream-closed-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Le"), Fin],
    ),
    script(
        "fin-mid-field-name",
        "Closes the connection within the name of the first field.",
        Cause("upstream-closed-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Ty"), Fin],
    ),
    script(
        "fin-mid-field-value",
        "Closes the connection within the value of the first field.",
        Cause("upstream-closed-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl"), Fin],
    ),
    script(
        "fin-between-fields",
        "Closes the connection between two fields.",
        Cause("upstream-closed-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"), Fin],
    ),
    script(
        "rst-mid-headers",
        "Resets the connection after some fields, within a line.",
        Cause("upstream-reset-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Le"), Reset],
    ),
    script(
        "stall-mid-headers",
        "Sends some fields, then nothing more.",
        Cause("upstream-stalled-in-head"),
        &[Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Le"), Stall],
    ),
    script(
        "drip-headers",
        "Sends the head one byte at a time, ten a second.",
        Warning("upstream-slow-first-byte"),
        &[Drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 34\r\n\r\n"), Write(TEXT)],
    ),
    // In a body of announced length.
    script(
        "fin-after-headers",
        "Sends the head, then closes the connection before the announced body.",
        Cause("upstream-closed-in-body"),
        &[Write(HEAD), Fin],
    ),
    script(
        "stall-after-headers",
        "Sends the head, then nothing of the announced body.",
        Cause("upstream-stalled-in-body"),
        &[Write(HEAD), Stall],
    ),
    script(
        "fin-mid-body",
        "Sends half of the announced body, then closes the connection.",
        Cause("upstream-closed-in-body"),
        &[Write(HEAD), Write(HALF), Fin],
    ),
    script(
        "rst-mid-body",
        "Sends half of the announced body, then resets the connection.",
        Cause("upstream-reset-in-body"),
        &[Write(HEAD), Write(HALF), Reset],
    ),
    script(
        "stall-mid-body",
        "Sends half of the announced body, then nothing more.",
        Cause("upstream-stalled-in-body"),
        &[Write(HEAD), Write(HALF), Stall],
    ),
    // In a chunked body.
    script(
        "fin-mid-chunk",
        "Closes the connection within a chunk.",
        Cause("upstream-closed-in-body"),
        &[Write(CHUNKED), Write(CHUNK), Write(HALF_CHUNK), Fin],
    ),
    script(
        "rst-mid-chunk",
        "Resets the connection within a chunk.",
        Cause("upstream-reset-in-body"),
        &[Write(CHUNKED), Write(CHUNK), Write(HALF_CHUNK), Reset],
    ),
    script(
        "stall-mid-chunk",
        "Sends half of a chunk, then nothing more.",
        Cause("upstream-stalled-in-body"),
        &[Write(CHUNKED), Write(CHUNK), Write(HALF_CHUNK), Stall],
    ),
    script(
        "fin-no-last-chunk",
        "Sends whole chunks, then closes the connection without the last, empty one.",
        Cause("upstream-closed-in-body"),
        &[Write(CHUNKED), Write(CHUNK), Fin],
    ),
    // In a body that lasts until the close.
    script(
        "rst-close-body",
        "Resets the connection within a body that lasts until the close.",
        Cause("upstream-reset-in-body"),
        &[Write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), Write(HALF), Reset],
    ),
    // After an interim response.
    script(
        "fin-after-100",
        "Sends 100 Continue, then closes the connection.",
        Cause("interim-without-final"),
        &[Write(CONTINUE), Fin],
    ),
    script(
        "stall-after-100",
        "Sends 100 Continue, then nothing more.",
        Cause("interim-without-final"),
        &[Write(CONTINUE), Stall],
    ),
    script(
        "rst-after-103",
        "Sends 103 Early Hints, then resets the connection.",
        Cause("interim-without-final"),
        &[Write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"), Reset],
    ),
];

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 34\r\n\r\n";
const HALF: &[u8] = b"The lab answers, ";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
const CHUNK: &[u8] = b"11\r\nThe lab answers, \r\n";
const HALF_CHUNK: &[u8] = b"11\r\nand all";
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
