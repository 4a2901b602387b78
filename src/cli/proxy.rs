//! `--proxy`, `--proxy-user` and `--proxy-header`: the forward proxy that the request goes through.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::encoding::basic;
use super::{request, typed};
use crate::error::Error;
use crate::http1::WireBytes;
use crate::plan::{self, Endpoint, HttpVersion, Proxy, Scheme};

const OPTION: &str = "--proxy";

/// The proxy that the options mean; an empty `--proxy` means none, as in curl.
pub(super) fn proxy(typed: &typed::Connection, matches: &ArgMatches) -> Result<Option<Proxy>, Error> {
    let Some(text) = typed.proxy.as_deref().filter(|text| !text.is_empty()) else {
        return without_proxy(matches);
    };
    let Some(text) = text.to_str() else {
        return Err(Error::argument(OPTION, "this is not UTF-8; write it like http://proxy.example:3128"));
    };
    plan::endpoint::check_scheme(text.trim()).map_err(|error| Error::argument(OPTION, error.to_string()))?;
    let (scheme, authority) = parts(text.trim());
    check_scheme(scheme)?;
    let (endpoint, url_credentials) = Endpoint::parse(&format!("http://{authority}"))
        .map_err(|error| Error::argument(OPTION, error.to_string()))?;
    if !names_a_port(authority) {
        let reason = format!(
            "no port is named, and proxies have no usual one (curl takes 1080); write it like http://{}:3128",
            endpoint.authority()
        );
        return Err(Error::argument(OPTION, reason));
    }
    let mut fields = request::proxy_fields(&typed.proxy_header)?;
    let credentials =
        request::credentials("--proxy-user", typed.proxy_user.as_deref(), url_credentials.as_deref())?;
    let is_given = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
    if let Some(credentials) = credentials.filter(|_| !is_given) {
        fields.insert(0, ("Proxy-Authorization".to_owned(), WireBytes(basic(&credentials))));
    }
    Ok(Some(Proxy { endpoint, fields }))
}

/// What is for a proxy needs one. (The environment may well have it, for those runs that have a proxy.)
fn without_proxy(matches: &ArgMatches) -> Result<Option<Proxy>, Error> {
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    for (id, option) in [("proxy_user", "--proxy-user"), ("proxy_header", "--proxy-header")] {
        if typed(id) && !typed("proxy") {
            return Err(Error::argument(option, "there is no proxy to send it to; name it with --proxy"));
        }
    }
    Ok(None)
}

/// HTTP/2 goes through a tunnel, and a plain URL gets none.
pub(super) fn check_version(scheme: Scheme, version: HttpVersion) -> Result<(), Error> {
    if scheme == Scheme::Http && version == HttpVersion::Http2 {
        let reason = "HTTP/2 goes through a proxy only inside the tunnel of an https URL; \
                      leave --http2 out, or ask for https";
        return Err(Error::argument(OPTION, reason));
    }
    Ok(())
}

/// Scheme, and authority without path and query.
fn parts(text: &str) -> (&str, &str) {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    (scheme, rest.split(['/', '?', '#']).next().unwrap_or_default())
}

fn check_scheme(scheme: &str) -> Result<(), Error> {
    let scheme = scheme.to_ascii_lowercase();
    let reason = match scheme.as_str() {
        "http" => return Ok(()),
        "https" => {
            "TLS to the proxy itself is not supported; https URLs are asked for inside the tunnel of an http:// proxy"
                .to_owned()
        }
        "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => format!(
            "'{scheme}' is no HTTP proxy: it passes connections on and answers no 502; \
             write it like http://proxy.example:3128"
        ),
        _ => format!("'{}' is no kind of proxy; write it like http://proxy.example:3128", scheme.escape_debug()),
    };
    Err(Error::argument(OPTION, reason))
}

fn names_a_port(authority: &str) -> bool {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty())
}
