//! Faults in the content: codings that do not decode, and errors that the upstream itself answers.

use super::super::answer::Answer;
use super::{Behaviour, Expects, Fault, Level, Step, script};
use Expects::{Cause, Healthy};
use Step::Write;

/// A response whose body is said to have this coding.
macro_rules! coded {
    ($coding:literal, $length:literal) => {
        Write(
            concat!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: ",
                $coding,
                "\r\nContent-Length: ",
                $length,
                "\r\n\r\n"
            )
            .as_bytes(),
        )
    };
}

pub(super) const FAULTS: &[Fault] = &[
    coding(
        "gzip-but-plain",
        "Says that the body is gzip, and sends it plain.",
        &[coded!("gzip", "19"), Write(b"this is no gzip...\n")],
    ),
    coding(
        "gzip-cut",
        "Sends a gzip body that ends too early, under a Content-Length that fits.",
        // Member header, then the first bytes of a stored block of 34.
        &[coded!("gzip", "32"), Write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x22\0\xdd\xffThe lab answers, ")],
    ),
    coding(
        "deflate-bad",
        "Sends bytes as deflate that are none.",
        &[coded!("deflate", "16"), Write(b"\xff\xff\xff\xffnot deflate\n")],
    ),
    coding(
        "br-bad",
        "Sends bytes as Brotli that are none.",
        &[coded!("br", "15"), Write(b"\xff\xff\xff\xffnot brotli\n")],
    ),
    coding(
        "zstd-bad",
        "Sends bytes as Zstandard that are none.",
        &[coded!("zstd", "13"), Write(b"\xff\xff\xff\xffnot zstd\n")],
    ),
    error(
        "ok-500",
        "Answers 500 itself.",
        Answer::text(b"the application failed\n"),
        "500 Internal Server Error",
    ),
    error("ok-502", "Answers 502 itself.", Answer::text(b"my own upstream failed\n"), "502 Bad Gateway"),
    error("ok-503", "Answers 503 itself.", Answer::text(b"back in a minute\n"), "503 Service Unavailable"),
    error(
        "ok-504",
        "Answers 504 itself.",
        Answer::text(b"my own upstream was late\n"),
        "504 Gateway Timeout",
    ),
    error("ok-502-nginx", "Answers 502 itself, with nginx's page.", NGINX_PAGE, "502 Bad Gateway"),
    Fault {
        name: "ok-404",
        summary: "Answers 404, as a healthy upstream may.",
        level: Level::Stream,
        expects: Healthy,
        behaviour: Behaviour::Answer(Answer::text(b"no such page\n").status("404 Not Found")),
    },
];

const NGINX_PAGE: Answer = Answer::bytes(
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
      <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n",
)
.fields("Server: nginx/1.25.3\r\nContent-Type: text/html\r\n");

const fn coding(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("invalid-content-coding"), steps)
}

const fn error(name: &'static str, summary: &'static str, answer: Answer, status: &'static str) -> Fault {
    let behaviour = Behaviour::Answer(answer.status(status));
    Fault { name, summary, level: Level::Stream, expects: Cause("upstream-error-status"), behaviour }
}
