//! Caddy, with the connections to its upstreams kept as by default.

use std::path::Path;

use serde_json::Value;
use why502::lab::{FAULTS, Fault, Lab};

use super::gateway::{Program, RealGateway, Setting, read, without_ports};

pub(super) fn caddy(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).logging(log)
}

pub(super) fn program() -> Program {
    Program {
        name: "caddy",
        command: "caddy",
        package: "caddy",
        version_option: "environ",
        version_follows: "caddy.Version=",
        arguments: |folder| {
            let config = folder.join("gateway.conf").display().to_string();
            ["run", "--adapter", "caddyfile", "--config"]
                .map(ToOwned::to_owned)
                .into_iter()
                .chain([config])
                .collect()
        },
        config,
    }
}

pub(super) fn config(setting: &Setting) -> String {
    let Setting { listen, folder, name_server, lab, .. } = setting;
    let proxies: String = FAULTS.iter().map(|fault| proxy(fault, lab, folder)).collect();
    format!(
        r"# Written by why502's tests.
{{
    admin off
    auto_https off
    storage file_system {folder}
}}
http://{listen} {{
    bind 127.0.0.1
{proxies}
    reverse_proxy {base}
}}
",
        folder = folder.display(),
        base = lab.base_url(),
    )
    .replace("NAMESERVER", &format!("udp/{name_server}"))
}

/// Each has a transport of its own, so that none meets the kept connection of another.
fn proxy(fault: &Fault, lab: &Lab, folder: &Path) -> String {
    let url = lab.url_of(fault);
    let base = url.trim_end_matches(&format!("/fault/{}", fault.name));
    let tls = if url.starts_with("https") {
        format!(
            "tls_server_name localhost\n            tls_trusted_ca_certs {}/authority.pem",
            folder.display()
        )
    } else {
        String::new()
    };
    format!(
        r"    handle /fault/{name} {{
        reverse_proxy {base} {{
                        transport http {{
                resolvers NAMESERVER
                dial_timeout 1s
                response_header_timeout 2s
                read_timeout 2s
                write_timeout 2s
                {tls}
            }}
        }}
    }}
",
        name = fault.name
    )
}

/// The log is JSON, an object a line. What is said when a body breaks off does not name the request.
fn log(folder: &Path) -> String {
    let lines = read(&folder.join("error.log"));
    let lines = lines.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let path = line["request"]["uri"].as_str()?;
        let msg = without_time(&without_server(line["msg"].as_str()?));
        Some(format!("\"GET {path} HTTP/1.1\" => {} {}\n", line["logger"].as_str()?, without_ports(&msg)))
    });
    lines.collect()
}

/// `current time 2026-11-23T04:46:00Z is after ...` is another each time.
fn without_time(message: &str) -> String {
    let parts = message
        .split_once(": current time ")
        .and_then(|(before, rest)| Some(format!("{before}: current time TIME {}", rest.split_once(' ')?.1)));
    parts.unwrap_or_else(|| message.to_owned())
}

/// Whom it asked for a name is another on each machine.
fn without_server(message: &str) -> String {
    match (message.split_once(" on "), message.rsplit_once(": ")) {
        (Some((before, _)), Some((_, after))) if message.contains("lookup ") => format!("{before}: {after}"),
        _ => message.to_owned(),
    }
}
