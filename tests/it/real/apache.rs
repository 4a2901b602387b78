//! Apache httpd with `mod_proxy_http`, in one process, with the connections to its upstreams kept as by default.

use std::fmt::Write as _;
use std::path::Path;

use why502::lab::{FAULTS, Fault, Lab};

use super::gateway::{Program, RealGateway, Setting, read, without_ports};

pub(super) fn apache(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab).logging(log)
}

pub(super) fn program() -> Program {
    Program {
        name: "apache",
        command: "apache2",
        package: "apache2-bin",
        version_option: "-v",
        version_follows: "Apache/",
        // One process, which ends when it is killed; a pool of children would live on.
        arguments: |folder| vec!["-X".into(), "-f".into(), folder.join("gateway.conf").display().to_string()],
        config,
    }
}

const MODULES: &[&str] =
    &["mpm_event", "authz_core", "setenvif", "proxy", "proxy_http", "proxy_http2", "ssl"];

/// What the configurations begin with: the modules, and where everything is. As root the threads are nobody's.
pub(super) fn beginning(folder: &Path) -> String {
    let mut modules = String::new();
    for name in MODULES {
        let _ = writeln!(modules, "LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so");
    }
    format!(
        r##"# Written by why502's tests.
{modules}
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}"
PidFile "{folder}/pid"
ErrorLog "{folder}/error.log"
ServerName localhost
User "#65534"
Group "#65534"
"##,
        folder = folder.display(),
    )
}

pub(super) fn config(setting: &Setting) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    let passes: String = FAULTS.iter().map(|fault| pass(fault, lab)).collect();
    format!(
        r#"{beginning}
ThreadsPerChild 64
Listen {listen}
SetEnvIf Request_URI "(.*)" ASKED=$1
ErrorLogFormat "%-{{ASKED}}e <= [%m:%l] %-E: %M % (%-a)"
LogLevel warn ssl:info
SSLProxyEngine on
SSLProxyVerify require
SSLProxyCACertificateFile "{folder}/authority.pem"
{passes}
ProxyPass "/" "{base}/"
"#,
        beginning = beginning(folder),
        folder = folder.display(),
        base = lab.base_url(),
    )
}

/// Each fault has a worker of its own, so that none meets the kept connection of another. `retry` is how long a worker
/// is left alone that could not be reached. A server name (SNI) is sent only if the URL has a name.
fn pass(fault: &Fault, lab: &Lab) -> String {
    let url = lab.url_of(fault);
    let named = if url.starts_with("https") { url.replace("127.0.0.1", "localhost") } else { url };
    let mut line = String::new();
    let _ = write!(line, "ProxyPass \"/fault/{}\" \"{named}\"", fault.name);
    line + " retry=0 connectiontimeout=1 timeout=2\n"
}

/// Lines on a connection to an upstream do not name the request. Where that upstream has one fault only, its address
/// does; the addresses are in the configuration.
fn log(folder: &Path) -> String {
    let config = read(&folder.join("gateway.conf"));
    let faults = asked_where(&config);
    let lines = read(&folder.join("error.log"));
    let lines = lines.lines().filter_map(|line| {
        let fault = match line.split_once(" <= ") {
            Some((asked, _)) if asked.starts_with("/fault/") => asked.trim_start_matches("/fault/"),
            _ => faults.iter().find(|(port, _)| line.contains(port.as_str()))?.1,
        };
        let (_, said) = line.split_once(" <= ").unwrap_or(("", line));
        let said = said.split(" returned by ").next()?.split(" (127.0.0.1:").next()?;
        let said = said.trim_end_matches(" (-)").replace(" -: ", " ");
        // Comings and goings, and whose certificate it is.
        if ["AH01964", "AH01998", "AH01997"].iter().any(|routine| said.contains(routine)) {
            return None;
        }
        let said = said.split(" [subject: ").next()?.split(". Bad response header: ").next()?;
        Some(format!("\"GET /fault/{fault} HTTP/1.1\" => {}\n", without_ports(said)))
    });
    lines.collect()
}

/// The ports behind which there is one fault only: `:4711`, and which.
fn asked_where(config: &str) -> Vec<(String, &str)> {
    let passes = config.lines().filter_map(|line| line.strip_prefix("ProxyPass \"/fault/"));
    let passes: Vec<_> = passes
        .filter_map(|pass| {
            let (fault, url) = pass.split_once("\" \"")?;
            let (_, port) = url.split_once("://")?.1.split_once('/')?.0.split_once(':')?;
            Some((format!(":{port}"), fault))
        })
        .collect();
    let alone = |port: &str| passes.iter().filter(|(other, _)| other == port).count() == 1;
    passes.iter().filter(|(port, _)| alone(port)).cloned().collect()
}
