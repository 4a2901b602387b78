//! Apache Traffic Server as a reverse proxy without a cache, with a host name for each fault.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting, read, without_ports};

pub(super) fn trafficserver(lab: &Lab) -> RealGateway {
    // It takes seconds over two thousand fields, in which it does nothing else.
    let blocks = FAULTS.iter().filter(|fault| fault.name == "headers-2000");
    RealGateway::start(&program(), lab)
        .beside(blocks, |fault| RealGateway::start_for(&program(), lab, Some(fault)))
        .logging(log)
}

pub(super) fn program() -> Program {
    Program {
        name: "trafficserver",
        command: "traffic_server",
        package: "trafficserver",
        version_option: "--version",
        version_follows: "Traffic Server ",
        arguments: |folder| vec![format!("--run-root={}", folder.join("runroot.yaml").display())],
        config: |setting| config(setting, ""),
    }
}

/// Writes its files, all of which have names of their own. `extra` are more lines of `records.config`.
pub(super) fn config(setting: &Setting, extra: &str) -> String {
    let Setting { listen, folder, name_server, lab, .. } = setting;
    let mut remap = String::new();
    for fault in FAULTS {
        let url = lab.url_of(fault);
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let (ip, port) = authority.rsplit_once(':').unwrap();
        // It shares the connections of a name, and leaves a name alone that failed.
        let host = host(fault, scheme, ip);
        let _ = writeln!(remap, "map http://{listen}/fault/{} {scheme}://{host}:{port}/{path}", fault.name);
    }
    let _ = writeln!(remap, "map http://{listen}/ {}/", lab.base_url());
    let files = [
        ("runroot.yaml", run_root(folder)),
        ("etc/remap.config", remap),
        ("etc/records.config", records(setting, &name_server.to_string()) + extra),
        ("etc/storage.config", String::new()),
        (
            "etc/ip_allow.yaml",
            "ip_allow: [{apply: in, ip_addrs: 0/0, action: allow, methods: ALL}]\n".to_owned(),
        ),
        ("etc/logging.yaml", LOGGING.to_owned()),
    ];
    for folder_name in ["etc", "log", "run", "cache"] {
        fs::create_dir_all(folder.join(folder_name)).unwrap();
    }
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    "The configuration is in etc.\n".to_owned()
}

fn host(fault: &Fault, scheme: &str, ip: &str) -> String {
    match (fault.level, scheme) {
        (Level::Name, _) => ip.to_owned(),
        (_, "https") => "localhost".to_owned(),
        _ => format!("{}.lab", fault.name),
    }
}

fn run_root(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "prefix: /usr\nexec_prefix: /usr\nbindir: /usr/bin\nsbindir: /usr/sbin\nsysconfdir: {folder}/etc\n\
         datadir: {folder}/cache\nincludedir: /usr/include\nlibdir: /usr/lib/trafficserver\n\
         libexecdir: /usr/lib/trafficserver/modules\nlocalstatedir: {folder}/run\nruntimedir: {folder}/run\n\
         logdir: {folder}/log\ncachedir: {folder}/cache\n"
    )
}

fn records(setting: &Setting, name_server: &str) -> String {
    let Setting { listen, folder, .. } = setting;
    format!(
        "CONFIG proxy.config.http.server_ports STRING {port}:ip-in={ip}
CONFIG proxy.config.admin.user_id STRING #-1
CONFIG proxy.config.exec_thread.autoconfig INT 0
CONFIG proxy.config.exec_thread.limit INT 1
CONFIG proxy.config.http.cache.http INT 0
CONFIG proxy.config.http.connect_attempts_max_retries INT 0
CONFIG proxy.config.http.connect_attempts_max_retries_dead_server INT 0
CONFIG proxy.config.http.connect_attempts_rr_retries INT 0
CONFIG proxy.config.http.connect_attempts_timeout INT 1
CONFIG proxy.config.http.transaction_no_activity_timeout_out INT 2
CONFIG proxy.config.http.down_server.cache_time INT 0
CONFIG proxy.config.dns.nameservers STRING {name_server}
CONFIG proxy.config.dns.resolv_conf STRING NULL
CONFIG proxy.config.dns.lookup_timeout INT 2
CONFIG proxy.config.crash_log_helper STRING NULL
CONFIG proxy.config.ssl.client.CA.cert.filename STRING {folder}/authority.pem
CONFIG proxy.config.ssl.client.verify.server.policy STRING ENFORCED
CONFIG proxy.config.ssl.client.verify.server.properties STRING ALL
CONFIG proxy.config.log.max_secs_per_buffer INT 1
CONFIG proxy.config.diags.output.error STRING SL
",
        port = listen.port(),
        ip = listen.ip(),
        folder = folder.display(),
    )
}

const LOGGING: &str = "logging:
  formats:
  - name: lab
    format: \"%<pssc> %<crc> '%<cquc>'\"
  logs:
  - filename: access
    format: lab
";

/// Lines of `error.log` and of the access log name a request by its URL after a quotation mark.
fn log(folder: &Path) -> String {
    let log = read(&folder.join("log/error.log")) + &read(&folder.join("log/access.log"));
    let named = log.lines().filter_map(|line| {
        let (before, url) = line.split_once("'http")?;
        let name = url.split_once("/fault/")?.1.split('\'').next()?;
        let words = without_ports(
            before.split_once(' ').filter(|(time, _)| time.len() > 12).map_or(before, |(_, words)| words),
        );
        let words = words.trim_end_matches("url=").trim_end_matches("for ").trim_end();
        Some(format!("\"GET /fault/{name} HTTP/1.1\" => {words}\n"))
    });
    named.collect()
}
