//! Squid as an accelerator, told to keep nothing, with the connections to its upstreams kept as by default.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use why502::lab::{FAULTS, Fault, Lab, Level};

use super::gateway::{Program, RealGateway, Setting, read};

pub(super) fn squid(lab: &Lab) -> RealGateway {
    RealGateway::start(&program(), lab)
        .logging(log)
        .leaving_in_shared_memory(|address| service(&address.port().to_string()) + "-")
}

pub(super) fn program() -> Program {
    Program {
        name: "squid",
        command: "squid",
        package: "squid-openssl",
        version_option: "-v",
        version_follows: "Version ",
        arguments: |folder| {
            let path = folder.join("gateway.conf");
            let config = fs::read_to_string(&path).unwrap();
            let (_, port) = config.split_once("http_port 127.0.0.1:").unwrap();
            let name = service(port.split(' ').next().unwrap());
            let words = ["-N", "-d", "1", "-n", &name, "-f", &path.display().to_string()];
            words.map(ToOwned::to_owned).to_vec()
        },
        config,
    }
}

/// Its memory is shared under this name, so two at a time need two.
pub(super) fn service(port: &str) -> String {
    format!("why502at{port}")
}

/// Each fault has an upstream of its own, by a name in the file of hosts. Kept connections are
/// known by the address alone, so a fault would meet those of another: all are closed after one request.
pub(super) fn config(setting: &Setting) -> String {
    let Setting { listen, folder, lab, .. } = setting;
    // Started as root it becomes somebody else, who has to write here.
    fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    let (mut hosts, mut peers) = (String::new(), String::new());
    for fault in FAULTS {
        let name = fault.name;
        let (port, options) = server(fault, lab, folder);
        if fault.level != Level::Name {
            let _ = writeln!(hosts, "127.0.0.1 {name}.lab");
        }
        let _ = writeln!(
            peers,
            "cache_peer {name}.lab parent {port} 0 no-query originserver no-digest name={name} \
             connect-timeout=1 connect-fail-limit=1000 {options}\n\
             acl {name} urlpath_regex ^/fault/{name}$\ncache_peer_access {name} allow {name}"
        );
    }
    fs::write(folder.join("hosts"), hosts).unwrap();
    fs::write(folder.join("mime.conf"), "").unwrap();
    format!(
        r"# Written by why502's tests.
http_port {listen} accel defaultsite=localhost no-vhost
hosts_file {folder}/hosts
pid_filename none
coredump_dir {folder}
mime_table {folder}/mime.conf
cache_log {folder}/cache.log
logformat told %ru => %Ss/%<Hs %err_code/%err_detail
access_log stdio:{folder}/access.log told
cache deny all
cache_mem 8 MB
max_filedescriptors 4096
pinger_enable off
shutdown_lifetime 0 seconds
http_access allow all
forward_max_tries 1
connect_timeout 1 second
read_timeout 2 seconds
write_timeout 2 seconds
forward_timeout 10 seconds
dns_timeout 2 seconds
never_direct allow all
server_persistent_connections off
{peers}
",
        folder = folder.display(),
    )
}

fn server(fault: &Fault, lab: &Lab, folder: &Path) -> (String, String) {
    let authority = folder.join("authority.pem").display().to_string();
    let url = lab.url_of(fault);
    let (scheme, rest) = url.split_once("://").unwrap();
    let (_, port) = rest.split('/').next().unwrap().rsplit_once(':').unwrap();
    let options = if scheme == "https" {
        format!("tls tls-cafile={authority} ssldomain=localhost")
    } else {
        String::new()
    };
    (port.to_owned(), options)
}

/// The log of accesses: for each, Squid's own code, the upstream's status, and what went wrong.
fn log(folder: &Path) -> String {
    let lines = read(&folder.join("access.log"));
    let told = lines.lines().filter_map(|line| {
        let (url, said) = line.split_once(" => ")?;
        let path = url.trim_start_matches("http://localhost");
        (!said.ends_with(" -/-")).then(|| format!("\"GET {path} HTTP/1.1\" => {said}\n"))
    });
    told.collect()
}
