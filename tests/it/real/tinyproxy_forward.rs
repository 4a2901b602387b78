//! tinyproxy as a forward proxy: for every URL, and with CONNECT to every port.

use why502::lab::Lab;

use super::gateway::{Program, RealGateway, Setting};

/// `rules` are further lines of the configuration.
pub(crate) fn tinyproxy_forward(lab: &Lab, rules: &'static str) -> RealGateway {
    RealGateway::start_with(&program(), lab, None, |setting| config(setting, rules))
}

fn program() -> Program {
    Program {
        name: "tinyproxy-forward",
        command: "tinyproxy",
        package: "tinyproxy",
        version_option: "-v",
        version_follows: "tinyproxy ",
        arguments: |folder| vec!["-d".into(), "-c".into(), folder.join("gateway.conf").display().to_string()],
        config: |setting| config(setting, ""),
    }
}

fn config(setting: &Setting, rules: &str) -> String {
    let Setting { listen, .. } = setting;
    format!(
        "# Written by why502's tests.
Port {port}
Listen {address}
Timeout 2
MaxClients 100
LogLevel Warning
{rules}
",
        port = listen.port(),
        address = listen.ip(),
    )
}
