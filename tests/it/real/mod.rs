//! Real gateways in front of the lab, each started for a test and stopped after it.
//!
//! [`all`] starts one of each kind. A [`RealGateway`] listens on a free loopback port and answers every fault of
//! the lab at [`RealGateway::url`]. Retries are off; connecting may take 1 s and each read 2 s. A program that is
//! not installed fails the test with a sentence, because a test that passes unseen proves nothing.

mod apache;
mod asked;
mod caddy;
mod client;
mod conform;
mod crash;
mod disguised;
mod envoy;
mod gateway;
mod h2o;
mod haproxy;
mod kept;
mod lighttpd;
mod measure;
mod name_server;
mod nested;
mod nghttpx;
mod nginx;
mod owner;
mod pingora;
mod recognition;
mod refused;
mod remedies;
mod retries;
mod room;
mod squid;
mod squid_forward;
mod stop_gaps;
mod table;
mod tinyproxy;
mod tinyproxy_forward;
mod told;
mod trafficserver;
mod varnish;
mod warnings;

pub(crate) use gateway::RealGateway;
pub(crate) use squid_forward::squid_forward;
pub(crate) use tinyproxy_forward::tinyproxy_forward;

use why502::lab::Lab;

/// One of each kind, in front of this lab.
pub(crate) fn all(lab: &Lab) -> Vec<RealGateway> {
    vec![
        nginx::http10(lab),
        nginx::http11(lab),
        haproxy::haproxy(lab),
        apache::apache(lab),
        caddy::caddy(lab),
        lighttpd::lighttpd(lab),
        squid::squid(lab),
        varnish::varnish(lab),
        envoy::envoy(lab),
        envoy::rfc9209(lab),
        nghttpx::nghttpx(lab),
        h2o::h2o(lab),
        trafficserver::trafficserver(lab),
        tinyproxy::tinyproxy(lab),
        pingora::pingora(lab),
    ]
}

/// `nginx` of `nginx-http10`.
fn product(gateway: &RealGateway) -> &'static str {
    gateway.name.split('-').next().unwrap()
}
