//! Every line of configuration that a remedy recommends, given to the program that it is for.

use std::fs;
use std::path::Path;

use why502::gateway::{Gateway, all_settings, by_name};
use why502::lab::Lab;

use super::gateway::{Program, RealGateway, Setting, read};
use super::{
    apache, caddy, envoy, h2o, haproxy, lighttpd, nghttpx, nginx, squid, tinyproxy, trafficserver, varnish,
};

#[test]
fn nginx_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certificate(folder.path());
    let refused = refused(by_name("nginx").unwrap(), |config| {
        let config = config
            .replace("/etc/nginx/client", &certificate)
            .replace("/etc/ssl/certs/ca-certificates.crt", &format!("{certificate}.pem"));
        let (http, location) =
            if config.starts_with("upstream") { (config, String::new()) } else { (String::new(), config) };
        let file = folder.path().join("gateway.conf");
        let at = folder.path().display();
        let text = format!(
            "pid \"{at}/pid\";\nevents {{}}\nhttp {{\naccess_log off;\n{http}\n\
             server {{ listen unix:{at}/socket; location / {{\n{location}\n}} }}\n}}\n"
        );
        fs::write(&file, text).unwrap();
        let path = file.display().to_string();
        nginx::program().run(&["-t", "-e", "stderr", "-p", &at.to_string(), "-c", &path])
    });
    assert_eq!(refused, "");
}

#[test]
fn envoy_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let authority = format!("{}.pem", certificate(folder.path()));
    let refused = refused(by_name("envoy").unwrap(), |config| {
        let config = config.replace("/etc/ssl/certs/ca-certificates.crt", &authority);
        if config.is_empty() {
            return (true, String::new());
        }
        let no_routes = "route_config: {virtual_hosts: []}";
        let (manager, clusters) = if config.starts_with("clusters:") {
            (no_routes.to_owned(), config)
        } else if !config.contains("route_config:") {
            (format!("{no_routes}\n{config}"), "clusters:\n- name: app".to_owned())
        } else {
            (config, "clusters:\n- name: app".to_owned())
        };
        let manager = manager.replace('\n', "\n          ");
        let clusters = clusters.replace('\n', "\n  ");
        let file = folder.path().join("gateway.yaml");
        fs::write(&file, ENVOY.replace("MANAGER", &manager).replace("CLUSTERS", &clusters)).unwrap();
        envoy::program().run(&["--mode", "validate", "-c", &file.display().to_string()])
    });
    assert_eq!(refused, "");
}

const ENVOY: &str = r#"
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 1}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: gateway
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          MANAGER
  CLUSTERS
"#;

#[test]
fn haproxy_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let pair_file = pair(folder.path());
    let refused = refused(by_name("haproxy").unwrap(), |config| {
        let config = config.replace("/etc/haproxy/client.pem", &pair_file);
        // What stands at the end of a server's line.
        let ends_a_line = ["sni ", "crt ", "ssl-min-ver "].iter().any(|word| config.starts_with(word));
        let config = if ends_a_line { format!("{LINE} {config}") } else { config };
        let file = folder.path().join("gateway.conf");
        let times = "timeout connect 1s\n    timeout server 1s\n    timeout client 1s";
        fs::write(&file, format!("defaults\n    mode http\n    {times}\n\n{config}\n\nfrontend f\n    mode http\n    bind 127.0.0.1:1\n")).unwrap();
        haproxy::program().run(&["-c", "-f", &file.display().to_string()])
    });
    assert_eq!(refused, "");
}

const LINE: &str = "backend app\n    server app 10.0.3.7:443 ssl verify required ca-file @system-ca";

#[test]
fn apache_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certificate(folder.path());
    let pair_file = pair(folder.path());
    let refused = refused(by_name("apache").unwrap(), |config| {
        let config = config
            .replace("/etc/apache2/client.pem", &pair_file)
            .replace("/etc/ssl/certs/ca-certificates.crt", &format!("{certificate}.pem"));
        let file = folder.path().join("gateway.conf");
        fs::write(&file, format!("{}Listen 127.0.0.1:1\n{config}\n", apache::beginning(folder.path())))
            .unwrap();
        apache::program().run(&["-t", "-f", &file.display().to_string()])
    });
    assert_eq!(refused, "");
}

#[test]
fn caddy_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certificate(folder.path());
    let refused = refused(by_name("caddy").unwrap(), |config| {
        let config = config
            .replace("/etc/caddy/client", &certificate)
            .replace("/etc/ssl/certs/ca-certificates.crt", &format!("{certificate}.pem"));
        let file = folder.path().join("gateway.conf");
        fs::write(&file, format!("{{\n\tauto_https off\n}}\nhttp://127.0.0.1:1 {{\n{config}\n}}\n")).unwrap();
        let path = file.display().to_string();
        caddy::program().run(&["validate", "--adapter", "caddyfile", "--config", &path])
    });
    assert_eq!(refused, "");
}

#[test]
fn lighttpd_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused(by_name("lighttpd").unwrap(), |config| {
        let file = folder.path().join("gateway.conf");
        let at = folder.path().display();
        let server = format!("server.port = 1\nserver.document-root = \"{at}\"");
        fs::write(&file, format!("server.modules = ( \"mod_proxy\" )\n{server}\n{config}\n")).unwrap();
        lighttpd::program().run(&["-tt", "-f", &file.display().to_string()])
    });
    assert_eq!(refused, "");
}

#[test]
fn squid_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certificate(folder.path());
    let refused = refused(by_name("squid").unwrap(), |config| {
        let config = config
            .replace("/etc/squid/client", &certificate)
            .replace("/etc/ssl/certs/ca-certificates.crt", &format!("{certificate}.pem"));
        let file = folder.path().join("gateway.conf");
        let log = folder.path().join("cache.log");
        fs::write(&file, format!("http_port 127.0.0.1:1 accel\ncache_log {}\n{config}\n", log.display()))
            .unwrap();
        let (_, said) = squid::program().run(&["-k", "parse", "-f", &file.display().to_string()]);
        // It succeeds whatever it says.
        (!["ERROR", "FATAL", "Bungled", "WARNING"].iter().any(|word| said.contains(word)), said)
    });
    assert_eq!(refused, "");
}

#[test]
fn varnish_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused(by_name("varnish").unwrap(), |config| {
        let file = folder.path().join("gateway.conf");
        let is_vcl = !config.starts_with("-p");
        let backend = if config.contains("backend ") { "" } else { "backend default none;\n" };
        let vcl = if is_vcl { config.as_str() } else { "" };
        fs::write(&file, format!("vcl 4.1;\n{backend}{vcl}\n")).unwrap();
        let (path, at) = (file.display().to_string(), folder.path().join("varnish").display().to_string());
        // With -C it compiles the configuration, and does not start.
        let mut arguments = vec!["-C", "-j", "none", "-n", &at, "-f", &path];
        if !is_vcl {
            arguments.extend(config.split(' '));
        }
        varnish::program().run(&arguments)
    });
    assert_eq!(refused, "");
}

#[test]
fn h2o_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let authority = format!("{}.pem", certificate(folder.path()));
    let refused = refused(by_name("h2o").unwrap(), |config| {
        let config = config.replace("/etc/ssl/certs/ca-certificates.crt", &authority);
        let file = folder.path().join("gateway.conf");
        let reverse = "proxy.reverse.url: http://127.0.0.1:1/";
        let (top, config) = if config.starts_with("proxy.reverse.url") {
            (String::new(), config)
        } else if config.starts_with("proxy.emit") {
            (config, reverse.to_owned())
        } else {
            (String::new(), format!("{reverse}\n        {config}"))
        };
        let text = format!(
            "{top}\nlisten: {{host: 127.0.0.1, port: 1}}\nhosts:\n  default:\n    paths:\n      /:\n        {config}\n"
        );
        fs::write(&file, text).unwrap();
        h2o::program().run(&["-t", "-c", &file.display().to_string()])
    });
    assert_eq!(refused, "");
}

/// It has no check of its own, but says first what it does not know; the option that it cannot know comes last.
#[test]
fn nghttpx_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused(by_name("nghttpx").unwrap(), |config| {
        let file = folder.path().join("gateway.conf");
        fs::write(&file, format!("frontend=127.0.0.1,1;no-tls\n{config}\nend-of-config=1\n")).unwrap();
        let (_, said) = nghttpx::program().run(&[&format!("--conf={}", file.display())]);
        (said.matches("ERROR").count() == 1 && said.contains("Unknown option: end-of-config"), said)
    });
    assert_eq!(refused, "");
}

#[test]
fn tinyproxy_takes_every_line_that_is_recommended_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused(by_name("tinyproxy").unwrap(), |config| {
        let file = folder.path().join("gateway.conf");
        fs::write(&file, format!("Port 1\n{config}\nEndOfConfig\n")).unwrap();
        let (_, said) = tinyproxy::program().run(&["-d", "-c", &file.display().to_string()]);
        // An empty line stands where nothing is recommended.
        (said.contains("Syntax error on line 3"), said)
    });
    assert_eq!(refused, "");
}

/// Its configuration is code: the program of the tests has each of these lines, and so they compile.
#[test]
fn pingora_takes_every_line_that_is_recommended_for_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pingora/src/recommended.rs");
    let compiled = fs::read_to_string(path).unwrap();
    let compiled: Vec<_> = compiled.lines().map(str::trim).collect();
    let refused = refused(by_name("pingora").unwrap(), |config| {
        let lines: Vec<_> = config.lines().collect();
        (lines.is_empty() || compiled.windows(lines.len()).any(|there| there == lines), String::new())
    });
    assert_eq!(refused, "");
}

/// Its own check says nothing of names that it does not know; when it starts it does.
#[tokio::test]
async fn traffic_server_knows_every_record_that_is_recommended_for_it() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let config = |setting: &Setting| {
        let remedies = by_name("trafficserver").unwrap().remedies.iter().map(|remedy| remedy.config);
        let lines: Vec<_> = remedies
            .chain(all_settings("trafficserver").map(|setting| setting.config))
            .chain(["CONFIG end.of.config INT 1\n"])
            .collect();
        trafficserver::config(setting, &lines.join("\n"))
    };
    let gateway = RealGateway::start(&Program { config, ..trafficserver::program() }, &lab)
        .logging(|folder| read(&folder.join("log/diags.log")));
    let log = gateway.log();
    let unknown: Vec<_> =
        log.lines().filter(|line| line.contains("Unrecognized configuration value")).collect();
    assert!(matches!(unknown[..], [only] if only.contains("end.of.config")), "{log}");
}

/// What the program says about the lines that it does not take.
fn refused(gateway: &Gateway, check: impl Fn(String) -> (bool, String)) -> String {
    let recommended = gateway.remedies.iter().map(|remedy| remedy.config);
    let recommended = recommended.chain(gateway.spoils.iter().map(|spoiling| spoiling.config));
    let recommended = recommended.chain(all_settings(gateway.name).map(|setting| setting.config));
    recommended
        .filter_map(|config| {
            let (taken, said) = check(config.to_owned());
            (!taken).then(|| format!("{config}\n=> {said}\n"))
        })
        .collect()
}

/// The key and its certificate in one file.
fn pair(folder: &Path) -> String {
    let certificate = certificate(folder);
    let pair =
        ["pem", "key"].map(|kind| fs::read_to_string(format!("{certificate}.{kind}")).unwrap()).concat();
    let pair_file = folder.join("pair.pem").display().to_string();
    fs::write(&pair_file, pair).unwrap();
    pair_file
}

/// Writes `client.pem` and `client.key`, and says where they are without the ending.
fn certificate(folder: &Path) -> String {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["client".to_owned()]).unwrap();
    let base = folder.join("client");
    fs::write(base.with_extension("pem"), cert.pem()).unwrap();
    fs::write(base.with_extension("key"), signing_key.serialize_pem()).unwrap();
    base.display().to_string()
}
