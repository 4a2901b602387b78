//! nginx as people run it: with a bare `proxy_pass` (HTTP/1.0 before 1.29.7), and with HTTP/1.1 and keep-alive.

use std::fmt::Write as _;
use std::path::Path;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting};

/// As it is by default: HTTP/1.0 and one connection for each request.
pub(super) fn http10(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab)
}

/// With HTTP/1.1 and connections that are kept.
pub(super) fn http11(lab: &Lab) -> RealGateway {
    let config = |setting: &Setting| config(setting, HTTP11);
    RealGateway::start(&Program { name: "nginx-http11", config, ..program() }, lab)
}

const HTTP11: &str = "proxy_http_version 1.1;\n    proxy_set_header Connection \"\";";

pub(super) fn program() -> Program {
    Program {
        name: "nginx-http10",
        command: "nginx",
        package: "nginx-light",
        version_option: "-v",
        version_follows: "nginx/",
        arguments: |folder| {
            let at = |name: &str| folder.join(name).display().to_string();
            vec!["-p".into(), at(""), "-e".into(), at("error.log"), "-c".into(), at("gateway.conf")]
        },
        config: |setting| config(setting, ""),
    }
}

/// `extra` are more lines of the `http` block.
pub(super) fn config(setting: &Setting, extra: &str) -> String {
    let Setting { listen, folder, name_server, lab, .. } = setting;
    let temporary = temporary_paths(folder);
    let keeps = extra.contains(HTTP11);
    let (mut upstreams, mut locations) = (String::new(), String::new());
    for fault in FAULTS {
        let (upstream, location) = of_fault(fault, lab, keeps);
        upstreams += &upstream;
        locations += &location;
    }
    let base = lab.base_url();
    format!(
        r#"# Written by why502's tests.
daemon off;
master_process off;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" info;
events {{ worker_connections 512; }}
http {{
    access_log off;
{temporary}
    resolver {name_server} ipv6=off;
    resolver_timeout 2s;
    proxy_next_upstream off;
    proxy_connect_timeout 1s;
    proxy_send_timeout 2s;
    proxy_read_timeout 2s;
    proxy_ssl_server_name on;
    proxy_ssl_name localhost;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate "{folder}/authority.pem";
    {extra}
{upstreams}
    server {{
        listen {listen};
{locations}
        location / {{ proxy_pass {base}; }}
    }}
}}
"#,
        folder = folder.display(),
    )
}

/// Each fault has an upstream of its own, so that none meets the kept connection of another.
fn of_fault(fault: &Fault, lab: &Lab, keeps: bool) -> (String, String) {
    let name = fault.name;
    let url = lab.url_of(fault);
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, _) = rest.split_once('/').unwrap();
    let (mut upstream, mut location) = (String::new(), String::new());
    if fault.level == Level::Name {
        // A variable makes nginx ask for the name at run time; with a literal one it does not even start.
        let _ = writeln!(
            location,
            "        location = /fault/{name} {{ set $named {authority}; proxy_pass {scheme}://$named; }}"
        );
    } else {
        let keepalive = if keeps { " keepalive 4;" } else { "" };
        let _ = writeln!(upstream, "    upstream {name} {{ server {authority};{keepalive} }}");
        let _ = writeln!(location, "        location = /fault/{name} {{ proxy_pass {scheme}://{name}; }}");
    }
    (upstream, location)
}

fn temporary_paths(folder: &Path) -> String {
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path \"{}/{kind}\";\n", folder.display()))
        .concat()
}
