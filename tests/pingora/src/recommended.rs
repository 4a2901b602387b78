//! Every line of Rust that why502 recommends for Pingora, so that it is known to compile. A test of why502's looks for
//! them here; nobody calls them.

#![expect(dead_code, reason = "to be compiled is all that they are for")]

use std::sync::Arc;
use std::time::Duration;

use pingora_core::server::configuration::ServerConf;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::utils::tls::CertKey;
use pingora_core::{Error, ErrorType, OrErr, Result};
use tokio::net::lookup_host;

async fn name() -> Result<impl Iterator<Item = std::net::SocketAddr>> {
    let found = lookup_host("app.example.com:8080").await;
    let found = found.or_err(ErrorType::ConnectNoRoute, "looking it up").map_err(Error::into_up)?;
    Ok(found)
}

fn once_more(e: &mut Error) {
    e.set_retry(true);
}

fn options(peer: &mut HttpPeer) {
    peer.options.connection_timeout = Some(Duration::from_secs(10));
    peer.options.idle_timeout = Some(Duration::from_secs(4));
    peer.options.read_timeout = Some(Duration::from_secs(300));
    peer.options.set_http_version(2, 2);
    peer.options.allow_h1_response_invalid_content_length = true;
}

fn with_certificate(client: CertKey) -> HttpPeer {
    let mut peer = HttpPeer::new("10.0.3.7:443", true, "app.example.com".to_owned());
    peer.client_cert_key = Some(Arc::new(client));
    peer
}

fn named() -> Box<HttpPeer> {
    let peer = HttpPeer::new("10.0.3.7:443", true, "app.example.com".to_owned());
    Box::new(peer)
}

fn authority(conf: &mut ServerConf) {
    conf.ca_file = Some("/etc/ssl/certs/ca-certificates.crt".to_owned());
}

fn plain() -> Box<HttpPeer> {
    let peer = HttpPeer::new("127.0.0.1:8080", false, String::new());
    Box::new(peer)
}

fn over_tls() -> Box<HttpPeer> {
    let peer = HttpPeer::new("127.0.0.1:8443", true, "app.example.com".to_owned());
    Box::new(peer)
}
