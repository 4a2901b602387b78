//! Fields of a response that a gateway takes for orders, and does not pass on: no defect, and yet its client gets
//! something else.
//!
//! Measured with nginx 1.22.1: with `X-Accel-Redirect` it drops the response and answers with what its own location for
//! that path gives, 500 for a named one that it has not (and for a redirection that leads back to the field, after ten).
//! lighttpd 1.4.69, Apache httpd 2.4.71, h2o 2.2.5 and the others passed `X-Sendfile`, `X-Accel-*` and `X-Reproxy-URL` on
//! as they are by default.

/// Such a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obeyed {
    /// Its name.
    pub field: &'static str,
    /// What the gateway does, as the predicate of a sentence.
    pub does: &'static str,
    /// What becomes of the response.
    pub response: Obeying,
    /// The directive that makes it take no notice.
    pub unless: &'static str,
}

/// What becomes of a response whose field is obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obeying {
    /// Another takes its place.
    Replaced,
    /// It takes longer to come.
    Slower,
    /// Its client gets it all the same.
    Passes,
}

/// What the gateway of this name obeys.
#[must_use]
pub fn obeys(gateway: &str) -> &'static [Obeyed] {
    if gateway == "nginx" { NGINX } else { &[] }
}

const NGINX: &[Obeyed] = &[
    Obeyed {
        field: "X-Accel-Redirect",
        does: "drops a response with this field, and answers with what its own location for that path gives",
        response: Obeying::Replaced,
        unless: "proxy_ignore_headers X-Accel-Redirect",
    },
    // Measured with `X-Accel-Limit-Rate: 1`: seven bytes of the head came in 7 s.
    Obeyed {
        field: "X-Accel-Limit-Rate",
        does: "sends the response no faster than this field says, in bytes a second",
        response: Obeying::Slower,
        unless: "proxy_ignore_headers X-Accel-Limit-Rate",
    },
    Obeyed {
        field: "X-Accel-Buffering",
        does: "takes from this field whether it buffers the response, and passes the rest on",
        response: Obeying::Passes,
        unless: "proxy_ignore_headers X-Accel-Buffering",
    },
    Obeyed {
        field: "X-Accel-Expires",
        does: "takes from this field for how long its cache may keep the response, and passes the rest on",
        response: Obeying::Passes,
        unless: "proxy_ignore_headers X-Accel-Expires",
    },
    Obeyed {
        field: "X-Accel-Charset",
        does: "takes the charset of the response from this field, and passes the rest on",
        response: Obeying::Passes,
        unless: "proxy_ignore_headers X-Accel-Charset",
    },
];
