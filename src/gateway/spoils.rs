//! Valid things in a response that gateways spoil.
//!
//! Measured with the versions named here, with the defaults of each, one response at a time; the limits are bisected with
//! a response that comes in one piece. Where the head had been passed on before the gateway comes upon the thing, its
//! client gets a response that is cut short instead of an error.

use super::{Spoiled, Spoiling};
use crate::tolerance::Treatment::{self, Closes, Cuts, Passes, Raw, Refuses};

const fn with(
    measured_with: &'static str,
    what: Spoiled,
    treatments: &'static [Treatment],
    sentence: &'static str,
) -> Spoiling {
    Spoiling { what, treatments, sentence, config: "", measured_with }
}

pub(super) const NGINX: &[Spoiling] = &[
    Spoiling {
        what: Spoiled::Interim,
        treatments: &[Closes],
        sentence: "it takes the interim response for the final one, and what follows for its body: where the upstream \
                   closes the connection then, its client gets all of it as it is, and else the interim response alone, \
                   until the read timeout. Asked in HTTP/1.0, as by default, no upstream should send one.",
        config: "# remove: proxy_http_version 1.1;",
        measured_with: "nginx 1.22.1",
    },
    // Of a body without a length its client gets an empty one.
    Spoiling {
        what: Spoiled::HeadOf(4096),
        treatments: &[Cuts],
        sentence: "where the head is exactly as large as proxy_buffer_size, the body that came with it is lost.",
        config: "proxy_buffer_size 8k;",
        measured_with: "nginx 1.22.1",
    },
];

pub(super) const HAPROXY: &[Spoiling] = &[
    haproxy(Spoiled::LongFieldName(255), "it takes names of 255 bytes at the most, and answers 502."),
    haproxy(Spoiled::LargeChunkExtensions(16_320), "the line has to fit into tune.bufsize: it answers 502."),
    haproxy(Spoiled::LargeTrailer(16_318), "trailer fields have to fit into tune.bufsize: it answers 502."),
    haproxy(
        Spoiled::ManyTrailers(100),
        "it takes 100 trailer fields at the most (tune.http.maxhdr), and answers 502.",
    ),
    haproxy(Spoiled::EmptyFirstCoding, "it takes no empty element before `chunked`, and answers 502."),
];

const fn haproxy(what: Spoiled, sentence: &'static str) -> Spoiling {
    with("HAProxy 2.6.12", what, &[Refuses(502), Cuts], sentence)
}

pub(super) const APACHE: &[Spoiling] = &[
    apache(
        Spoiled::LongStatusLine(8192),
        &[Refuses(502)],
        "it takes a status line of 8192 bytes at the most (responsefieldsize), and answers 502.",
    ),
    apache(
        Spoiled::LargeChunkExtensions(8190),
        &[Refuses(502), Cuts],
        "it takes chunk extensions in a line of 8190 bytes at the most, and answers 502.",
    ),
    apache(
        Spoiled::LargeTrailer(8193),
        &[Cuts],
        "it takes trailer fields of 8193 bytes at the most, and cuts the response.",
    ),
    apache(
        Spoiled::ManyTrailers(100),
        &[Cuts],
        "it takes 100 trailer fields at the most (LimitRequestFields), and cuts the response.",
    ),
    apache(
        Spoiled::ManyInterim(9),
        &[Refuses(502)],
        "it takes 9 interim responses at the most, and answers 502.",
    ),
];

const fn apache(what: Spoiled, treatments: &'static [Treatment], sentence: &'static str) -> Spoiling {
    with("Apache httpd 2.4.71", what, treatments, sentence)
}

pub(super) const CADDY: &[Spoiling] = &[
    caddy(
        Spoiled::LargeChunkExtensions(4095),
        "it takes chunk extensions in a line of 4095 bytes at the most, and ends the response there as if it were whole.",
    ),
    caddy(
        Spoiled::LongChunkSize(16),
        "it takes chunk sizes of 16 digits at the most, and ends the response there as if it were whole.",
    ),
    caddy(
        Spoiled::SpaceBeforeChunkExtensions,
        "it takes no white space between a chunk size and its extensions, and ends the response there as if it were whole.",
    ),
    with(
        "Caddy 2.6.2",
        Spoiled::ManyInterim(5),
        &[Refuses(502)],
        "it takes 5 interim responses at the most, and answers 502.",
    ),
    with(
        "Caddy 2.6.2",
        Spoiled::PartOfGzip,
        &[Passes, Cuts],
        "where its client has sent no Accept-Encoding it asks for gzip itself and undoes it, which it cannot with a part: \
         the content is lost.",
    ),
    with("Caddy 2.6.2", Spoiled::EmptyCoding, &[Refuses(502)], "it takes `chunked` alone, and answers 502."),
];

/// It ends the response in order, so nobody notices that the body is cut.
const fn caddy(what: Spoiled, sentence: &'static str) -> Spoiling {
    with("Caddy 2.6.2", what, &[Cuts], sentence)
}

pub(super) const VARNISH: &[Spoiling] = &[
    varnish(
        Spoiled::Interim,
        &[Refuses(503), Cuts],
        "it takes an interim response for the final one, and answers 503 (`Body cannot be fetched`).",
    ),
    varnish(
        Spoiled::Trailers,
        &[Cuts, Refuses(503)],
        "it knows no trailer fields, and answers 503 or cuts the response (`chunked tail no NL`).",
    ),
    varnish(
        Spoiled::ChunkExtensions,
        &[Refuses(503), Cuts],
        "it knows no chunk extensions, and answers 503 or cuts the response (`chunked header no NL`).",
    ),
    varnish(
        Spoiled::SeveralGzipMembers,
        &[Refuses(503), Cuts],
        "it takes gzip of one member with nothing behind it, and answers 503 or cuts the response (`Invalid Gzip data`).",
    ),
    varnish(Spoiled::EmptyCoding, &[Refuses(503)], "it takes `chunked` alone, and answers 503."),
    varnish(
        Spoiled::UnaskedRange,
        &[Refuses(503)],
        "it takes Content-Range only where it has asked for a range, and answers 503.",
    ),
    varnish(
        Spoiled::UnaskedNotModified,
        &[Passes, Refuses(503)],
        "it answers 503, unless it is told to pass the request by its cache: then it passes the 304 on.",
    ),
];

const fn varnish(what: Spoiled, treatments: &'static [Treatment], sentence: &'static str) -> Spoiling {
    with("Varnish 7.1.1", what, treatments, sentence)
}

pub(super) const H2O: &[Spoiling] = &[
    h2o(
        Spoiled::CodingInCapitals,
        &[Closes, Refuses(502)],
        "it knows `chunked` in small letters only, and crashes, or answers 502 where the upstream closes the \
         connection.",
    ),
    h2o(
        Spoiled::SpaceAfterFraming,
        &[Closes],
        "it takes the white space for a part of the value, and crashes.",
    ),
    h2o(Spoiled::EmptyCoding, &[Closes], "it takes `chunked` alone, and crashes."),
    h2o(Spoiled::LongContentLength(19), &[Closes], "it takes lengths of 19 digits at the most, and crashes."),
    h2o(
        Spoiled::LongChunkSize(16),
        &[Cuts],
        "it takes chunk sizes of 16 digits at the most, and cuts the response.",
    ),
];

const fn h2o(what: Spoiled, treatments: &'static [Treatment], sentence: &'static str) -> Spoiling {
    with("h2o 2.2.5", what, treatments, sentence)
}

/// What those that are strict about the version do.
const VERSION: &str = "it takes no other version than HTTP/1.0 and HTTP/1.1, and answers 502.";

pub(super) const NGHTTPX: &[Spoiling] = &[
    with("nghttpx 1.52.0", Spoiled::MinorVersion, &[Refuses(502)], VERSION),
    with(
        "nghttpx 1.52.0",
        Spoiled::LargeTrailer(65_494),
        &[Closes],
        "it takes trailer fields of 65494 bytes at the most, and closes its client's connection.",
    ),
    nghttpx(
        Spoiled::ManyFieldsAndTrailers(500),
        &[Closes],
        "it takes 500 fields and trailer fields together (max-response-header-fields), and closes its client's connection.",
    ),
    nghttpx(
        Spoiled::SpaceAmongChunkExtensions,
        &[Closes],
        "it takes no white space among chunk extensions, and closes its client's connection.",
    ),
    nghttpx(
        Spoiled::SeveralChunkValues,
        &[Closes],
        "it takes one chunk extension with a value at the most, and closes its client's connection.",
    ),
    nghttpx(
        Spoiled::TabAfterFraming,
        &[Refuses(502)],
        "it takes the tab for a part of the value: it answers 502 for a length, and of `chunked` it passes the chunk \
         lines on as content.",
    ),
];

const fn nghttpx(what: Spoiled, treatments: &'static [Treatment], sentence: &'static str) -> Spoiling {
    with("nghttpx 1.52.0", what, treatments, sentence)
}

pub(super) const LIGHTTPD: &[Spoiling] = &[
    with("lighttpd 1.4.69", Spoiled::MinorVersion, &[Refuses(502)], VERSION),
    // Whether it does depends on how the line comes in.
    with(
        "lighttpd 1.4.69",
        Spoiled::LargeChunkExtensions(1024),
        &[Passes, Cuts],
        "where a line of more than 1024 bytes does not come in one piece (which is read at 8 kB at a time, head and all), \
         it ends the response there as if it were whole.",
    ),
    with(
        "lighttpd 1.4.69",
        Spoiled::TrailerNamed("Transfer-Encoding"),
        &[Cuts],
        "it takes the trailer field for one of its own head, and its client cannot read the response.",
    ),
    with("lighttpd 1.4.69", Spoiled::ContentOf205, &[Cuts], "it drops the content."),
];

pub(super) const TRAFFIC_SERVER: &[Spoiling] = &[
    with(
        "Traffic Server 9.2.9",
        Spoiled::OtherInterim,
        &[Cuts],
        "it knows 100 and 103 only, takes any other interim response for the final one, and leaves its client waiting.",
    ),
    with(
        "Traffic Server 9.2.9",
        Spoiled::EmptyCoding,
        &[Refuses(400)],
        "it takes `chunked` alone, and answers 400 as if the request were wrong.",
    ),
];

pub(super) const TINYPROXY: &[Spoiling] = &[with(
    "tinyproxy 1.11.1",
    Spoiled::ConnectionNames("Transfer-Encoding"),
    &[Raw],
    "it drops the field and leaves the content chunked: its client gets the chunk lines as content.",
)];

pub(super) const PINGORA: &[Spoiling] = &[
    with("Pingora 0.9.1", Spoiled::MinorVersion, &[Refuses(502)], VERSION),
    pingora(
        Spoiled::LongChunkSize(16),
        "it takes chunk sizes of 16 digits at the most, and cuts the response.",
    ),
    pingora(
        Spoiled::LargeChunkExtensions(65_536),
        "it takes chunk extensions in a line of 65536 bytes at the most, and cuts the response.",
    ),
    pingora(
        Spoiled::LargeTrailer(65_536),
        "it takes trailer fields of 65536 bytes at the most, and cuts the response.",
    ),
];

const fn pingora(what: Spoiled, sentence: &'static str) -> Spoiling {
    with("Pingora 0.9.1", what, &[Cuts], sentence)
}

pub(super) const ENVOY: &[Spoiling] = &[
    with(
        "Envoy 1.40.0",
        Spoiled::LargeTrailer(81_918),
        &[Cuts],
        "it takes trailer fields of 81918 bytes at the most (max_response_headers_kb), and cuts the response.",
    ),
    with("Envoy 1.40.0", Spoiled::EmptyCoding, &[Refuses(502)], "it takes `chunked` alone, and answers 502."),
];

pub(super) const SQUID: &[Spoiling] = &[
    squid(
        Spoiled::LargeChunkExtensions(65_464),
        "it takes chunk extensions in a line of about 65464 bytes at the most, and cuts the response.",
    ),
    squid(
        Spoiled::LargeTrailer(65_435),
        "it takes trailer fields of about 65435 bytes at the most, and cuts the response.",
    ),
    squid(
        Spoiled::ConnectionNames("Content-Length"),
        "it drops the length: its client cannot tell where the response ends, and waits.",
    ),
    with("Squid 5.7", Spoiled::EmptyCoding, &[Refuses(502)], "it takes `chunked` alone, and answers 502."),
];

const fn squid(what: Spoiled, sentence: &'static str) -> Spoiling {
    with("Squid 5.7", what, &[Cuts], sentence)
}
