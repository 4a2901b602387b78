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

/// What settles this at the gateway of that name.
pub fn settings(gateway: &str, asking: Asking) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.gateway == gateway && setting.asking == asking)
}

/// Everything that settles how the gateway of that name asks.
pub fn all_settings(gateway: &str) -> impl Iterator<Item = &'static Setting> {
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

use Asking::{Fields, Host, Version};

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
];
