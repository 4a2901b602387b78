//! h2o. Version 2.2.5 crashes on some responses, and with it every connection that it has; those faults have a process
//! of their own, and each process is started anew when it ends.

use std::fmt::Write as _;
use std::path::Path;

use why502::lab::{FAULTS, Lab};

use super::gateway::{Program, RealGateway, Setting, read};

pub(super) fn h2o(lab: &Lab) -> RealGateway {
    let crashes = FAULTS.iter().filter(|fault| {
        ["cl-", "te-", "ok-chunked-capitals"].iter().any(|start| fault.name.starts_with(start))
    });
    RealGateway::keep_for(&program(), lab, None)
        .beside(crashes, |fault| RealGateway::keep_for(&program(), lab, Some(fault)))
        .logging(log)
}

/// `[lib/core/proxy.c] in request:/fault/NAME:WHAT IT SAYS`.
fn log(folder: &Path) -> String {
    let log = read(&folder.join("error.log"));
    let said = log.lines().filter_map(|line| line.split_once("in request:")?.1.split_once(':'));
    said.fold(String::new(), |lines, (path, words)| lines + &format!("\"GET {path} HTTP/1.1\" => {words}\n"))
}

pub(super) fn program() -> Program {
    Program {
        name: "h2o",
        command: "h2o",
        package: "h2o",
        version_option: "--version",
        version_follows: "h2o version ",
        arguments: |folder| vec!["-c".into(), folder.join("gateway.conf").display().to_string()],
        config: |setting| config(setting, ""),
    }
}

/// `extra` are more lines at the top.
pub(super) fn config(setting: &Setting, extra: &str) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    let mut paths = String::new();
    for fault in FAULTS {
        let name = fault.name;
        let url = lab.url_of(fault);
        // A name for the server name (SNI).
        let url = if url.starts_with("https:") { url.replace("127.0.0.1", "localhost") } else { url };
        let _ = writeln!(paths, "      /fault/{name}:\n        proxy.reverse.url: {url}");
    }
    format!(
        r"# Written by why502's tests.
user: root
num-threads: 1
proxy.timeout.io: 2000
proxy.ssl.cafile: {folder}/authority.pem
{extra}
listen:
  host: {ip}
  port: {port}
hosts:
  default:
    paths:
{paths}      /:
        proxy.reverse.url: {base}/
",
        ip = listen.ip(),
        port = listen.port(),
        base = lab.base_url(),
        folder = folder.display(),
    )
}
