//! The outer gateways: each passes everything on to one address.

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use why502::lab::Lab;

use super::super::gateway::{Program, RealGateway, Setting};
use super::super::{apache, caddy, envoy, haproxy, nginx, pingora, squid, varnish};

/// Those that there are.
pub(super) const OUTER: &[&str] =
    &["nginx", "haproxy", "apache", "caddy", "varnish", "squid", "envoy", "pingora"];

/// The gateway of that name, in front of this address.
pub(super) fn in_front_of(name: &str, behind: SocketAddr, lab: &Lab) -> RealGateway {
    let start = |program: &Program, config: fn(&Setting, SocketAddr) -> String| {
        RealGateway::start_with(program, lab, None, |setting| config(setting, behind))
    };
    match name {
        "nginx" => start(&nginx::program(), nginx_config),
        "haproxy" => start(&haproxy::program(), haproxy_config),
        "apache" => start(&apache::program(), apache_config),
        "caddy" => start(&caddy::program(), caddy_config),
        "varnish" => start(&varnish::program(), varnish_config),
        "squid" => start(&squid::program(), squid_config)
            .leaving_in_shared_memory(|address| squid::service(&address.port().to_string()) + "-"),
        "envoy" => start(&envoy::program(), envoy_config),
        "pingora" => start(&pingora::program(), pingora_config),
        other => panic!("no outer gateway is called {other}"),
    }
}

/// nginx with a page of its own for its own errors, and with the `Server` field of the upstream on all answers.
pub(super) fn custom_page(lab: &Lab) -> RealGateway {
    RealGateway::start_with(&nginx::program(), lab, None, |setting| {
        fs::write(setting.folder.join("sorry.html"), "<h1>Sorry</h1>\n").unwrap();
        let page = format!(
            "error_page 502 504 /sorry.html; proxy_pass_header Server; server_tokens off;\n\
             root \"{}\";",
            setting.folder.display()
        );
        // Its faults, each at its own address.
        nginx::config(setting, &page)
            .replace("location / {", "location = /sorry.html { internal; }\nlocation / {")
    })
}

/// An nginx that is an upstream, and hangs up on whoever asks in HTTP/1.0.
pub(super) fn hangs_up_on_http10(lab: &Lab) -> RealGateway {
    RealGateway::start_with(&nginx::program(), lab, None, |setting| {
        let server = r#"if ($server_protocol = HTTP/1.0) { return 444; } return 200 "well\n";"#;
        nginx_with(setting, server)
    })
}

/// An nginx that is an upstream, and answers in one way to its own address as `Host`, and in another to every other name.
pub(super) fn by_host(lab: &Lab, own: &str, foreign: &str) -> RealGateway {
    RealGateway::start_with(&nginx::program(), lab, None, |setting| {
        let server = format!("if ($http_host != \"{}\") {{ {foreign} }} {own}", setting.listen);
        nginx_with(setting, &server)
    })
}

fn nginx_config(setting: &Setting, behind: SocketAddr) -> String {
    nginx_with(setting, &format!("location / {{ proxy_pass http://{behind}; }}"))
}

/// `server` are the lines of its one server.
fn nginx_with(setting: &Setting, server: &str) -> String {
    let Setting { listen, folder, .. } = setting;
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path \"{folder}/{kind}\";"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid \"{folder}/nginx.pid\";\nevents {{}}\nhttp {{\naccess_log off;\n\
         {temporary}\nserver {{ listen {listen}; {server} }}\n}}\n"
    )
}

fn haproxy_config(setting: &Setting, behind: SocketAddr) -> String {
    format!(
        "global\n    nbthread 1\ndefaults\n    mode http\n    retries 0\n    timeout connect 1s\n    \
         timeout server 5s\n    timeout client 5s\nfrontend outer\n    bind {}\n    default_backend inner\n\
         backend inner\n    server inner {behind}\n",
        setting.listen
    )
}

fn apache_config(setting: &Setting, behind: SocketAddr) -> String {
    format!(
        "{}\nListen {}\nThreadsPerChild 16\nProxyPass \"/\" \"http://{behind}/\" retry=0\n",
        apache::beginning(setting.folder),
        setting.listen
    )
}

fn pingora_config(setting: &Setting, behind: SocketAddr) -> String {
    format!("listen {}\nroute / http://{behind}\n", setting.listen)
}

fn caddy_config(setting: &Setting, behind: SocketAddr) -> String {
    format!(
        "{{\n    admin off\n    auto_https off\n    storage file_system {}\n}}\nhttp://{} {{\n    bind 127.0.0.1\n    \
         reverse_proxy {behind}\n}}\n",
        setting.folder.display(),
        setting.listen
    )
}

fn varnish_config(setting: &Setting, behind: SocketAddr) -> String {
    format!(
        "# {}\nvcl 4.1;\nbackend inner {{ .host = \"{}\"; .port = \"{}\"; }}\nsub vcl_recv {{ return (pass); }}\n",
        setting.listen,
        behind.ip(),
        behind.port()
    )
}

fn squid_config(setting: &Setting, behind: SocketAddr) -> String {
    let Setting { listen, folder, .. } = setting;
    fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    fs::write(folder.join("mime.conf"), "").unwrap();
    format!(
        "http_port {listen} accel defaultsite=localhost no-vhost\npid_filename none\ncoredump_dir {folder}\n\
         mime_table {folder}/mime.conf\ncache_log {folder}/cache.log\naccess_log none\ncache deny all\n\
         cache_mem 8 MB\nmax_filedescriptors 4096\npinger_enable off\nshutdown_lifetime 0 seconds\n\
         http_access allow all\nforward_max_tries 1\nnever_direct allow all\n\
         cache_peer {} parent {} 0 no-query originserver no-digest name=inner\n",
        behind.ip(),
        behind.port(),
        folder = folder.display()
    )
}

fn envoy_config(setting: &Setting, behind: SocketAddr) -> String {
    format!(
        r#"static_resources:
  listeners:
  - address: {{socket_address: {{address: {}, port_value: {}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: outer
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config:
            virtual_hosts:
            - {{name: outer, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: inner}}}}]}}
  clusters:
  - name: inner
    connect_timeout: 1s
    load_assignment: {{cluster_name: inner, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: {}, port_value: {}}}}}}}}}]}}]}}
"#,
        setting.listen.ip(),
        setting.listen.port(),
        behind.ip(),
        behind.port()
    )
}
