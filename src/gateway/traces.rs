//! What a gateway leaves on the responses that go through it, and by what its own error page is known wherever it
//! ends up: what is needed to tell apart the hops of a chain.
//!
//! Measured by a request through each program with a dead upstream (its own error), and by requests through each of
//! them for the own errors of all the others, head and body (versions in `tests/gateways/measured`). Pingora 0.9.1 passes
//! the own errors of all twelve others and of another Pingora on with every field in its place and its letters: it only
//! adds a `Date` where there is none (HAProxy, tinyproxy), writes Envoy's `date` with a capital, and sends a body
//! without a length in chunks. The services that cannot be run are from the documents that their files name.

use crate::http1::{Body, Field, Message, WireBytes};

/// What one gateway leaves.
#[derive(Debug)]
pub struct Traces {
    /// Its name, as in [`super::GATEWAYS`].
    pub gateway: &'static str,
    /// Texts of its own error pages; all of one group stand in one page.
    pages: &'static [&'static [&'static str]],
    /// What comes before its version in such a page.
    version: Option<&'static str>,
    /// The fields of its own error in the order and in the letters in which it writes them; empty where that was not
    /// measured.
    own_fields: &'static [&'static str],
    /// By what it is seen in a response, be it only passed on.
    marks: &'static [Left],
    /// Gateways that pass its own error on without leaving a sure trace: nothing at all, or the order of the fields. Only
    /// of those that were measured: any other may do so too, and nothing is concluded from a gateway's absence here.
    pub hidden_by: &'static [&'static str],
}

/// One thing that a gateway leaves.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// The field.
    pub field: &'static str,
    /// What stands in its value; empty for anything.
    pub part: &'static str,
    /// On what it is left.
    pub on: On,
}

/// On what a gateway leaves a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// On everything: its own errors too.
    All,
    /// On what it passes on, and never on an error of its own.
    Relayed,
}

/// What the gateway of this name leaves.
#[must_use]
pub fn traces(gateway: &str) -> Option<&'static Traces> {
    TRACES.iter().find(|traces| traces.gateway == gateway)
}

/// The gateway whose own error page this body is, whatever the fields beside it.
#[must_use]
pub fn page_of(body: &Body) -> Option<&'static Traces> {
    let stands = |text: &&str| match text.strip_prefix('^') {
        Some(beginning) => body.beginning.0.starts_with(beginning.as_bytes()),
        None => body.beginning.contains(text),
    };
    TRACES.iter().find(|traces| traces.pages.iter().any(|page| page.iter().all(&stands)))
}

impl Traces {
    /// Whether it writes the names of its own fields with capitals.
    #[must_use]
    pub fn writes_capitals(&self) -> bool {
        self.own_fields.iter().any(|name| name.bytes().any(|letter| letter.is_ascii_uppercase()))
    }

    /// The version that its own page names.
    #[must_use]
    pub fn version_in(&self, body: &Body) -> Option<String> {
        let text = String::from_utf8_lossy(&body.beginning.0);
        let (_, after) = text.split_once(self.version?)?;
        let version = after.split(|letter: char| !letter.is_ascii_digit() && letter != '.').next()?;
        Some(version.trim_end_matches('.').to_owned()).filter(|version| !version.is_empty())
    }

    /// The `Date` of the response, where this gateway writes none on its own errors: somebody who passed it on has added
    /// it, as RFC 9110 section 6.6.1 tells a recipient to. `None` where that was not measured.
    #[must_use]
    pub fn added_date<'a>(&self, response: &'a Message) -> Option<&'a Field> {
        let is_date = |name: &str| name.eq_ignore_ascii_case("Date");
        let adds = !self.own_fields.is_empty() && !self.own_fields.iter().any(|name| is_date(name));
        response.fields.iter().find(|field| adds && field.name.eq_ignore_case("Date"))
    }

    /// Whether the fields stand as this gateway itself writes them: those that it writes are in its order, and in its
    /// letters. `None` where that was not measured, or cannot be seen.
    #[must_use]
    pub fn writes_so(&self, response: &Message) -> Option<bool> {
        // HTTP/2 has lower case only, and no order that could be relied on.
        if self.own_fields.is_empty() || response.version.0.starts_with(b"HTTP/2") {
            return None;
        }
        // What HAProxy cannot read it answers before its usual way, with other letters.
        if self.gateway == "haproxy" && response.fields.iter().any(|field| field.name.0 == b"Content-length")
        {
            return None;
        }
        let place = |name: &WireBytes| self.own_fields.iter().position(|known| name.eq_ignore_case(known));
        let known = response.fields.iter().filter_map(|field| Some((place(&field.name)?, &field.name)));
        let mut last = None;
        for (at, name) in known {
            let as_written = self.own_fields.get(at).is_some_and(|own| name.0 == own.as_bytes());
            if !as_written || last.is_some_and(|before| before >= at) {
                return Some(false);
            }
            last = Some(at);
        }
        Some(true)
    }
}

/// Whether these two are one program at heart: what one of them leaves may be the other's.
#[must_use]
pub fn are_kin(one: &str, other: &str) -> bool {
    one == other || FAMILIES.iter().any(|family| family.contains(&one) && family.contains(&other))
}

const FAMILIES: &[&[&str]] = &[
    &["nginx", "openresty", "kong", "apisix", "ingress-nginx"],
    &["envoy", "istio"],
    &["varnish", "fastly"],
];

/// Everything that known gateways left in a response: whose trace, and the index of the field line.
pub fn left_in(response: &Message) -> impl Iterator<Item = (&'static Traces, Left, usize)> {
    response.fields.iter().enumerate().flat_map(|(index, field)| {
        TRACES.iter().flat_map(move |traces| {
            let met = traces.marks.iter().filter(move |mark| {
                field.name.eq_ignore_case(mark.field) && contains(&field.value, mark.part)
            });
            met.map(move |&mark| (traces, mark, index))
        })
    })
}

fn contains(value: &WireBytes, part: &str) -> bool {
    let part = part.as_bytes();
    part.is_empty() || value.0.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

const fn on_all(field: &'static str, part: &'static str) -> Left {
    Left { field, part, on: On::All }
}

const fn on_relayed(field: &'static str, part: &'static str) -> Left {
    Left { field, part, on: On::Relayed }
}

const fn no_page(gateway: &'static str, marks: &'static [Left]) -> Traces {
    Traces { gateway, pages: &[], version: None, own_fields: &[], marks, hidden_by: &[] }
}

/// The relatives of nginx stand before it. `^` is the beginning of a body.
static TRACES: &[Traces] = &[
    no_page("cloudflare", &[on_all("CF-RAY", ""), on_all("Server", "cloudflare")]),
    no_page("cloudfront", &[on_all("X-Amz-Cf-Id", ""), on_all("Via", "(CloudFront)")]),
    no_page("azure-front-door", &[on_all("X-Azure-Ref", "")]),
    no_page("fastly", &[on_all("X-Served-By", "cache-")]),
    no_page("google-load-balancer", &[on_all("Via", "1.1 google")]),
    no_page("aws-api-gateway", &[on_all("x-amz-apigw-id", "")]),
    no_page("heroku", &[on_all("Via", "vegur"), on_all("Via", "heroku-router")]),
    no_page("kong", &[on_relayed("X-Kong-Upstream-Latency", "")]),
    no_page("openresty", &[on_all("Server", "openresty")]),
    Traces {
        gateway: "nginx",
        pages: &[&["<hr><center>nginx", "</center>\r\n</body>\r\n</html>"]],
        version: Some("<hr><center>nginx/"),
        own_fields: &["Server", "Date", "Content-Type", "Content-Length"],
        marks: &[on_all("Server", "nginx")],
        hidden_by: &["nginx", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "pingora",
        // An error of its own has no body, and a response that it passes on no mark.
        pages: &[],
        version: None,
        own_fields: &["Server", "Date", "Content-Length", "Cache-Control"],
        marks: &[],
        // The others leave a mark, most a Server field of their own; or, as HAProxy does, lower the letters by which it
        // is known.
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "haproxy",
        pages: &[
            &[
                "^<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.",
                "\n</body></html>",
            ],
            &[
                "^<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.",
                "\n</body></html>",
            ],
            &[
                "^<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.",
                "\n</body></html>",
            ],
            &[
                "^<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.",
                "\n</body></html>",
            ],
        ],
        version: None,
        own_fields: &["content-length", "cache-control", "content-type"],
        marks: &[],
        // Pingora leaves all else as it is, and adds a Date.
        hidden_by: &["haproxy"],
    },
    Traces {
        gateway: "apache",
        pages: &[&["^<!DOCTYPE HTML PUBLIC", "<html><head>\n<title>", "</title>\n</head><body>\n<h1>"]],
        version: None,
        own_fields: &["Date", "Server", "Content-Length", "Content-Type"],
        marks: &[on_all("Server", "Apache")],
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    // It has no page. Before 2.7 it adds a Server field of its own to what it passes on, later a Via.
    Traces {
        gateway: "caddy",
        pages: &[],
        version: None,
        own_fields: &["Server", "Date", "Content-Length"],
        marks: &[on_all("Server", "Caddy"), on_relayed("Via", "Caddy")],
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "varnish",
        pages: &[&["<h3>Guru Meditation:</h3>", "<p>Varnish cache server</p>"]],
        version: None,
        own_fields: &[
            "Date",
            "Server",
            "Content-Type",
            "Retry-After",
            "X-Varnish",
            "Age",
            "Via",
            "Content-Length",
        ],
        marks: &[on_all("X-Varnish", ""), on_all("Via", "(Varnish/")],
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "squid",
        pages: &[&["<title>ERROR: The requested URL could not be retrieved</title>"]],
        version: Some("(squid/"),
        own_fields: &[
            "Server",
            "Mime-Version",
            "Date",
            "Content-Type",
            "Content-Length",
            "X-Squid-Error",
            "Vary",
            "Content-Language",
            "X-Cache",
            "X-Cache-Lookup",
            "Via",
        ],
        marks: &[on_all("X-Cache-Lookup", ""), on_all("Via", "(squid/")],
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "envoy",
        pages: &[
            &["^upstream connect error or disconnect/reset before headers."],
            &["^no healthy upstream"],
            &["^upstream request timeout"],
        ],
        version: None,
        own_fields: &["content-length", "content-type", "date", "server"],
        marks: &[on_all("server", "envoy"), on_relayed("x-envoy-upstream-service-time", "")],
        hidden_by: &["haproxy", "apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "lighttpd",
        pages: &[&[
            "^<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0",
            "</title>\n </head>\n <body>\n  <h1>",
        ]],
        version: None,
        own_fields: &["Content-Type", "Content-Length", "Date", "Server"],
        marks: &[on_all("Server", "lighttpd")],
        hidden_by: &["lighttpd", "apache", "pingora"],
    },
    Traces {
        gateway: "nghttpx",
        pages: &[&["<footer>nghttpx</footer></body></html>"]],
        version: None,
        own_fields: &["Server", "Content-Length", "Date", "Content-Type"],
        marks: &[on_all("Server", "nghttpx"), on_relayed("Via", "nghttpx")],
        hidden_by: &["apache", "lighttpd", "pingora"],
    },
    // Its page is a word of plain text, which is no mark without the fields beside it.
    Traces {
        gateway: "h2o",
        pages: &[],
        version: None,
        own_fields: &["Date", "Content-Length", "Server", "content-type"],
        marks: &[on_all("Server", "h2o/")],
        hidden_by: &["h2o", "apache", "lighttpd", "pingora"],
    },
    Traces {
        gateway: "tinyproxy",
        pages: &[&["<p><em>Generated by ", "tinyproxy"]],
        version: Some("tinyproxy</a> version "),
        own_fields: &["Server", "Content-Type"],
        marks: &[on_relayed("Via", "(tinyproxy/")],
        // Apache, lighttpd and Pingora leave all else as it is, and add a Date.
        hidden_by: &[],
    },
    Traces {
        gateway: "trafficserver",
        pages: &[&["<BODY BGCOLOR=\"white\" FGCOLOR=\"black\">", "<H1>", "<HR>"]],
        version: None,
        own_fields: &[
            "Date",
            "Server",
            "Cache-Control",
            "Content-Type",
            "Content-Language",
            "Content-Length",
        ],
        marks: &[on_all("Server", "ATS/"), on_all("Via", "(ApacheTrafficServer/")],
        hidden_by: &["trafficserver", "apache", "lighttpd", "pingora"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::by_name;
    use crate::http1::{Asked, Reader, StreamEnd};

    fn read(text: &str) -> (Message, Body) {
        let mut reader = Reader::new(Asked::default());
        reader.push(text.as_bytes());
        let reading = reader.finish(StreamEnd::Fin);
        (reading.response().unwrap().clone(), reading.body)
    }

    const NGINX: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                         Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n";

    #[test]
    fn every_row_is_of_a_gateway_that_is_known() {
        for traces in TRACES {
            assert!(by_name(traces.gateway).is_some(), "{}", traces.gateway);
            assert!(traces.hidden_by.iter().all(|other| by_name(other).is_some()), "{}", traces.gateway);
        }
    }

    #[test]
    fn a_page_is_known_whatever_the_fields_beside_it() {
        let (response, body) = read(&format!("HTTP/1.1 502 x\r\nServer: copied\r\n\r\n{NGINX}"));
        let page = page_of(&body).unwrap();
        assert_eq!((page.gateway, page.version_in(&body).as_deref()), ("nginx", Some("1.22.1")));
        assert_eq!(left_in(&response).count(), 0);
    }

    #[test]
    fn another_order_or_other_letters_are_not_the_gateways_own() {
        let nginx = traces("nginx").unwrap();
        let so = |fields: &str| nginx.writes_so(&read(&format!("HTTP/1.1 502 x\r\n{fields}\r\n{NGINX}")).0);
        assert_eq!(so("Server: nginx\r\nDate: x\r\nContent-Type: text/html\r\n"), Some(true));
        assert_eq!(so("Server: nginx\r\nDate: x\r\nX-Added: 1\r\nContent-Type: text/html\r\n"), Some(true));
        assert_eq!(so("Date: x\r\nServer: nginx\r\nContent-Type: text/html\r\n"), Some(false));
        assert_eq!(so("server: nginx\r\ndate: x\r\n"), Some(false));
    }

    #[test]
    fn a_trace_names_its_gateway_and_its_place() {
        let (response, _) = read("HTTP/1.1 502 x\r\nX-Varnish: 3\r\nVia: 1.1 varnish (Varnish/7.1)\r\n\r\n");
        let left: Vec<_> = left_in(&response).map(|(traces, _, index)| (traces.gateway, index)).collect();
        assert_eq!(left, [("varnish", 0), ("varnish", 1)]);
    }
}
