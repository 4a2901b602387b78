//! nghttpx, with a backend for each fault.

use std::fmt::Write as _;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting, read};

pub(super) fn nghttpx(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).only(can).logging(|folder| read(&folder.join("access.log")))
}

/// A name is looked up when it starts, or with the system's own name server: it cannot be told another.
fn can(fault: &Fault) -> bool {
    fault.level != Level::Name
}

pub(super) fn program() -> Program {
    Program {
        name: "nghttpx",
        command: "nghttpx",
        package: "nghttp2-proxy",
        version_option: "--version",
        version_follows: "nghttp2/",
        arguments: |folder| {
            let file = folder.join("gateway.conf").display().to_string();
            vec![format!("--conf={file}"), "--single-process".into()]
        },
        config: |setting| config(setting, ""),
    }
}

/// `extra` are more lines.
pub(super) fn config(setting: &Setting, extra: &str) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    let mut backends = String::new();
    for fault in FAULTS.iter().filter(|fault| can(fault)) {
        let name = fault.name;
        let url = lab.url_of(fault);
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, _) = rest.split_once('/').unwrap();
        let (host, port) = authority.rsplit_once(':').unwrap();
        // Backends that are the same in all share their connections; a name that plain HTTP does not use keeps the
        // faults apart.
        let tls = if scheme == "https" { "tls;sni=localhost".to_owned() } else { format!("sni={name}") };
        let _ = writeln!(backends, "backend={host},{port};/fault/{name};proto=http/1.1;{tls}");
    }
    let base = lab.base_url();
    let (_, base) = base.split_once("://").unwrap();
    format!(
        r#"# Written by why502's tests.
frontend={ip},{port};no-tls
{backends}backend={base};/;proto=http/1.1
cacert={authority}
workers=1
backend-connect-timeout=1s
backend-read-timeout=2s
backend-write-timeout=2s
# A backend that could not be reached is otherwise left alone for seconds.
backend-max-backoff=1ms
accesslog-file={folder}/access.log
accesslog-format="$request" => $status
errorlog-file={folder}/error.log
{extra}
"#,
        ip = listen.ip(),
        port = listen.port(),
        base = base.replace(':', ","),
        authority = folder.join("authority.pem").display(),
        folder = folder.display(),
    )
}
