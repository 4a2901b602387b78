//! Whom a gateway asks, by its own account: the command that shows the addresses of its upstreams.
//!
//! Run with the versions of `tests/gateways/measured`, but for Envoy's, which takes the admin listener of its documents'
//! examples, and Kubernetes' own. The paths are those of Debian's packages; HAProxy's socket is that of Debian's
//! `haproxy.cfg`.

/// The command that shows whom the gateway of this name asks; `None` where there is none.
#[must_use]
pub fn whom_it_asks(gateway: &str) -> Option<&'static str> {
    ROWS.iter().find(|(name, _)| *name == gateway).map(|(_, command)| *command)
}

const ROWS: &[(&str, &str)] = &[
    ("nginx", "nginx -T 2>/dev/null | grep -nE 'upstream|server +[^{]|proxy_pass|resolver'"),
    ("haproxy", "echo 'show servers state' | socat stdio /run/haproxy/admin.sock"),
    ("envoy", "curl -s http://127.0.0.1:9901/clusters"),
    ("apache", "grep -rnE 'ProxyPass|BalancerMember' /etc/apache2/"),
    ("caddy", "curl -s http://127.0.0.1:2019/reverse_proxy/upstreams"),
    ("varnish", "varnishadm backend.list; varnishadm vcl.show boot | grep -nE '[.](host|port)'"),
    ("squid", "grep -n cache_peer /etc/squid/squid.conf"),
    ("trafficserver", "grep -nE '^ *(reverse_)?map' /etc/trafficserver/remap.config"),
    ("nghttpx", "grep -n '^backend' /etc/nghttpx/nghttpx.conf"),
    ("h2o", "grep -n proxy.reverse.url /etc/h2o/h2o.conf"),
    ("lighttpd", "lighttpd -p -f /etc/lighttpd/lighttpd.conf | grep -A 8 proxy.server"),
    ("tinyproxy", "grep -niE '^(reversepath|upstream)' /etc/tinyproxy/tinyproxy.conf"),
    ("ingress-nginx", "kubectl describe ingress -A"),
];
