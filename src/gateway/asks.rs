//! How each gateway asks its upstream, as the upstream sees it, and how long it keeps a connection that nobody uses.
//!
//! Measured with the versions named here: a request `GET /path` with `Host: shop.example.com` through each of them,
//! read at the upstream, and the connection left alone after the answer for 150 s. (Apache, Pingora and Envoy kept it for
//! all of that; the hour of Envoy is from its documentation.) A gateway that is not in the table asks in
//! HTTP/1.1 with the fields of the client, and how long it keeps connections is not known.

use super::configured_as;
use crate::plan::{Change, Endpoint, HttpVersion, Probe};
use crate::tolerance::{self, Version};

/// One way in which a gateway asks its upstream.
#[derive(Debug, Clone, Copy)]
pub struct AsGateway {
    /// When it asks so, to stand after its name; empty for always.
    pub when: &'static str,
    /// The version.
    pub version: HttpVersion,
    /// Whether it says `Connection: close`.
    pub close: bool,
    /// Whether `Host` names the upstream rather than whom the client asked for.
    pub own_host: bool,
    /// The fields that it adds, or puts in the place of the client's. `{host}` is the client's `Host`, `{scheme}` the
    /// scheme that it asked with, `{client}` its address.
    pub fields: &'static [(&'static str, &'static str)],
    /// Fields of the client that it leaves out.
    pub drops: &'static [&'static str],
}

/// How long a gateway keeps idle connections to its upstream.
#[derive(Debug, Clone, Copy)]
pub struct Keeps {
    /// For how many seconds; `None` for no limit.
    pub seconds: Option<f64>,
    /// Where this is set.
    pub setting: &'static str,
}

/// Everything about one gateway.
struct Row {
    gateway: &'static str,
    asks: &'static [AsGateway],
    keeps: Option<Keeps>,
}

/// Since 1.29.7 nginx asks in HTTP/1.1 and keeps connections (from its change log; not measured).
const NGINX_SINCE: (Version, &[AsGateway]) =
    ([1, 29, 7], &[AsGateway { when: "since 1.29.7", own_host: true, drops: NGINX_DROPS, ..PLAIN }]);

/// The ways in which the gateway of this name asks: at least one.
#[must_use]
pub fn asks(gateway: &str) -> &'static [AsGateway] {
    row(gateway).map_or(&[PLAIN], |row| row.asks)
}

/// How long the gateway of this name keeps idle connections; `None` if it keeps none, or if that is not known.
#[must_use]
pub fn keeps(gateway: &str) -> Option<Keeps> {
    row(gateway)?.keeps
}

/// The ways in which this version of the gateway asks, all of them where the version is not shown. None if it is not
/// known how the gateway asks.
#[must_use]
pub(super) fn asks_in(gateway: &str, version: Option<&str>) -> &'static [AsGateway] {
    let gateway = configured_as(gateway);
    match version.and_then(tolerance::version) {
        Some(version) if gateway == "nginx" && version >= NGINX_SINCE.0 => NGINX_SINCE.1,
        _ => row(gateway).map_or(&[], |row| row.asks),
    }
}

fn row(gateway: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.gateway == gateway)
}

/// The client's address where it is not known, or where no client is behind the request: from the block of addresses for
/// documentation (RFC 5737).
pub(super) const SOME_CLIENT: &str = "192.0.2.1";

/// Of the client, what a gateway tells its upstream.
#[derive(Debug, Clone, Copy)]
pub struct ClientSeen<'a> {
    /// The `Host` that it sent.
    pub host: &'a str,
    /// Its address.
    pub address: &'a str,
}

impl AsGateway {
    /// The probe with the request as this gateway would pass it on.
    #[must_use]
    pub fn dress(&self, mut probe: Probe) -> Probe {
        let host = probe.endpoint.host_field.clone();
        let client = ClientSeen { host: &host, address: SOME_CLIENT };
        for change in self.changes(client, &probe.endpoint) {
            change.make(&mut probe.request, &mut probe.endpoint);
        }
        probe
    }

    /// What it changes in a request to this endpoint that this client has sent.
    #[must_use]
    pub fn changes(&self, client: ClientSeen<'_>, endpoint: &Endpoint) -> Vec<Change> {
        let mut changes = vec![Change::Version { version: self.version }];
        if self.own_host {
            changes.push(Change::field("Host", &endpoint.authority()));
        }
        if self.close {
            changes.push(Change::field("Connection", "close"));
        }
        changes.extend(self.fields.iter().map(|(name, value)| {
            let value = value
                .replace("{host}", client.host)
                .replace("{scheme}", endpoint.scheme.name())
                .replace("{client}", client.address);
            Change::Field { name: (*name).to_owned(), value }
        }));
        changes.extend(self.drops.iter().map(|name| Change::Without { name: (*name).to_owned() }));
        changes
    }
}

/// As the client asked, in HTTP/1.1.
pub(super) const PLAIN: AsGateway = AsGateway {
    when: "",
    version: HttpVersion::Http11,
    close: false,
    own_host: false,
    fields: &[],
    drops: &[],
};

/// In HTTP/1.1 with these fields as well.
pub(super) const fn with(fields: &'static [(&'static str, &'static str)]) -> AsGateway {
    AsGateway { fields, ..PLAIN }
}

const fn keeps_for(seconds: f64, setting: &'static str) -> Keeps {
    Keeps { seconds: Some(seconds), setting }
}

const ROWS: &[Row] = &[
    // nginx 1.22.1. It has kept connections by default only since 1.29.7, and for upstream blocks.
    Row {
        gateway: "nginx",
        asks: NGINX,
        keeps: Some(keeps_for(60.0, "keepalive_timeout, where connections are kept at all")),
    },
    // HAProxy 2.6.12, with the names of fields in lower case.
    Row { gateway: "haproxy", asks: &[PLAIN], keeps: Some(keeps_for(15.0, "pool-purge-delay")) },
    // Apache httpd 2.4.71.
    Row {
        gateway: "apache",
        asks: &[AsGateway { own_host: true, drops: &["Upgrade"], ..with(APACHE) }],
        keeps: Some(Keeps { seconds: None, setting: "ttl of ProxyPass" }),
    },
    // Caddy 2.6.2.
    Row {
        gateway: "caddy",
        asks: &[with(CADDY)],
        keeps: Some(keeps_for(120.0, "keepalive of the transport")),
    },
    // Varnish 7.1.1.
    Row { gateway: "varnish", asks: &[with(VARNISH)], keeps: Some(keeps_for(60.0, "backend_idle_timeout")) },
    // Squid 5.7.
    Row { gateway: "squid", asks: &[with(SQUID)], keeps: Some(keeps_for(60.0, "server_idle_pconn_timeout")) },
    // Traffic Server 9.2.9.
    Row {
        gateway: "trafficserver",
        asks: &[AsGateway { own_host: true, ..with(TRAFFIC_SERVER) }],
        keeps: Some(keeps_for(120.0, "proxy.config.http.keep_alive_no_activity_timeout_out")),
    },
    // nghttpx 1.52.0.
    Row {
        gateway: "nghttpx",
        asks: &[with(NGHTTPX)],
        keeps: Some(keeps_for(2.0, "backend-keep-alive-timeout")),
    },
    // h2o 2.2.5.
    Row {
        gateway: "h2o",
        asks: &[AsGateway { own_host: true, ..with(H2O) }],
        keeps: Some(keeps_for(3.0, "proxy.timeout.keepalive")),
    },
    // lighttpd 1.4.69.
    Row { gateway: "lighttpd", asks: &[AsGateway { close: true, ..with(LIGHTTPD) }], keeps: None },
    // tinyproxy 1.11.1.
    Row {
        gateway: "tinyproxy",
        asks: &[AsGateway { close: true, own_host: true, ..with(TINYPROXY) }],
        keeps: None,
    },
    // Pingora 0.9.1.
    Row {
        gateway: "pingora",
        asks: &[PLAIN],
        keeps: Some(Keeps { seconds: None, setting: "idle_timeout of the peer" }),
    },
    // Envoy 1.40.0.
    Row { gateway: "envoy", asks: &[with(ENVOY)], keeps: Some(keeps_for(3600.0, "idle_timeout")) },
];

const NGINX: &[AsGateway] = &[
    AsGateway {
        when: "before 1.29.7",
        version: HttpVersion::Http10,
        close: true,
        own_host: true,
        fields: &[],
        drops: NGINX_DROPS,
    },
    AsGateway {
        when: "with proxy_http_version 1.1",
        close: true,
        own_host: true,
        drops: NGINX_DROPS,
        ..PLAIN
    },
];

/// What nginx leaves out unless it is told to pass it on: an upgrade, above all. (Measured with nginx 1.22.1; Apache httpd
/// 2.4.71 leaves an upgrade out too, without `upgrade=` in `ProxyPass`. What the others leave out is not known.)
const NGINX_DROPS: &[&str] = &["TE", "Keep-Alive", "Expect", "Upgrade"];

const APACHE: &[(&str, &str)] = &[
    ("X-Forwarded-For", "{client}"),
    ("X-Forwarded-Host", "{host}"),
    ("X-Forwarded-Server", "gateway.example"),
    ("Connection", "Keep-Alive"),
];

const CADDY: &[(&str, &str)] = &[
    ("X-Forwarded-For", "{client}"),
    ("X-Forwarded-Host", "{host}"),
    ("X-Forwarded-Proto", "{scheme}"),
    ("Accept-Encoding", "gzip"),
];

const VARNISH: &[(&str, &str)] =
    &[("X-Forwarded-For", "{client}"), ("Accept-Encoding", "gzip"), ("X-Varnish", "3")];

const SQUID: &[(&str, &str)] = &[
    ("Via", "1.1 gateway.example (squid/5.7)"),
    ("Surrogate-Capability", "gateway.example=\"Surrogate/1.0\""),
    ("X-Forwarded-For", "{client}"),
    ("Cache-Control", "max-age=259200"),
    ("Connection", "keep-alive"),
];

const TRAFFIC_SERVER: &[(&str, &str)] = &[
    ("Client-ip", "{client}"),
    ("X-Forwarded-For", "{client}"),
    ("Via", "http/1.1 gateway.example (ApacheTrafficServer/9.2.9)"),
];

const NGHTTPX: &[(&str, &str)] = &[("X-Forwarded-Proto", "{scheme}"), ("Via", "1.1 nghttpx")];

const H2O: &[(&str, &str)] = &[
    ("connection", "keep-alive"),
    ("x-forwarded-proto", "{scheme}"),
    ("x-forwarded-for", "{client}"),
    ("via", "1.1 {host}"),
];

const LIGHTTPD: &[(&str, &str)] = &[
    ("X-Forwarded-For", "{client}"),
    ("X-Host", "{host}"),
    ("X-Forwarded-Host", "{host}"),
    ("X-Forwarded-Proto", "{scheme}"),
];

const TINYPROXY: &[(&str, &str)] = &[("Via", "1.1 gateway.example (tinyproxy/1.11.1)")];

const ENVOY: &[(&str, &str)] = &[
    ("x-forwarded-proto", "{scheme}"),
    ("x-request-id", "7e257d98-9c5b-46e6-a8ad-5d702e99b150"),
    ("x-envoy-expected-rq-timeout-ms", "15000"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Addressing, Endpoint, Experiment, Limits, Plan, Request, Route, TlsOptions};

    fn sent(gateway: &str) -> String {
        let (mut upstream, _) = Endpoint::parse("http://127.0.0.1:3000/cart").unwrap();
        upstream.host_field = "shop.example.com".to_owned();
        let plan = Plan {
            request: Request::get(),
            gateway: upstream.clone(),
            upstreams: vec![upstream],
            limits: Limits::default(),
            tls: TlsOptions::default(),
            addressing: Addressing::default(),
            sequential: true,
        };
        let probe = plan.probe(Route::Direct, Some(0), Experiment::AsGateway);
        String::from_utf8(asks(gateway)[0].dress(probe).request_bytes()).unwrap()
    }

    #[test]
    fn a_request_is_dressed_as_it_was_measured() {
        let nginx = "GET /cart HTTP/1.0\r\nHost: 127.0.0.1:3000\r\nConnection: close\r\n\r\n";
        assert_eq!(sent("nginx"), nginx);
        let nghttpx = "GET /cart HTTP/1.1\r\nHost: shop.example.com\r\nX-Forwarded-Proto: http\r\n\
                       Via: 1.1 nghttpx\r\n\r\n";
        assert_eq!(sent("nghttpx"), nghttpx);
        assert!(sent("h2o").contains("via: 1.1 shop.example.com\r\n"));
    }

    #[test]
    fn who_is_not_in_the_table_asks_as_the_client_did() {
        assert_eq!(sent("nobody"), "GET /cart HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");
        assert!(keeps("nobody").is_none() && keeps("lighttpd").is_none());
    }

    #[test]
    fn how_nginx_asks_depends_on_its_version() {
        let when = |version| asks_in("nginx", version).iter().map(|way| way.when).collect::<Vec<_>>();
        assert_eq!(when(Some("1.29.7")), ["since 1.29.7"]);
        assert_eq!(when(Some("1.29.6")), ["before 1.29.7", "with proxy_http_version 1.1"]);
        assert_eq!(when(None), when(Some("1.22.1")));
        assert!(asks_in("nobody", None).is_empty());
    }
}
