//! Upstreams that speak something else than HTTP/1.x.

use super::{Behaviour, Expects, Fault, Level, Step, script};
use Expects::Cause;
use Step::{Fin, Write};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "h2-only",
        summary: "Speaks HTTP/2 only (on its own port also rightly, to those who begin with its preface).",
        level: Level::Stream,
        expects: Cause("http2-only-upstream"),
        behaviour: Behaviour::Http2,
    },
    other(
        "ssh-banner",
        "Greets as an SSH server.",
        &[Write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nInvalid SSH identification string.\r\n"), Fin],
    ),
    other(
        "smtp",
        "Greets as a mail server.",
        &[
            Write(b"220 mail.example ESMTP Postfix\r\n221 2.7.0 Error: I can break rules, too. Goodbye.\r\n"),
            Fin,
        ],
    ),
    other(
        "ftp",
        "Greets as an FTP server.",
        &[Write(b"220 (vsFTPd 3.0.3)\r\n530 Please login with USER and PASS.\r\n"), Fin],
    ),
    other(
        "mysql",
        "Greets as a MySQL server.",
        // A packet of 74 bytes: protocol 10, version, connection id, salt, capabilities, plugin.
        &[
            Write(
                b"\x4a\0\0\0\x0a8.0.36\0\x0b\0\0\0abcdefgh\0\xff\xff\xff\x02\0\xff\xdf\x15\
                    \0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0caching_sha2_password\0",
            ),
            Fin,
        ],
    ),
    other(
        "postgres",
        "Answers with an error of the PostgreSQL protocol.",
        &[Write(b"E\0\0\0\x45SFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol 18245.21536\0\0"), Fin],
    ),
    other(
        "redis",
        "Answers with an error of the Redis protocol.",
        &[Write(b"-ERR wrong number of arguments for 'get' command\r\n"), Fin],
    ),
    other(
        "fastcgi",
        "Answers with a FastCGI record, FCGI_UNKNOWN_TYPE.",
        &[Write(b"\x01\x0b\0\0\0\x08\0\0\x47\0\0\0\0\0\0\0"), Fin],
    ),
    script(
        "tls-alert",
        "Answers plain HTTP with a TLS alert.",
        Cause("plain-to-tls-port"),
        &[Write(b"\x15\x03\x03\0\x02\x02\x0a"), Fin],
    ),
    script(
        "tls-record",
        "Answers plain HTTP with a TLS record that is no alert.",
        Cause("plain-to-tls-port"),
        // The first bytes of a ServerHello.
        &[
            Write(b"\x16\x03\x03\0\x2c\x02\0\0\x28\x03\x03WHY502-LAB-RANDOM-WHY502-LAB-RAN\0\x13\x01\0\0\0"),
            Fin,
        ],
    ),
    other(
        "http09",
        "Sends a page without a head, as HTTP/0.9 did.",
        &[Write(b"<html><body><h1>It works!</h1></body></html>\n"), Fin],
    ),
    other(
        "garbage",
        "Sends bytes that belong to no protocol.",
        &[Write(b"\x8f\x02\xd1\x5b\x00\xff\xa7\x3c\r\n\x99\x10\xee\x61\x0b\xc4\r\n\r\n\x77\x2a"), Fin],
    ),
];

const fn other(name: &'static str, summary: &'static str, steps: &'static [Step]) -> Fault {
    script(name, summary, Cause("other-protocol"), steps)
}
