//! Whom a probe asks: scheme, host, port, and what the request line and `Host` say there.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv6Addr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Host, Url};

use super::slip::slip;
use super::telling;

/// `http` or `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// The port where a URL names none.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    /// As in a URL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Whom a probe asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The scheme.
    pub scheme: Scheme,
    /// A host name, or an address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The request target in origin form: path and query.
    pub target: String,
    /// What `Host` says.
    pub host_field: String,
    /// The name that is asked for in TLS (SNI) and that the certificate must be for, where it is not the host.
    pub server_name: Option<String>,
}

/// Why a URL names nobody whom one could ask.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// It cannot be read at all.
    #[error("'{url}' is no URL: {reason}; write it like http://127.0.0.1:8080/path")]
    Malformed {
        /// As given.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A slip in the scheme.
    #[error("'{url}' has a slip in its scheme; did you mean '{meant}'{}?", host_named(host.as_ref()))]
    Slip {
        /// As given.
        url: String,
        /// What was meant.
        meant: String,
        /// What stands in the scheme's place, where that could name a host as well.
        host: Option<String>,
    },
    /// Another scheme than http and https.
    #[error("why502 speaks http and https, not '{scheme}' (in '{url}')")]
    Scheme {
        /// As given.
        url: String,
        /// The scheme.
        scheme: String,
    },
    /// A number that is a port, and would be taken for an address (`7500` for 0.0.29.76).
    #[error("'{url}' is a port without a host; did you mean 'http://localhost:{meant}'?")]
    PortAlone {
        /// As given.
        url: String,
        /// The port, and what follows it.
        meant: String,
    },
    /// An IPv6 address without its brackets (RFC 3986 section 3.2.2).
    #[error("'{url}' has an IPv6 address without brackets; did you mean '{meant}'?")]
    Brackets {
        /// As given.
        url: String,
        /// What was meant.
        meant: String,
    },
    /// A Unix socket, as nginx writes one.
    #[error(
        "'{url}' is a Unix socket, and connections go over TCP; let something listen at a port for it, such as socat \
         TCP-LISTEN:8080,fork UNIX:/path, and name that"
    )]
    Socket {
        /// As given.
        url: String,
    },
    /// No host.
    #[error("'{url}' names no host; write it like http://127.0.0.1:8080/path")]
    NoHost {
        /// As given.
        url: String,
    },
}

impl Endpoint {
    /// Reads a URL; one without a scheme is taken as http, as curl does. Credentials in it are returned as the
    /// second value (`user:password`, percent-decoded by nobody), because they are a field of the request.
    ///
    /// # Errors
    /// If it is no URL, has another scheme than http and https or a slip in it, or names no host.
    pub fn parse(text: &str) -> Result<(Self, Option<String>), EndpointError> {
        let text = text.trim();
        if let Some(meant) = in_brackets(text) {
            return Err(EndpointError::Brackets { url: shown(text), meant: shown(&meant) });
        }
        if is_socket(text) {
            return Err(EndpointError::Socket { url: shown(text) });
        }
        check_scheme(text)?;
        if let Some(meant) = port_alone(text) {
            return Err(EndpointError::PortAlone { url: shown(text), meant: shown(meant) });
        }
        let shown = || shown(text);
        let full = if has_scheme(text) { text.to_owned() } else { format!("http://{text}") };
        let no_host =
            full.split_once("://").is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('/'));
        if no_host {
            return Err(EndpointError::NoHost { url: shown() });
        }
        let url = Url::parse(&full)
            .map_err(|reason| EndpointError::Malformed { url: shown(), reason: reason.to_string() })?;
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => return Err(EndpointError::Scheme { url: shown(), scheme: other.to_owned() }),
        };
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => return Err(EndpointError::NoHost { url: shown() }),
        };
        let port = url.port().unwrap_or_else(|| scheme.default_port());
        let target =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let credentials = (!url.username().is_empty() || url.password().is_some())
            .then(|| format!("{}:{}", url.username(), url.password().unwrap_or_default()));
        let host_field = authority(&host, port, scheme);
        Ok((Self { scheme, host, port, target, host_field, server_name: None }, credentials))
    }

    /// `host:port` as in a URL; the port only where it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        authority(&self.host, self.port, self.scheme)
    }

    /// `host:port`, whatever the port.
    #[must_use]
    pub fn authority_with_port(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }

    /// The name that is asked for in TLS, or the address that stands for it.
    #[must_use]
    pub fn tls_name(&self) -> &str {
        self.server_name.as_deref().unwrap_or(&self.host).trim_end_matches('.')
    }

    /// The address, if the host is one.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl Display for Endpoint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.name(), self.authority(), self.target)
    }
}

fn authority(host: &str, port: u16, scheme: Scheme) -> String {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    if port == scheme.default_port() { host } else { format!("{host}:{port}") }
}

/// The URL with brackets around its host, where that is an IPv6 address and has none.
fn in_brackets(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    host.parse::<Ipv6Addr>().ok()?;
    Some(format!("{scheme}://[{host}]{path}"))
}

/// Whether it is written as nginx writes Unix sockets: `unix:/run/app.sock`, with or without a scheme in front.
fn is_socket(text: &str) -> bool {
    text.split_once("://").map_or(text, |(_, rest)| rest).starts_with("unix:/")
}

/// Whether it begins with `scheme://`. (`localhost:8080` does not, though a URL parser takes it for a scheme.)
fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// Whether the scheme of a URL, if it has one, is spelt as it should be.
///
/// # Errors
/// If there is a slip in it.
pub fn check_scheme(text: &str) -> Result<(), EndpointError> {
    slip(text).map_or(Ok(()), |slip| {
        let host = slip.host.map(str::to_owned);
        Err(EndpointError::Slip { url: shown(text), meant: shown(&slip.meant), host })
    })
}

/// The port and what follows it, where a URL begins with that: `7500/x`, `:7500`.
fn port_alone(text: &str) -> Option<&str> {
    let text = text.strip_prefix(':').unwrap_or(text);
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    text.get(..end)?.parse::<u16>().ok().map(|_| text)
}

fn host_named(host: Option<&String>) -> String {
    host.map(|host| format!(", or 'http://{host}/' for a host of that name")).unwrap_or_default()
}

/// A URL as it may be shown: without its secrets.
fn shown(text: &str) -> String {
    telling::without_values(&without_credentials(text))
}

fn without_credentials(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|authority| authority.rfind('@')) {
        Some(at) if scheme.is_empty() => format!("***{}", &rest[at..]),
        Some(at) => format!("{scheme}://***{}", &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap().0
    }

    #[test]
    fn a_url_without_scheme_is_taken_as_http() {
        assert_eq!(endpoint("localhost:8080/a?b").to_string(), "http://localhost:8080/a?b");
        assert_eq!(endpoint("example.com").to_string(), "http://example.com/");
    }

    #[test]
    fn a_port_alone_is_told_as_one() {
        for text in ["7500", ":7500", "7500/x"] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains("'http://localhost:7500"), "{error}");
        }
        assert_eq!(endpoint("http://7500/").host, "0.0.29.76");
        assert_eq!(endpoint("2130706433").host, "127.0.0.1");
    }

    #[test]
    fn an_ipv6_literal_keeps_its_brackets_where_it_is_written() {
        let seen = endpoint("https://[::1]:8443/");
        assert_eq!((seen.host.as_str(), seen.host_field.as_str()), ("::1", "[::1]:8443"));
    }

    #[test]
    fn what_names_nobody_is_an_error_that_shows_no_password() {
        for text in [
            "http://",
            "http:///path?token=secret",
            "ftp://user:secret@host/",
            "htp://user:secret@host/p?a=b&reset_token=secret#sso=secret",
            "http://host:99999/;jsessionid=secret",
            "",
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn credentials_are_taken_out() {
        let (seen, credentials) = Endpoint::parse("http://me:pass@host/").unwrap();
        assert_eq!(seen.to_string(), "http://host/");
        assert_eq!(credentials.as_deref(), Some("me:pass"));
    }
}
