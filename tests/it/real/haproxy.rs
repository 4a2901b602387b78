//! HAProxy in HTTP mode, with the connections to its servers kept and reused as by default.

use std::fmt::Write as _;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting};

pub(super) fn haproxy(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab)
}

pub(super) fn program() -> Program {
    Program {
        name: "haproxy",
        command: "haproxy",
        package: "haproxy",
        version_option: "-v",
        version_follows: "HAProxy version ",
        arguments: |folder| {
            vec!["-db".into(), "-f".into(), folder.join("gateway.conf").display().to_string()]
        },
        config: |setting| config(setting, "", ""),
    }
}

/// `global` and `defaults` are more lines of those sections.
pub(super) fn config(setting: &Setting, global: &str, defaults: &str) -> String {
    let Setting { listen, folder, name_server, lab, .. } = setting;
    let authority_file = folder.join("authority.pem");
    let base = lab.base_url();
    let (_, base) = base.split_once("://").unwrap();
    let (mut rules, mut backends) = (String::new(), String::new());
    for fault in FAULTS {
        let name = fault.name;
        let _ = writeln!(rules, "    use_backend {name} if {{ path /fault/{name} }}");
        let _ = writeln!(backends, "backend {name}\n    server lab {}", server(fault, lab));
    }
    format!(
        r"# Written by why502's tests.
global
    log stdout format raw local0
    ca-base /
    nbthread 1
    {global}

resolvers nobody
    nameserver nobody {name_server}
    resolve_retries 1
    timeout resolve 200ms
    timeout retry 200ms

defaults
    mode http
    log global
    option httplog
    retries 0
    timeout connect 1s
    timeout server 2s
    timeout client 10s
    timeout http-request 10s
    {defaults}
    default-server ca-file {authority_file} sni str(localhost)

frontend gateway
    bind {listen}
{rules}    default_backend lab

{backends}
backend lab
    server lab {base}
",
        authority_file = authority_file.display(),
    )
}

fn server(fault: &Fault, lab: &Lab) -> String {
    let url = lab.url_of(fault);
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, _) = rest.split_once('/').unwrap();
    match (fault.level, scheme) {
        (Level::Name, _) => format!("{authority} resolvers nobody init-addr none"),
        (_, "https") => format!("{authority} ssl verify required verifyhost localhost"),
        _ => authority.to_owned(),
    }
}
