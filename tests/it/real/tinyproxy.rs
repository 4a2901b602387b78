//! tinyproxy as a reverse proxy. It has no TLS towards the upstream.

use why502::lab::{FAULTS, Fault, Lab};

use super::gateway::{Program, RealGateway, Setting};

pub(super) fn tinyproxy(lab: &Lab) -> RealGateway {
    // For ReversePath a path ends with a slash, and so a port of its own takes a process of its own.
    let own_ports =
        FAULTS.iter().filter(|fault| can(fault) && !lab.url_of(fault).starts_with(&lab.base_url()));
    RealGateway::start(&program(), lab)
        .only(can)
        .beside(own_ports, |fault| RealGateway::start_for(&program(), lab, Some(fault)))
}

fn can(fault: &Fault) -> bool {
    !fault.name.starts_with("tls-") || matches!(fault.name, "tls-alert" | "tls-record")
}

pub(super) fn program() -> Program {
    Program {
        name: "tinyproxy",
        command: "tinyproxy",
        package: "tinyproxy-bin",
        version_option: "-v",
        version_follows: "tinyproxy ",
        arguments: |folder| vec!["-d".into(), "-c".into(), folder.join("gateway.conf").display().to_string()],
        config,
    }
}

fn config(setting: &Setting) -> String {
    let Setting { listen, folder, lab, only, .. } = setting;
    let base = only.map_or_else(|| lab.base_url(), |fault| lab.url_of(fault));
    let base = base.split("/fault/").next().unwrap();
    format!(
        r#"# Written by why502's tests.
Listen {ip}
Port {port}
Timeout 2
MaxClients 200
LogLevel Info
PidFile "{folder}/pid"
ReverseOnly Yes
ReversePath "/" "{base}/"
"#,
        ip = listen.ip(),
        port = listen.port(),
        folder = folder.display(),
    )
}
