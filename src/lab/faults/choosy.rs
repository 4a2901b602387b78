//! Upstreams that only some requests trouble: the second on a connection, every third, one in HTTP/1.0, one with a field
//! that gateways add, one with a body, one for another host.
//!
//! A plain GET in HTTP/1.1 on a fresh connection finds nothing here, and that is what these rows expect. A gateway
//! that pools connections, asks in HTTP/1.0, adds that field or passes an upload on meets the fault. (Only the host is
//! the other way round: who asks the lab by its own address meets that fault.)

use super::{Behaviour, Expects, Fault, Level, Step};
use Step::{Fin, Freeze, Reset, Stall, Write};

pub(super) const FAULTS: &[Fault] = &[
    choosy(
        "ka-fin-second",
        "Closes a kept-alive connection at its second request.",
        Behaviour::Reuse(&[Fin]),
    ),
    choosy(
        "ka-rst-second",
        "Resets a kept-alive connection at its second request.",
        Behaviour::Reuse(&[Reset]),
    ),
    choosy(
        "ka-hang-second",
        "Leaves the second request of a connection without an answer.",
        Behaviour::Reuse(&[Stall]),
    ),
    choosy(
        "ka-fin-unannounced",
        "Answers, then closes the connection without having said so.",
        Behaviour::Script(&[
            Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"),
            Fin,
        ]),
    ),
    choosy("flapping", "Resets the connection at every third request.", Behaviour::EveryThird(&[Reset])),
    choosy(
        "http10-426",
        "Answers HTTP/1.0 with 426 Upgrade Required.",
        Behaviour::RefuseHttp10(&[
            Write(
                b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: HTTP/1.1\r\nConnection: Upgrade, close\r\n\
                    Content-Length: 0\r\n\r\n",
            ),
            Fin,
        ]),
    ),
    choosy("http10-drop", "Closes on HTTP/1.0 without a byte.", Behaviour::RefuseHttp10(&[Fin])),
    choosy(
        "xff-rst",
        "Resets the connection where X-Forwarded-For is there.",
        Behaviour::RefuseField("x-forwarded-for", &[Reset]),
    ),
    choosy("via-fin", "Closes without a byte where Via is there.", Behaviour::RefuseField("via", &[Fin])),
    Fault {
        expects: Expects::Cause("upstream-reset-before-response"),
        ..choosy(
            "host-rst",
            "Resets the connection unless Host is shop.example.com.",
            Behaviour::ServeOnly("shop.example.com", &[Reset]),
        )
    },
    choosy(
        "upload-rst",
        "Resets the connection before an upload is read.",
        Behaviour::RefuseUpload(&[Reset]),
    ),
    choosy(
        "upload-stall",
        "Leaves an upload unread (what fits into the socket's buffers still goes).",
        Behaviour::RefuseUpload(&[Freeze]),
    ),
    choosy(
        "early-413",
        "Answers an upload with 413 before it is read, then resets the connection.",
        Behaviour::RefuseUpload(&[
            Write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            Reset,
        ]),
    ),
];

const fn choosy(name: &'static str, summary: &'static str, behaviour: Behaviour) -> Fault {
    Fault { name, summary, level: Level::Stream, expects: Expects::Healthy, behaviour }
}
