//! `--resolve`, `--connect-to`, `-4` and `-6`: where connections really go.

use std::net::IpAddr;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::typed::Whom;
use crate::error::Error;
use crate::plan::{Addressing, ConnectToEntry, Family, ResolveEntry};

/// What the options of a connection mean for where it goes.
pub(super) fn addressing(typed: &Whom, matches: &ArgMatches) -> Result<Addressing, Error> {
    Ok(Addressing {
        family: family(matches)?,
        resolve: typed.resolve.iter().map(|text| resolve(text)).collect::<Result<_, _>>()?,
        connect_to: typed.connect_to.iter().map(|text| connect_to(text)).collect::<Result<_, _>>()?,
        proxy: None,
    })
}

/// `-4` or `-6`; the command line goes before the environment.
fn family(matches: &ArgMatches) -> Result<Option<Family>, Error> {
    for source in [ValueSource::CommandLine, ValueSource::EnvVariable] {
        let says = |id| matches.get_flag(id) && matches.value_source(id) == Some(source);
        match (says("ipv4"), says("ipv6")) {
            (true, true) => {
                let reason = "IPv4 alone and IPv6 alone leave no address; leave one of the two out, or both";
                return Err(Error::argument("-4 and -6", reason));
            }
            (true, false) => return Ok(Some(Family::V4)),
            (false, true) => return Ok(Some(Family::V6)),
            (false, false) => {}
        }
    }
    Ok(None)
}

/// `HOST:PORT:ADDR[,ADDR]`, with brackets around IPv6 addresses as curl wants them, or without.
fn resolve(text: &str) -> Result<ResolveEntry, Error> {
    // curl's mark for an entry that may be forgotten; none is, here.
    let entry = text.strip_prefix('+').unwrap_or(text);
    let parsed = part(entry).and_then(|(host, rest)| {
        let (port, addresses) = rest.split_once(':')?;
        let addresses = addresses.split(',').map(address).collect::<Option<Vec<_>>>()?;
        (!host.is_empty())
            .then(|| Some(ResolveEntry { host: host.to_owned(), port: port.parse().ok()?, addresses }))?
    });
    parsed.ok_or_else(|| {
        let reason = format!(
            "'{}' is not HOST:PORT:ADDR[,ADDR]; write it like shop.example.com:443:10.0.3.7",
            text.escape_debug()
        );
        Error::argument("--resolve", reason)
    })
}

/// `HOST1:PORT1:HOST2:PORT2`; each part may be empty.
fn connect_to(text: &str) -> Result<ConnectToEntry, Error> {
    let parsed = part(text).and_then(|(host, rest)| {
        let (from_port, rest) = rest.split_once(':')?;
        let (to_host, to_port) = part(rest)?;
        let name = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(ConnectToEntry {
            host: name(host),
            port: port(from_port)?,
            to_host: name(to_host),
            to_port: port(to_port)?,
        })
    });
    parsed.ok_or_else(|| {
        let reason = format!(
            "'{}' is not HOST1:PORT1:HOST2:PORT2; write it like shop.example.com:443:10.0.3.7:8443",
            text.escape_debug()
        );
        Error::argument("--connect-to", reason)
    })
}

/// A host, in brackets if it has colons of its own, and what stands behind the colon after it.
fn part(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:"),
        None => text.split_once(':'),
    }
}

#[expect(
    clippy::option_option,
    reason = "no port at all is a third thing beside a wrong one and a right one"
)]
fn port(text: &str) -> Option<Option<u16>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

fn address(text: &str) -> Option<IpAddr> {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolve_takes_several_addresses_of_both_families() {
        let entry = resolve("shop.example.com:443:10.0.3.7,[::1],::2").unwrap();
        assert_eq!((entry.host.as_str(), entry.port), ("shop.example.com", 443));
        assert_eq!(entry.addresses.len(), 3);
        assert_eq!(resolve("+*:80:127.0.0.1").unwrap().host, "*");
    }

    #[test]
    fn connect_to_keeps_what_is_left_empty() {
        let entry = connect_to("::[::1]:8443").unwrap();
        assert_eq!(
            entry,
            ConnectToEntry { host: None, port: None, to_host: Some("::1".to_owned()), to_port: Some(8443) }
        );
        let entry = connect_to("shop.example.com:443::").unwrap();
        assert_eq!((entry.host.as_deref(), entry.port), (Some("shop.example.com"), Some(443)));
        assert_eq!((entry.to_host, entry.to_port), (None, None));
    }

    #[test]
    fn what_is_not_complete_is_refused() {
        for text in
            ["", "host", "host:80", "host:80:", "host:99999:10.0.0.1", "host:80:10.0.0", ":80:10.0.0.1"]
        {
            assert!(resolve(text).is_err(), "{text}");
        }
        for text in ["", "a:1", "a:1:b", "a:x:b:1", "a:1:b:99999", "[::1:80:b:1"] {
            assert!(connect_to(text).is_err(), "{text}");
        }
    }
}
