//! A reverse proxy with Pingora for why502's tests: one upstream for each path, and all else as it is by default.
//!
//! `pingora-gateway FILE` reads lines such as these. The timeouts are for connecting and for each read and write, in
//! seconds; without that line there are none, as in Pingora. The path `/` is any that has no route of its own.
//!
//! ```text
//! listen 127.0.0.1:8000
//! authority /etc/ssl/authority.pem
//! timeouts 1 2
//! route /fault/refused http://127.0.0.1:9999
//! route / http://127.0.0.1:9502
//! ```
//!
//! `pingora-gateway --version` names the version of Pingora.

mod recommended;

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use async_trait::async_trait;
use pingora_core::Result;
use pingora_core::server::Server;
use pingora_core::server::configuration::ServerConf;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_proxy::{ProxyHttp, Session, http_proxy_service};

fn main() -> ExitCode {
    let asked = std::env::args().nth(1);
    let result = match asked.as_deref() {
        None => Err("usage: pingora-gateway --version | FILE".to_owned()),
        Some("--version") => {
            println!("pingora {}", version());
            return ExitCode::SUCCESS;
        }
        Some(file) => std::fs::read_to_string(file)
            .map_err(|problem| format!("{file} cannot be read: {problem}"))
            .and_then(|text| Config::read(&text))
            .and_then(serve),
    };
    if let Err(problem) = result {
        eprintln!("pingora-gateway: {problem}");
    }
    ExitCode::FAILURE
}

/// What was built in, by the lock file.
fn version() -> &'static str {
    let (_, after) = include_str!("../Cargo.lock")
        .split_once("name = \"pingora-proxy\"\nversion = \"")
        .unwrap_or_default();
    after.split('"').next().unwrap_or_default()
}

fn serve(config: Config) -> std::result::Result<(), String> {
    env_logger::Builder::new().parse_filters("warn").init();
    // Pingora would wait for a port that is taken for half a minute.
    TcpListener::bind(&config.listen).map_err(|problem| format!("{}: {problem}", config.listen))?;
    let settings = ServerConf { ca_file: config.authority.clone(), ..ServerConf::default() };
    let mut server = Server::new_with_opt_and_conf(None, settings);
    server.bootstrap();
    let listen = config.listen.clone();
    let mut service = http_proxy_service(&server.configuration, Gateway(config));
    service.add_tcp(&listen);
    server.add_service(service);
    server.run_forever();
}

#[derive(Default)]
struct Config {
    listen: String,
    authority: Option<String>,
    /// For connecting, and for each read and write.
    timeouts: Option<(Duration, Duration)>,
    routes: Vec<Route>,
}

struct Route {
    /// `/` is any path that has no route of its own.
    path: String,
    is_tls: bool,
    /// `HOST:PORT`
    upstream: String,
}

impl Config {
    fn read(text: &str) -> std::result::Result<Self, String> {
        let mut config = Self::default();
        for line in text.lines() {
            let words: Vec<_> = line.split(' ').collect();
            match words[..] {
                ["listen", address] => address.clone_into(&mut config.listen),
                ["authority", file] => config.authority = Some(file.to_owned()),
                ["timeouts", connect, each] => {
                    let number = |word: &str| word.parse().map_err(|_| format!("no seconds: {line}"));
                    let seconds = |word| number(word).map(Duration::from_secs);
                    config.timeouts = Some((seconds(connect)?, seconds(each)?));
                }
                ["route", path, url] => {
                    let (scheme, upstream) = url.split_once("://").ok_or(format!("no URL: {line}"))?;
                    let (path, upstream) = (path.to_owned(), upstream.to_owned());
                    config.routes.push(Route { path, is_tls: scheme == "https", upstream });
                }
                ["" | "#", ..] => {}
                _ => return Err(format!("what is this line? {line}")),
            }
        }
        Ok(config)
    }
}

struct Gateway(Config);

#[async_trait]
impl ProxyHttp for Gateway {
    type CTX = ();

    fn new_ctx(&self) -> Self::CTX {}

    async fn upstream_peer(&self, session: &mut Session, _ctx: &mut Self::CTX) -> Result<Box<HttpPeer>> {
        let path = session.req_header().uri.path();
        let routes = || self.0.routes.iter().zip(0_u64..);
        let found = routes().find(|(route, _)| route.path == path);
        let found = found.or_else(|| routes().find(|(route, _)| route.path == "/"));
        let Some((route, number)) = found else {
            return pingora_core::Error::e_explain(NO_ROUTE, path.to_owned());
        };
        // It looks the name up, and panics if there is none: nothing else of Pingora looks names up. The lab's
        // certificates are for localhost.
        let mut peer = HttpPeer::new(&route.upstream, route.is_tls, "localhost".to_owned());
        // None meets the kept connection of another.
        peer.group_key = number;
        if let Some((connect, each)) = self.0.timeouts {
            peer.options.connection_timeout = Some(connect);
            peer.options.read_timeout = Some(each);
            peer.options.write_timeout = Some(each);
        }
        Ok(Box::new(peer))
    }
}

const NO_ROUTE: pingora_core::ErrorType = pingora_core::ErrorType::HTTPStatus(404);
