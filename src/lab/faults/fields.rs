//! Faults in the header section: lines that are no field, forbidden characters, and sheer size
//! (RFC 9112, sections 2.2 and 5; RFC 9110, section 5).

use std::fmt::Write as _;

use super::super::request::Request;
use super::{Expects, Fault, Step, script};
use Expects::{Cause, Warning};
use Step::{Make, Write};

/// A response in order but for this line of its head, which stands between two good ones.
macro_rules! with_line {
    ($line:literal) => {
        &[Write(
            concat!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
                $line,
                "\r\nContent-Length: 3\r\n\r\nok\n"
            )
            .as_bytes(),
        )]
    };
}

pub(super) const FAULTS: &[Fault] = &[
    bad(
        "leading-space",
        "Sends white space before the first field.",
        &[Write(b"HTTP/1.1 200 OK\r\n X-Lab: a\r\nContent-Length: 3\r\n\r\nok\n")],
    ),
    bad("no-colon", "Sends a line without a colon among the fields.", with_line!("X-Lab a")),
    bad("no-colon-word", "Sends a single word without a colon among the fields.", with_line!("garbage")),
    bad("name-empty", "Sends a field whose name is empty.", with_line!(": a")),
    bad("name-space", "Puts a space between a field's name and the colon.", with_line!("X-Lab : a")),
    bad("name-tab", "Puts a tab between a field's name and the colon.", with_line!("X-Lab\t: a")),
    bad("name-inner-space", "Puts a space within a field's name.", with_line!("X Lab: a")),
    bad("name-paren", "Puts a parenthesis into a field's name.", with_line!("X-Lab(1): a")),
    bad("name-nonascii", "Puts a letter beyond ASCII into a field's name.", with_line!("X-Läb: a")),
    bad("name-ctl", "Puts a control character into a field's name.", with_line!("X-\u{1}Lab: a")),
    bad("value-nul", "Puts NUL into a field's value.", with_line!("X-Lab: a\0b")),
    bad("value-cr", "Puts a lone CR into a field's value.", with_line!("X-Lab: a\rb")),
    bad("value-ctl", "Puts a control character into a field's value.", with_line!("X-Lab: a\u{1}b")),
    bad("obs-fold", "Folds a field over two lines.", with_line!("X-Lab: a\r\n b")),
    script(
        "lf-only",
        "Ends every line of the head with LF alone.",
        Warning("invalid-response-head"),
        &[Write(b"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 3\n\nok\n")],
    ),
    script(
        "header-5k",
        "Sends a field of 5 kB.",
        Warning("response-head-too-large"),
        &[Make(|_| long_field(5_000))],
    ),
    large("header-9k", "Sends a field of 9 kB.", &[Make(|_| long_field(9_000))]),
    large("header-17k", "Sends a field of 17 kB.", &[Make(|_| long_field(17_000))]),
    large("header-40k", "Sends a field of 40 kB.", &[Make(|_| long_field(40_000))]),
    large("header-70k", "Sends a field of 70 kB.", &[Make(|_| long_field(70_000))]),
    large("headers-200", "Sends 200 fields (?count=).", &[Make(|request| many_fields(request, 200))]),
    large("headers-2000", "Sends 2000 fields (?count=).", &[Make(|request| many_fields(request, 2000))]),
];

const fn bad(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-response-head"), steps)
}

const fn large(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("response-head-too-large"), steps)
}

fn long_field(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nX-Lab: {}\r\nContent-Length: 3\r\n\r\nok\n", "a".repeat(length)).into_bytes()
}

fn many_fields(request: &Request, default: usize) -> Vec<u8> {
    let mut head = String::from("HTTP/1.1 200 OK\r\n");
    for number in 0..request.count(default) {
        // Writing into a String cannot fail.
        let _ = write!(head, "X-Lab-{number}: a\r\n");
    }
    head.push_str("Content-Length: 3\r\n\r\nok\n");
    head.into_bytes()
}
