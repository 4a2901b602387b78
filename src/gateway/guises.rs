//! The guises in which an upstream is asked to learn whether it fails only on what a gateway makes of a request.
//!
//! How a gateway asks by default is in the table of [`super::asks`]. But it may be configured otherwise, and most are
//! told to add the fields that say where a request comes from: so these are always tried as well.

use super::Recognised;
use super::asks::{AsGateway, ClientSeen, PLAIN, SOME_CLIENT, asks_in, with};
use crate::observation::Exchange;
use crate::plan::{Change, Endpoint, Guise, HttpVersion, guise};

/// What gateways are often told to add.
const OFTEN: &[(&str, &str)] = &[
    ("X-Forwarded-For", "{client}"),
    ("X-Real-IP", "{client}"),
    ("X-Forwarded-Host", "{host}"),
    ("X-Forwarded-Proto", "{scheme}"),
    ("Via", "1.1 gateway.example"),
];

/// In HTTP/1.0, as older gateways ask.
const OLDER: AsGateway = AsGateway { version: HttpVersion::Http10, close: true, ..PLAIN };

/// The most that are tried. Each is a request to the upstream.
const MOST: usize = 5;

/// The guises of the requests of these gateways, whose hops the request went through, given the request that was sent to
/// the upstream directly; of gateways in general where none is recognised, or where it is not known how they ask. The one
/// that asks the upstream is best named first. `unseen` says that there is another hop, of which nothing shows: that one
/// may be older than all. `gateway` is the exchange with the gateway: the client of these requests is this side, as the
/// gateway sees it. (An address that is made up would be judged otherwise by who lets only some in.) Guises that would
/// change nothing, or the same as another, are left out. Five at the most.
#[must_use]
pub fn guises(hops: &[Recognised], unseen: bool, gateway: &Exchange, direct: &Exchange) -> Vec<Guise> {
    let mut guises: Vec<Guise> = Vec::new();
    for (name, way) in ways(hops, unseen) {
        let changes = changes(&way, gateway, direct);
        if !changes.is_empty() && !guises.iter().any(|known| known.changes == changes) {
            guises.push(Guise { name: Some(name), changes });
        }
    }
    guises.truncate(MOST);
    guises
}

/// The guises of this gateway's requests alone, its usual one first. None where that would change nothing: then it asks as
/// the upstream was asked already.
#[must_use]
pub fn own_guises(hop: &Recognised, gateway: &Exchange, direct: &Exchange) -> Vec<Guise> {
    let guises =
        ways_of(hop).map(|(name, way)| Guise { name: Some(name), changes: changes(&way, gateway, direct) });
    let mut guises: Vec<Guise> = guises.collect();
    if guises.first().is_some_and(|first| first.changes.is_empty()) {
        guises.clear();
    }
    guises.retain(|guise| !guise.changes.is_empty());
    guises
}

/// What asking so changes in the request that was sent to the upstream directly.
fn changes(way: &AsGateway, gateway: &Exchange, direct: &Exchange) -> Vec<Change> {
    let Ok((endpoint, _)) = Endpoint::parse(&direct.url) else { return Vec::new() };
    let host = guise::sent_field(&direct.sent.head, "host").unwrap_or_else(|| host_of(gateway));
    let client = ClientSeen { host: &host, address: gateway.local.as_deref().unwrap_or(SOME_CLIENT) };
    let mut changes = way.changes(client, &endpoint);
    changes.retain(|change| !is_so(change, direct));
    changes
}

/// What the client calls the site.
fn host_of(gateway: &Exchange) -> String {
    Endpoint::parse(&gateway.url).map(|(endpoint, _)| endpoint.host_field).unwrap_or_default()
}

/// How the gateways ask, each way with its name.
fn ways(hops: &[Recognised], unseen: bool) -> Vec<(String, AsGateway)> {
    let known: Vec<_> = hops.iter().flat_map(ways_of).collect();
    let often = "with the fields that gateways often add".to_owned();
    let older = ("in HTTP/1.0, as older gateways ask".to_owned(), OLDER);
    if known.is_empty() {
        return vec![older, (often, AsGateway { own_host: true, ..with(OFTEN) })];
    }
    let asked_older = known.iter().any(|(_, way)| way.version == HttpVersion::Http10);
    let older = Some(older).filter(|_| unseen && !asked_older);
    let often = (often, AsGateway { own_host: older.is_some(), ..with(OFTEN) });
    known.into_iter().chain(older).chain([often]).collect()
}

fn ways_of(hop: &Recognised) -> impl Iterator<Item = (String, AsGateway)> {
    let title = hop.gateway.title;
    asks_in(hop.gateway.name, hop.version.as_deref())
        .iter()
        .map(move |way| (guise::asker(title, way.when), *way))
}

/// Whether the request was so already.
fn is_so(change: &Change, direct: &Exchange) -> bool {
    let head = &direct.sent.head;
    match change {
        Change::Version { version } => {
            let line = head.0.split(|&byte| byte == b'\r').next().unwrap_or_default();
            line.ends_with(version.name().as_bytes())
        }
        Change::Field { name, value } => guise::sent_field(head, name).as_ref() == Some(value),
        Change::Without { name } => guise::sent_field(head, name).is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::by_name;
    use crate::http1::{Asked, Reader, StreamEnd, WireBytes};

    fn guises_of(hops: &[(&str, &str)], head: &str) -> Vec<String> {
        guises_behind(hops, false, None, head)
    }

    fn guises_behind(hops: &[(&str, &str)], unseen: bool, local: Option<&str>, head: &str) -> Vec<String> {
        let asked = Asked { method: "GET".to_owned(), upgrade: false };
        let reading = Reader::new(asked).finish(StreamEnd::Fin);
        let mut direct = Exchange::saved("http://127.0.0.1:3000/", reading);
        direct.sent.head = WireBytes::from(head);
        let recognised = |(gateway, version): &(&str, &str)| {
            Some(Recognised {
                gateway: by_name(gateway)?,
                version: Some((*version).to_owned()).filter(|version| !version.is_empty()),
                by: Vec::new(),
                own_error: true,
            })
        };
        let hops: Vec<Recognised> = hops.iter().filter_map(recognised).collect();
        let mut gateway = Exchange::saved("http://other.example/", direct.reading.clone().unwrap());
        gateway.local = local.map(str::to_owned);
        let guises = guises(&hops, unseen, &gateway, &direct);
        let shown = |guise: &Guise| format!("{}: {}", guise.words(), Change::all(&guise.changes));
        guises.iter().map(shown).collect()
    }

    const OFTEN: &str = "with the fields that gateways often add: with `X-Forwarded-For: 192.0.2.1`, \
        `X-Real-IP: 192.0.2.1`, `X-Forwarded-Host: shop.example.com`, `X-Forwarded-Proto: http`, `Via: 1.1 gateway.example`";
    const HEAD: &str = "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";

    #[test]
    fn what_a_gateway_does_not_change_is_left_out() {
        assert_eq!(guises_of(&[("haproxy", "")], HEAD), [OFTEN]);
        let nginx = guises_of(&[("nginx", "1.22.1")], HEAD);
        assert_eq!(
            nginx[0],
            "as nginx asks before 1.29.7: in HTTP/1.0, with `Host: 127.0.0.1:3000`, `Connection: close`"
        );
        assert_eq!(
            nginx[1],
            "as nginx asks with proxy_http_version 1.1: with `Host: 127.0.0.1:3000`, `Connection: close`"
        );
        assert_eq!(nginx[2], OFTEN);
        let own = guises_of(
            &[("nginx", "1.29.7")],
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nUpgrade: h2c\r\n\r\n",
        );
        assert_eq!(own[0], "as nginx asks since 1.29.7: without `Upgrade`");
    }

    #[test]
    fn each_hop_is_heard_once_and_what_two_would_change_alike_is_asked_once() {
        let ways = guises_of(&[("nginx", "1.22.1"), ("envoy", ""), ("nginx", ""), ("haproxy", "")], HEAD);
        let names: Vec<&str> = ways.iter().filter_map(|way| way.split(": ").next()).collect();
        let [first, second, third, last] = names[..] else { panic!("{names:?}") };
        assert_eq!(
            (first, second),
            ("as nginx asks before 1.29.7", "as nginx asks with proxy_http_version 1.1")
        );
        assert_eq!((third, last), ("as Envoy asks", "with the fields that gateways often add"));
    }

    #[test]
    fn a_hop_of_which_nothing_shows_may_ask_in_http_1_0() {
        let [_, older, often] = &guises_behind(&[("envoy", "")], true, None, HEAD)[..] else { panic!() };
        assert!(older.starts_with("in HTTP/1.0, as older gateways ask"), "{older}");
        assert!(often.contains("`Host: 127.0.0.1:3000`"), "{often}");
        assert_eq!(guises_behind(&[("nginx", "1.22.1")], true, None, HEAD).len(), 3);
    }

    #[test]
    fn the_client_is_this_side_as_the_gateway_sees_it() {
        let from = |local| guises_behind(&[("caddy", "")], false, local, HEAD).remove(0);
        assert!(from(Some("10.1.2.3")).contains("`X-Forwarded-For: 10.1.2.3`"), "{}", from(Some("10.1.2.3")));
        assert!(from(Some("::1")).contains("`X-Forwarded-For: ::1`"), "{}", from(Some("::1")));
        assert!(from(None).contains("`X-Forwarded-For: 192.0.2.1`"), "{}", from(None));
    }

    #[test]
    fn who_is_not_recognised_asks_as_gateways_in_general() {
        let general = guises_of(&[], HEAD);
        assert_eq!(general[0], "in HTTP/1.0, as older gateways ask: in HTTP/1.0, with `Connection: close`");
        assert!(general[1].contains("`Host: 127.0.0.1:3000`, `X-Forwarded-For: 192.0.2.1`"), "{general:?}");
        assert_eq!(general.len(), 2);
    }
}
