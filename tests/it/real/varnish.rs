//! Varnish, told to pass everything: what is measured is how it fetches, not what it keeps.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting, without_ports};

pub(super) fn varnish(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).only(has_plain_address).logging(log)
}

/// Varnish speaks no TLS, and looks a backend's name up once, when it reads its configuration.
pub(super) fn has_plain_address(fault: &Fault) -> bool {
    match fault.level {
        Level::Name => false,
        Level::Tls => fault.name.starts_with("plain-to-tls"),
        Level::Address | Level::Stream => true,
    }
}

pub(super) fn program() -> Program {
    Program {
        name: "varnish",
        command: "varnishd",
        package: "varnish",
        version_option: "-V",
        version_follows: "varnish-",
        arguments: |folder| {
            let at = |name: &str| folder.join(name).display().to_string();
            let listen = std::fs::read_to_string(folder.join("gateway.conf")).unwrap();
            let listen = listen.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
            // In the foreground, as whoever starts it, and with a small log and a small cache.
            let words = ["-F", "-j", "none", "-l", "30m", "-s", "malloc,32m", "-f"];
            let mut words = words.map(ToOwned::to_owned).to_vec();
            words.extend([at("gateway.conf"), "-n".to_owned(), at("varnish"), "-a".to_owned(), listen]);
            words
        },
        config,
    }
}

/// The first line is where to listen, which the command line says.
///
/// Kept connections are known by the address alone: a fault would meet those of another. So all are closed after one
/// request.
pub(super) fn config(setting: &Setting) -> String {
    let Setting { listen, lab, .. } = setting;
    let (mut backends, mut choices) = (String::new(), String::new());
    for fault in FAULTS.iter().filter(|fault| has_plain_address(fault)) {
        let url = lab.url_of(fault);
        let (host, port) =
            url.trim_start_matches("http://").split('/').next().unwrap().split_once(':').unwrap();
        let name = format!("fault_{}", fault.name.replace(['-', '.'], "_"));
        let _ = writeln!(
            backends,
            "backend {name} {{ .host = \"{host}\"; .port = \"{port}\"; .connect_timeout = 1s; \
             .first_byte_timeout = 2s; .between_bytes_timeout = 2s; }}"
        );
        let _ = writeln!(
            choices,
            "    if (req.url == \"/fault/{}\") {{ set req.backend_hint = {name}; }}",
            fault.name
        );
    }
    format!(
        r#"# {listen}
vcl 4.1;
{backends}
sub vcl_recv {{
{choices}
    return (pass);
}}
sub vcl_backend_fetch {{
    set bereq.http.Connection = "close";
}}
"#
    )
}

/// Varnish logs to memory, where another program reads it: `VXID TAG b VALUE`. Kept is what is said of each fetch.
fn log(folder: &Path) -> String {
    let varnish = folder.join("varnish");
    let output = Command::new("varnishlog").args(["-d", "-g", "raw", "-n"]).arg(varnish).output().unwrap();
    let mut urls = HashMap::new();
    let mut told = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut words = line.split_whitespace();
        let (Some(fetch), Some(tag), Some("b")) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let value = words.collect::<Vec<_>>().join(" ");
        match tag {
            "BereqURL" => drop(urls.insert(fetch.to_owned(), value)),
            "FetchError" | "Error" | "BogoHeader" | "HttpGarbage" | "LostHeader" => {
                let url = urls.get(fetch).map_or("", String::as_str);
                let _ = writeln!(told, "\"GET {url} HTTP/1.1\" => {tag} {}", without_ports(&value));
            }
            _ => {}
        }
    }
    told
}
