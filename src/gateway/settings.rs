//! What settles how a gateway asks its upstream, in the gateway's own words: for an upstream that fails on that.

/// Something in how a gateway asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The version.
    Version,
    /// What `Host` says.
    Host,
    /// The fields that it adds.
    Fields,
    /// Whether it passes the client's `Upgrade` on (WebSocket).
    Upgrade,
    /// The server name in TLS (SNI).
    ServerName,
    /// Its own certificate, for an upstream that asks for one.
    ClientCertificate,
    /// The versions of TLS.
    TlsVersions,
}

/// What settles it at one gateway.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    gateway: &'static str,
    asking: Asking,
    /// One sentence.
    pub advice: &'static str,
    /// The lines of configuration.
    pub config: &'static str,
}

impl Setting {
    /// The lines for this very field, of one that is about fields; none where they would not take it out again. (With
    /// `option forwardfor` HAProxy adds its field after its rules: measured with 2.6.12.)
    #[must_use]
    pub fn for_field(&self, field: &str) -> Option<String> {
        let sample = match (self.asking, self.gateway) {
            (Asking::Fields, "haproxy") if field.eq_ignore_ascii_case("X-Forwarded-For") => return None,
            (Asking::Fields, "haproxy") => "X-Forwarded-Proto",
            (Asking::Fields, "nginx" | "caddy") => "X-Forwarded-For",
            _ => return Some(self.config.to_owned()),
        };
        Some(self.config.replace(sample, field))
    }
}

/// What settles this at the gateway of that name.
pub fn settings(gateway: &str, asking: Asking) -> impl Iterator<Item = &'static Setting> {
    all_settings(gateway).filter(move |setting| setting.asking == asking)
}

/// Everything that settles how the gateway of that name asks.
pub fn all_settings(gateway: &str) -> impl Iterator<Item = &'static Setting> {
    let gateway = configured_as(gateway);
    SETTINGS.iter().filter(move |setting| setting.gateway == gateway)
}

const fn setting(
    gateway: &'static str,
    asking: Asking,
    advice: &'static str,
    config: &'static str,
) -> Setting {
    Setting { gateway, asking, advice, config }
}

use Asking::{ClientCertificate, Fields, Host, ServerName, TlsVersions, Upgrade, Version};

use super::{configured_as, envoy};

const SETTINGS: &[Setting] = &[
    setting(
        "nginx",
        Version,
        "Before version 1.29.7 nginx asks in HTTP/1.0 unless it is told otherwise.",
        "proxy_http_version 1.1;\nproxy_set_header Connection \"\";",
    ),
    setting(
        "nginx",
        Host,
        "nginx puts the host of proxy_pass into Host unless it is told to pass the client's on.",
        "proxy_set_header Host $http_host;",
    ),
    setting(
        "nginx",
        Fields,
        "nginx leaves a field out that is set to nothing. Connection: close is its own, as long as it is not set.",
        "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\nproxy_set_header X-Forwarded-For \"\";",
    ),
    setting(
        "apache",
        Host,
        "Apache puts the host of ProxyPass into Host unless it is told to pass the client's on.",
        "ProxyPreserveHost On",
    ),
    setting(
        "apache",
        Fields,
        "Apache adds X-Forwarded-For, -Host and -Server; this keeps it from that.",
        "ProxyAddHeaders Off",
    ),
    setting(
        "haproxy",
        Fields,
        "HAProxy adds only what it is told to: look for `option forwardfor` and `http-request set-header`; or take a field out again.",
        "frontend www\n    mode http\n    bind :8080\n    http-request del-header X-Forwarded-Proto",
    ),
    setting(
        "caddy",
        Fields,
        "Caddy adds X-Forwarded-For, -Host and -Proto; a minus takes one out again.",
        "reverse_proxy 10.0.3.7:8080 {\n    header_up -X-Forwarded-For\n}",
    ),
    setting(
        "squid",
        Fields,
        "Squid adds X-Forwarded-For unless it is told not to. (It adds Via because HTTP asks for that.)",
        "forwarded_for delete",
    ),
    setting(
        "trafficserver",
        Host,
        "Traffic Server puts the host of the remap rule into Host unless it is told to pass the client's on.",
        "CONFIG proxy.config.url_remap.pristine_host_hdr INT 1",
    ),
    setting(
        "trafficserver",
        Fields,
        "Traffic Server adds Via and X-Forwarded-For; these keep it from that.",
        "CONFIG proxy.config.http.insert_request_via_str INT 0\n\
         CONFIG proxy.config.http.insert_squid_x_forwarded_for INT 0",
    ),
    setting(
        "nghttpx",
        Fields,
        "nghttpx adds Via and X-Forwarded-Proto; these keep it from that.",
        "no-via=yes\nno-add-x-forwarded-proto=yes",
    ),
    setting(
        "h2o",
        Host,
        "h2o puts the host of proxy.reverse.url into Host unless it is told to pass the client's on.",
        "proxy.preserve-host: ON",
    ),
    setting(
        "h2o",
        Fields,
        "h2o adds X-Forwarded-For, -Proto and Via; these, at the top of its configuration, keep it from that.",
        "proxy.emit-x-forwarded-headers: OFF\nproxy.emit-via-header: OFF",
    ),
    setting("tinyproxy", Fields, "tinyproxy adds Via; this keeps it from that.", "DisableViaHeader Yes"),
    setting(
        "nginx",
        Upgrade,
        "nginx passes Upgrade (WebSocket) on only where it is told to, and needs HTTP/1.1 for it; put it where such requests \
         go, as the connection is then not kept for others.",
        "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";",
    ),
    setting(
        "apache",
        Upgrade,
        "From 2.4.47 on Apache passes Upgrade (WebSocket) on where ProxyPass names the protocol.",
        "ProxyPass \"/\" \"http://10.0.3.7:8080/\" upgrade=websocket",
    ),
    setting(
        "nginx",
        ServerName,
        "nginx sends no server name (SNI) unless it is told to.",
        "proxy_ssl_server_name on;\nproxy_ssl_name app.example.com;",
    ),
    setting(
        "nginx",
        ClientCertificate,
        "nginx sends this certificate to an upstream that asks for one.",
        "proxy_ssl_certificate /etc/nginx/client.pem;\nproxy_ssl_certificate_key /etc/nginx/client.key;",
    ),
    setting(
        "nginx",
        TlsVersions,
        "These versions nginx offers its upstream then (1.3 it offers by default from 1.23.4 on); those before TLS 1.2 it \
         speaks only with weak ciphers allowed. Take them out again when the upstream can do better.",
        "proxy_ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;\nproxy_ssl_ciphers DEFAULT@SECLEVEL=0;",
    ),
    setting(
        "haproxy",
        ServerName,
        "HAProxy sends a server name (SNI) only where sni, at the end of the server's line, says which.",
        "sni str(app.example.com)",
    ),
    setting(
        "haproxy",
        ClientCertificate,
        "HAProxy sends the certificate of crt, a file with its key, to an upstream that asks for one; it stands at the end \
         of the server's line.",
        "crt /etc/haproxy/client.pem",
    ),
    setting(
        "haproxy",
        TlsVersions,
        "At the end of the server's line these choose the versions that HAProxy offers; those before TLS 1.2 it speaks only \
         with weak ciphers allowed. Take them out again when the upstream can do better.",
        "ssl-min-ver TLSv1.0 ciphers DEFAULT@SECLEVEL=0",
    ),
    setting(
        "apache",
        ServerName,
        "Apache sends the name in ProxyPass as server name (SNI), and none for an address.",
        "SSLProxyEngine on\nProxyPass \"/\" \"https://app.example.com/\"",
    ),
    setting(
        "apache",
        ClientCertificate,
        "Apache sends the certificate of this file, which has its key as well, to an upstream that asks for one.",
        "SSLProxyEngine on\nSSLProxyMachineCertificateFile /etc/apache2/client.pem",
    ),
    setting(
        "apache",
        TlsVersions,
        "These choose the versions that Apache offers its upstream; those before TLS 1.2 it speaks only with weak ciphers \
         allowed. Take them out again when the upstream can do better.",
        "SSLProxyEngine on\nSSLProxyProtocol all -SSLv3\nSSLProxyCipherSuite DEFAULT@SECLEVEL=0",
    ),
    setting(
        "caddy",
        ServerName,
        "Caddy sends the host of the upstream as server name (SNI), and none for an address, unless it is given one.",
        "reverse_proxy https://10.0.3.7 {\n    transport http {\n        tls_server_name app.example.com\n    }\n}",
    ),
    setting(
        "caddy",
        ClientCertificate,
        "Caddy sends this certificate to an upstream that asks for one.",
        "reverse_proxy https://10.0.3.7 {\n    transport http {\n        tls_client_auth /etc/caddy/client.pem \
         /etc/caddy/client.key\n    }\n}",
    ),
    setting(
        "envoy",
        Upgrade,
        "Envoy answers an upgrade (WebSocket) with 403 unless it is among the upgrade_configs of the connection manager, or of the \
         route.",
        "upgrade_configs:\n- upgrade_type: websocket",
    ),
    setting("envoy", ServerName, "Envoy sends no server name (SNI) unless sni names one.", envoy::TLS),
    setting(
        "trafficserver",
        ClientCertificate,
        "Traffic Server sends this certificate, a file with its key, to an upstream that asks for one.",
        "CONFIG proxy.config.ssl.client.cert.path STRING /etc/trafficserver\n\
         CONFIG proxy.config.ssl.client.cert.filename STRING client.pem",
    ),
    setting(
        "nghttpx",
        ServerName,
        "nghttpx sends the host of the backend as server name (SNI), and none for an address, unless sni names one.",
        "backend=127.0.0.1,8443;;tls;sni=app.example.com",
    ),
    setting(
        "nghttpx",
        ClientCertificate,
        "nghttpx sends this certificate to an upstream that asks for one.",
        "client-cert-file=/etc/nghttpx/client.pem\nclient-private-key-file=/etc/nghttpx/client.key",
    ),
    setting(
        "h2o",
        ServerName,
        "h2o 2.2 sends the host of proxy.reverse.url as server name (SNI), were it an address.",
        "proxy.reverse.url: https://app.example.com/",
    ),
    setting(
        "squid",
        ServerName,
        "Squid sends the host of the peer as server name (SNI), and none for an address, unless ssldomain names one.",
        "cache_peer 10.0.3.7 parent 443 0 no-query originserver name=app tls ssldomain=app.example.com",
    ),
    setting(
        "squid",
        ClientCertificate,
        "Squid sends this certificate to an upstream that asks for one.",
        "cache_peer 10.0.3.7 parent 443 0 no-query originserver name=app tls sslcert=/etc/squid/client.pem \
         sslkey=/etc/squid/client.key",
    ),
];
