//! Facts about gateways: how each is recognised, what it tolerates, when it gives up, how it asks its upstream,
//! what it logs, what to change. One file a gateway, one `static` in it; what is told of several stands side by side in a file
//! for each such thing, by the gateway's name. Nothing here weighs anything. Those that could not be run stand in
//! `documented`, with what their documents say and nothing measured.
//!
//! Gateways and causes do not know each other. They share the words of RFC 9209: a log line or a remedy is
//! filed under an error type and the phase in which it arose.

mod advice;
mod apache;
mod asks;
mod by_rule;
mod caddy;
mod disguises;
mod documented;
mod envoy;
mod guises;
mod h2o;
mod haproxy;
mod later;
mod lighttpd;
mod logged;
mod met;
mod nghttpx;
mod nginx;
mod obeys;
mod pingora;
mod recognition;
mod refusals;
mod retries;
mod room;
mod settings;
mod shapes;
mod silence;
mod spoils;
mod squid;
mod statuses;
mod times;
mod tinyproxy;
mod traces;
mod trafficserver;
mod varnish;
mod verifies;
mod whole;
mod whom;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::{DefectCode, WireBytes};
use crate::observation::Phase;
use crate::proxy_status::ErrorType;
use crate::tolerance::{Rule, Tolerance, Treatment};
pub use crate::tolerance::{Spoiled, Spoiling, Timeout};

pub use advice::{FaultClass, LogLine, Remedy, When};
pub use asks::{AsGateway, ClientSeen, Keeps, asks, keeps};
pub use by_rule::{ByRule, by_rule, by_rules, own_answers};
pub use disguises::disguise;
pub use guises::{guises, own_guises};
pub use later::later;
pub use logged::logged;
pub use met::{address_in_log, lines_of_status};
pub use obeys::{Obeyed, Obeying, obeys};
pub use recognition::{is_fault_page, recognise, sayings};
pub use refusals::{Refusal, refusal, refusals};
pub use retries::{asks_each_address, retries};
pub use room::{HeadSize, room};
pub use settings::{Asking, Setting, all_settings, settings};
pub use shapes::shapes;
pub use silence::at_silence;
pub use statuses::{answers, passes_interim};
pub use times::{Default, defaults_about};
pub use traces::{Left, On, Traces, are_kin, left_in, page_of, traces};
pub use verifies::{
    compares_names_alone, names_server, offers_http2, offers_tls12_at_most, overlooks, verifies,
};
pub use whole::reads_whole;
pub use whom::whom_it_asks;

use advice::{log_line, remedy};
use documented::{aws, azure, cdn, cloudflare, google, hosts, mesh, nginx_family, traefik};

/// Every gateway that is known. Recognition goes through them in this order, those with the surer marks first: the
/// services whose fields name them stand before the programs that may be behind them, and the relatives of nginx and
/// Envoy before these.
pub static GATEWAYS: &[&Gateway] = &[
    &cloudflare::CLOUDFLARE,
    &aws::CLOUDFRONT,
    &azure::FRONT_DOOR,
    &cdn::FASTLY,
    &cdn::AKAMAI,
    &google::LOAD_BALANCER,
    &aws::API_GATEWAY,
    &aws::ALB,
    &aws::CLASSIC_ELB,
    &azure::APPLICATION_GATEWAY,
    &hosts::HEROKU,
    &mesh::LINKERD,
    &mesh::ISTIO,
    &nginx_family::KONG,
    &nginx_family::APISIX,
    &nginx_family::OPENRESTY,
    &nginx_family::INGRESS_NGINX,
    &squid::SQUID,
    &varnish::VARNISH,
    &nginx::NGINX,
    &trafficserver::TRAFFIC_SERVER,
    &nghttpx::NGHTTPX,
    &h2o::H2O,
    &tinyproxy::TINYPROXY,
    &envoy::ENVOY,
    &haproxy::HAPROXY,
    &apache::APACHE,
    &lighttpd::LIGHTTPD,
    &caddy::CADDY,
    &pingora::PINGORA,
    &hosts::IIS,
    &traefik::TRAEFIK,
];

/// The gateway of that name, as in reports and `--gateway`.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Gateway> {
    GATEWAYS.iter().copied().find(|gateway| gateway.name.eq_ignore_ascii_case(name))
}

/// Under which name the directives of a gateway stand in the tables here: `OpenResty` is nginx with more modules, and reads its
/// configuration.
fn configured_as(gateway: &str) -> &str {
    if gateway == "openresty" { "nginx" } else { gateway }
}

/// The gateways of which it was measured what they put up with.
#[must_use]
pub fn measured() -> Vec<&'static Gateway> {
    GATEWAYS.iter().copied().filter(|gateway| gateway.basis == Basis::Measured).collect()
}

/// Where the facts about a gateway are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The program was run in front of the lab.
    Measured,
    /// It could not be run: all that is known is what its documents, its source or reports of others say.
    Documented,
}

/// Everything that is known of one gateway product.
#[derive(Debug)]
pub struct Gateway {
    /// The stable name, as in reports and `--gateway`: `nginx`.
    pub name: &'static str,
    /// The name for people: `HAProxy`.
    pub title: &'static str,
    /// Where the facts are from.
    pub basis: Basis,
    /// Its version: what stands after this in the value of this field, up to the first space.
    pub version: Option<(&'static str, &'static str)>,
    /// By what an error response of its own is recognised. All the marks of one group must be met.
    pub own_error: &'static [MarkGroup],
    /// By what a response that it passed on is recognised. Weak: an upstream can have sent the same.
    pub relayed: &'static [MarkGroup],
    /// What its error responses say of the cause.
    pub sayings: &'static [Saying],
    /// With which statuses it answers faults of its upstream. A page of its own with another one has other reasons.
    pub fault_statuses: &'static [u16],
    /// How it asks its upstream by default.
    pub asks_upstream: &'static str,
    /// What it puts up with.
    pub tolerance: Tolerance,
    /// Its default timeouts towards the upstream.
    pub timeouts: &'static [Timeout],
    /// Its log lines, by class of fault.
    pub log_lines: &'static [LogLine],
    /// What to change, by class of fault.
    pub remedies: &'static [Remedy],
    /// Valid things that it was seen to spoil.
    pub spoils: &'static [Spoiling],
    /// Its documentation.
    pub docs: &'static str,
}

impl Gateway {
    /// `1.22.1`, where its tolerance was measured with `nginx 1.22.1`.
    #[must_use]
    pub fn measured_version(&self) -> &'static str {
        let measured = self.tolerance.measured_with;
        let is_number = |word: &&str| word.starts_with(|digit: char| digit.is_ascii_digit());
        measured.rsplit(' ').next().filter(is_number).unwrap_or(measured)
    }
}

/// Marks that together mean one gateway.
#[derive(Debug, Clone, Copy)]
pub struct MarkGroup {
    /// What must be met, all of it.
    pub marks: &'static [Mark],
    /// What these marks are, for `recognised_by`.
    pub what: &'static str,
}

/// One thing to be met in a response.
#[derive(Debug, Clone, Copy)]
pub enum Mark {
    /// A field that has this value, or begins with it where it ends with `*`; ASCII case ignored.
    Field(&'static str, &'static str),
    /// A field that has this somewhere in its value; `""` means any value. Where the direct response has such a field
    /// too, even with another value (they are often numbers of requests), it is no mark of the gateway.
    FieldContains(&'static str, &'static str),
    /// A field that is not there.
    NoField(&'static str),
    /// A field whose name is written exactly so.
    FieldSpelling(&'static str),
    /// The reason phrase is exactly this.
    Reason(&'static str),
    /// The beginning of the body contains this.
    Body(&'static str),
    /// The body is empty.
    EmptyBody,
    /// The status is one of these.
    Status(&'static [u16]),
    /// There are no other fields than these, written so.
    OnlyFields(&'static [&'static str]),
    /// The body has, between these two, the very value of the field: the page and the field are of one program.
    FieldInBody {
        /// The name of the field.
        field: &'static str,
        /// What stands before the value in the body.
        before: &'static str,
        /// What stands after it.
        after: &'static str,
    },
    /// The fields are those of the direct response, with none added, and their names are in lower case here and
    /// not there.
    NamesLowered,
}

/// Something that a gateway's own error response says of the cause.
#[derive(Debug, Clone, Copy)]
pub struct Saying {
    /// What must be met.
    pub mark: Mark,
    /// What it can mean; the most likely first.
    pub means: &'static [ErrorType],
    /// The phase that it names, if it does.
    pub phase: Option<Phase>,
}

/// A recognised gateway.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The product.
    pub gateway: &'static Gateway,
    /// Its version, if it shows it.
    pub version: Option<String>,
    /// By what it was recognised.
    pub by: Vec<String>,
    /// Whether the response is an error of its own making (rather than one that it passed on).
    pub own_error: bool,
}

impl Mark {
    /// Whether it is met in a value that was read from the wire.
    #[must_use]
    pub fn value_matches(value: &WireBytes, pattern: &str) -> bool {
        match pattern.strip_suffix('*') {
            Some(prefix) => {
                value.0.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
            }
            None => value.eq_ignore_case(pattern),
        }
    }
}

// The rows of the gateways' tables.

const fn rule(code: DefectCode, treatment: Treatment) -> Rule {
    Rule { code, treatment }
}
