//! The request: the same for every route, but for the place that it is sent to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Endpoint;
use crate::http1::{Asked, WireBytes};

/// The version of HTTP that a request is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum HttpVersion {
    /// HTTP/1.0 (RFC 1945).
    #[serde(rename = "HTTP/1.0")]
    Http10,
    /// HTTP/1.1 (RFC 9112).
    #[serde(rename = "HTTP/1.1")]
    Http11,
    /// HTTP/2 (RFC 9113).
    #[serde(rename = "HTTP/2")]
    Http2,
}

impl HttpVersion {
    /// As it stands in a request line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// A request without its target and `Host`, which are the [`Endpoint`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method: a token.
    pub method: String,
    /// The version.
    pub version: HttpVersion,
    /// The fields in their order, without `Host` and without `Content-Length`: names are tokens, values are
    /// free of line ends.
    pub fields: Vec<(String, WireBytes)>,
    /// The content.
    pub body: Vec<u8>,
}

impl Request {
    /// A GET in HTTP/1.1 without fields of its own.
    #[must_use]
    pub fn get() -> Self {
        Self { method: "GET".to_owned(), version: HttpVersion::Http11, fields: Vec::new(), body: Vec::new() }
    }

    /// Sets a field, in the place of any of the same name.
    pub fn set_field(&mut self, name: &str, value: &str) {
        self.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.fields.push((name.to_owned(), WireBytes::from(value)));
    }

    /// Whether it carries a field.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// What the reader of the response must know.
    #[must_use]
    pub fn asked(&self) -> Asked {
        Asked { method: self.method.clone(), upgrade: self.has_field("upgrade") }
    }

    /// The request as HTTP/1.x bytes (RFC 9112 section 3): request line, `Host` first, the fields,
    /// `Content-Length` where there is content or the method expects some, and the content.
    #[must_use]
    pub fn to_bytes(&self, endpoint: &Endpoint) -> Vec<u8> {
        let version = match self.version {
            HttpVersion::Http10 => HttpVersion::Http10,
            HttpVersion::Http11 | HttpVersion::Http2 => HttpVersion::Http11,
        };
        let mut bytes = Vec::with_capacity(256 + self.body.len());
        let mut line = |parts: &[&[u8]]| {
            bytes.extend(parts.concat());
            bytes.extend_from_slice(b"\r\n");
        };
        line(&[self.method.as_bytes(), b" ", endpoint.target.as_bytes(), b" ", version.name().as_bytes()]);
        line(&[b"Host: ", endpoint.host_field.as_bytes()]);
        for (name, value) in &self.fields {
            line(&[name.as_bytes(), b": ", &value.0]);
        }
        // RFC 9110 section 8.6: a user agent SHOULD send it where the method anticipates content.
        let anticipates = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if !self.has_field("transfer-encoding") && (!self.body.is_empty() || anticipates) {
            line(&[b"Content-Length: ", self.body.len().to_string().as_bytes()]);
        }
        line(&[]);
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
