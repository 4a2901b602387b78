//! lighttpd with `mod_proxy`. It opens a connection for each request.

use std::path::Path;

use why502::lab::{FAULTS, Fault, Lab};

use super::gateway::{Program, RealGateway, Setting, read, without_ports};
use super::varnish::has_plain_address;

pub(super) fn lighttpd(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).only(has_plain_address).logging(log)
}

pub(super) fn program() -> Program {
    Program {
        name: "lighttpd",
        command: "lighttpd",
        package: "lighttpd",
        version_option: "-v",
        version_follows: "lighttpd/",
        arguments: |folder| vec!["-D".into(), "-f".into(), folder.join("gateway.conf").display().to_string()],
        config,
    }
}

pub(super) fn config(setting: &Setting) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    let faults = FAULTS.iter().filter(|fault| has_plain_address(fault));
    let proxies: String = faults.map(|fault| proxy(fault, lab)).collect();
    format!(
        r#"# Written by why502's tests.
server.modules = ( "mod_proxy" )
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}"
server.errorlog = "/dev/stderr"
{proxies}
"#,
        port = listen.port(),
        folder = folder.display(),
    )
}

fn proxy(fault: &Fault, lab: &Lab) -> String {
    let url = lab.url_of(fault);
    let (host, port) = url.trim_start_matches("http://").split('/').next().unwrap().split_once(':').unwrap();
    format!(
        "$HTTP[\"url\"] == \"/fault/{}\" {{ proxy.server = ( \"\" => (( \"host\" => \"{host}\", \"port\" => {port}, \
         \"connect-timeout\" => 1, \"read-timeout\" => 2, \"write-timeout\" => 2, \"disable-time\" => 0 ))) }}\n",
        fault.name
    )
}

/// Most lines name the path; those on connecting name the address.
fn log(folder: &Path) -> String {
    let config = read(&folder.join("gateway.conf"));
    let lines = read(&folder.join("error.log"));
    let lines = lines.lines().filter_map(|line| {
        let (_, said) = line.split_once("): ").or_else(|| line.split_once(") "))?;
        let fault = match said.split_once("/fault/") {
            Some((_, path)) => path.split(['?', ' ', ',']).next()?.to_owned(),
            None => asked_at(&config, said)?,
        };
        let said = said.replace(&format!("/fault/{fault}"), "URL");
        Some(format!("\"GET /fault/{fault} HTTP/1.1\" => {}\n", without_ports(&said)))
    });
    lines.collect()
}

/// The only fault at the port that is named, if there is only one.
fn asked_at(config: &str, said: &str) -> Option<String> {
    let (_, port) = said.split_once("tcp:127.0.0.1:")?;
    let port = port.split(':').next()?;
    let mut there = config.lines().filter(|line| line.contains(&format!("=> {port},")));
    let line = there.next().filter(|_| there.next().is_none())?;
    Some(line.split_once("/fault/")?.1.split('"').next()?.to_owned())
}
