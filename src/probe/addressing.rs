//! `--connect-to` and `--resolve`, with curl's meaning: they change where one connects, never what one asks.

use std::net::SocketAddr;

use crate::plan::{Addressing, Endpoint};

/// The host and port to connect to, after `--connect-to`. The first entry that fits decides.
pub(super) fn destination<'a>(addressing: &'a Addressing, endpoint: &'a Endpoint) -> (&'a str, u16) {
    let fits = addressing.connect_to.iter().find(|entry| {
        entry.host.as_ref().is_none_or(|host| host.eq_ignore_ascii_case(&endpoint.host))
            && entry.port.is_none_or(|port| port == endpoint.port)
    });
    fits.map_or((&endpoint.host, endpoint.port), |entry| {
        (entry.to_host.as_deref().unwrap_or(&endpoint.host), entry.to_port.unwrap_or(endpoint.port))
    })
}

/// The addresses that `--resolve` gives for a host and port.
pub(super) fn overridden(addressing: &Addressing, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
    let fits = |entry: &&crate::plan::ResolveEntry| {
        entry.port == port && (entry.host == "*" || entry.host.eq_ignore_ascii_case(host))
    };
    let entry = addressing.resolve.iter().find(fits)?;
    Some(entry.addresses.iter().map(|&address| SocketAddr::new(address, port)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ConnectToEntry, ResolveEntry};

    fn endpoint() -> Endpoint {
        Endpoint::parse("http://shop.example:8080/").unwrap().0
    }

    fn connect_to(host: Option<&str>, port: Option<u16>, to_host: Option<&str>) -> ConnectToEntry {
        ConnectToEntry {
            host: host.map(str::to_owned),
            port,
            to_host: to_host.map(str::to_owned),
            to_port: None,
        }
    }

    #[test]
    fn an_empty_part_of_connect_to_matches_or_keeps_anything() {
        let addressing = Addressing {
            connect_to: vec![
                connect_to(Some("other"), None, Some("wrong")),
                connect_to(None, Some(8080), Some("::1")),
            ],
            ..Addressing::default()
        };
        assert_eq!(destination(&addressing, &endpoint()), ("::1", 8080));
        assert_eq!(destination(&Addressing::default(), &endpoint()), ("shop.example", 8080));
    }

    #[test]
    fn a_star_resolves_every_name_of_its_port() {
        let entry =
            ResolveEntry { host: "*".to_owned(), port: 80, addresses: vec!["127.0.0.1".parse().unwrap()] };
        let addressing = Addressing { resolve: vec![entry], ..Addressing::default() };
        assert_eq!(overridden(&addressing, "any", 80), Some(vec!["127.0.0.1:80".parse().unwrap()]));
        assert_eq!(overridden(&addressing, "any", 81), None);
    }
}
