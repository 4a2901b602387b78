//! Pingora, which is a library: the program around it is in `tests/pingora`, and `./tests/run` builds it.

use std::fmt::Write as _;
use std::path::Path;

use why502::lab::{FAULTS, Lab, Level};

use super::gateway::{Program, RealGateway, Setting, read, without_ports};

pub(super) fn pingora(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).logging(log)
}

pub(super) fn program() -> Program {
    Program {
        name: "pingora",
        command: "pingora-gateway",
        package: "tests/pingora of why502, which ./tests/run builds into target/pingora/debug",
        version_option: "--version",
        version_follows: "pingora ",
        arguments: |folder| vec![folder.join("gateway.conf").display().to_string()],
        config,
    }
}

fn config(setting: &Setting) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    let mut text = format!(
        "# Written by why502's tests.\nlisten {listen}\nauthority {}/authority.pem\ntimeouts 1 2\nroute / {}\n",
        folder.display(),
        lab.base_url(),
    );
    for fault in FAULTS {
        let path = format!("/fault/{}", fault.name);
        let url = lab.url_of(fault);
        let _ = writeln!(text, "route {path} {}", url.trim_end_matches(&path));
    }
    text
}

/// The lines end with the request.
fn log(folder: &Path) -> String {
    let lines = read(&folder.join("error.log"));
    let lines = lines.lines().filter_map(|line| {
        // What is said of a name that does not exist names no request; there is one fault of that kind.
        if let Some((said, _)) = line.split_once("information: ") {
            let fault = FAULTS.iter().find(|fault| fault.level == Level::Name)?;
            return Some(format!("\"GET /fault/{} HTTP/1.1\" => {said}information\n", fault.name));
        }
        let (_, said) = line.split_once("pingora_proxy] ")?;
        let (said, request) = said.rsplit_once(", GET ").or_else(|| said.rsplit_once(", POST "))?;
        let (path, _) = request.split_once(", Host: ")?;
        Some(format!("\"GET {path} HTTP/1.1\" => {}\n", without_ports(&telling(said))))
    });
    lines.collect()
}

/// Without what stands between the kind of error and its cause, and is the upstream's address, at some length; without
/// the head that was refused, and without the time.
fn telling(said: &str) -> String {
    let said = without(said, " context: Peer: ", " cause:  context: ", " ");
    let said = without(&said, "buf: ", " cause: ", "... cause: ");
    without(&said, ": verification time ", ", SNI: ", ", SNI: ")
}

/// With this in the place of all from one mark to the end of the other.
fn without(said: &str, from: &str, to: &str, instead: &str) -> String {
    let Some((before, rest)) = said.split_once(from) else { return said.to_owned() };
    let after = rest.rsplit_once(to).map_or(rest, |(_, after)| after);
    [before, instead, after].concat()
}
