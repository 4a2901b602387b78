//! Squid as a forward proxy: for every URL, and with CONNECT to every port.

use why502::lab::Lab;

use super::gateway::{Program, RealGateway, Setting};

/// `rules` are lines that stand above the one that allows all.
pub(crate) fn squid_forward(lab: &Lab, rules: &'static str) -> RealGateway {
    RealGateway::start_with(&program(), lab, None, |setting| config(setting, rules))
}

fn program() -> Program {
    Program {
        name: "squid-forward",
        command: "squid",
        package: "squid",
        version_option: "-v",
        version_follows: "Version ",
        arguments: |folder| {
            let config = folder.join("gateway.conf").display().to_string();
            vec!["-N".into(), "-d".into(), "1".into(), "-f".into(), config]
        },
        config: |setting| config(setting, ""),
    }
}

/// Its timers are coarse: a limit was measured to end a wait a second before its time.
///
/// Started by root, Squid becomes a user that may not write into the folder: so it writes nothing.
fn config(setting: &Setting, rules: &str) -> String {
    let Setting { listen, .. } = setting;
    format!(
        "# Written by why502's tests.
http_port {listen}
pid_filename none
access_log none
cache_log /dev/null
cache deny all
cache_mem 0
visible_hostname localhost
pinger_enable off
netdb_filename none
memory_pools off
shutdown_lifetime 1 second
{rules}
http_access allow all
server_persistent_connections off
connect_retries 0
retry_on_error off
connect_timeout 2 seconds
forward_timeout 4 seconds
read_timeout 3 seconds
dns_timeout 2 seconds
"
    )
}
