//! What a gateway itself says went wrong, in the words of RFC 9209.
//!
//! A gateway is a witness too: its `Proxy-Status`, its reason phrase, a header or its error page may name the
//! fault. Whoever knows the gateway translates that into a [`Statement`]; causes weigh the statement without
//! knowing who spoke. A statement can be wrong (Envoy says `connection_refused` for a timeout): it supports a
//! cause, it does not prove one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http1::{Message, WireBytes};
use crate::observation::Phase;
use crate::proxy_status::{self, ErrorType, Member};

/// Something that a gateway said about why it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Who says so: the name of a product, or the identifier in `Proxy-Status`.
    pub speaker: String,
    /// Where it stands.
    pub place: StatementPlace,
    /// Its words, safe to print.
    pub quote: String,
    /// The error types that it can mean; the first is the most likely.
    pub means: Vec<ErrorType>,
    /// The phase that it names, if it names one.
    pub phase: Option<Phase>,
    /// `received-status`: the upstream itself answered with this.
    pub received_status: Option<u16>,
}

impl Statement {
    /// Whether it can mean `kind`.
    #[must_use]
    pub fn can_mean(&self, kind: ErrorType) -> bool {
        self.means.contains(&kind)
    }

    /// Whether it names a wait in vain, and can mean nothing else.
    #[must_use]
    pub fn names_a_wait(&self) -> bool {
        !self.means.is_empty() && self.means.iter().all(|kind| kind.is_wait())
    }

    /// Whether it can mean a wait in vain.
    #[must_use]
    pub fn may_name_a_wait(&self) -> bool {
        self.means.iter().any(|kind| kind.is_wait())
    }

    /// Whether it can mean that the gateway takes its upstream to be down, by what it met before.
    #[must_use]
    pub fn gives_up(&self) -> bool {
        self.can_mean(ErrorType::DestinationUnavailable)
    }
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementPlace {
    /// The `Proxy-Status` field.
    ProxyStatus,
    /// Another field of the response.
    Field,
    /// The reason phrase.
    Reason,
    /// The body.
    Body,
}

/// What the `Proxy-Status` field of a response says, the intermediary nearest the origin first. A member that
/// names neither an error nor a received status says nothing of a fault and is left out.
#[must_use]
pub fn statements(response: &Message) -> Vec<Statement> {
    let values: Vec<&[u8]> = response.values("Proxy-Status").map(|value| value.0.as_slice()).collect();
    proxy_status::parse(&values).members.iter().filter_map(Statement::of_member).collect()
}

impl Statement {
    fn of_member(member: &Member) -> Option<Self> {
        if member.error_token.is_none() && member.received_status.is_none() {
            return None;
        }
        let means = meanings(member);
        Some(Self {
            speaker: member.proxy.clone(),
            place: StatementPlace::ProxyStatus,
            quote: quote(member),
            phase: common_phase(&means),
            means,
            received_status: member.received_status,
        })
    }
}

/// Words in `details` that tell more than the type beside them. Envoy 1.40.0 sends `connection_refused` for
/// every failure to connect or to shake hands, and only the details say which one it was (measured; without any
/// reason it was a handshake that ended with FIN).
const TELLING_DETAILS: &[(&str, ErrorType)] = &[
    ("connection_timeout", ErrorType::ConnectionTimeout),
    ("CERTIFICATE_VERIFY_FAILED", ErrorType::TlsCertificateError),
    ("_ALERT_", ErrorType::TlsAlertReceived),
    ("TLS_error", ErrorType::TlsProtocolError),
    ("delayed_connect_error:_Connection_reset_by_peer", ErrorType::ConnectionTerminated),
    ("{remote_connection_failure}", ErrorType::TlsProtocolError),
];

/// The RFC's own example (section 2) sends this name, and section 2.3 does not register it.
const READ_TIMEOUT: &str = "read_timeout";

fn meanings(member: &Member) -> Vec<ErrorType> {
    let stated = match member.error_token.as_deref() {
        Some(READ_TIMEOUT) => Some(ErrorType::ConnectionReadTimeout),
        _ => member.error,
    };
    let details = member.details.as_deref().unwrap_or_default();
    let mut means: Vec<_> =
        TELLING_DETAILS.iter().filter(|(words, _)| details.contains(words)).map(|&(_, kind)| kind).collect();
    means.extend(stated.filter(|stated| !means.contains(stated)));
    means
}

/// The member in the words of the field: `error=dns_error; details="..."; rcode="NXDOMAIN"`.
fn quote(member: &Member) -> String {
    let named = [
        member.error_token.as_ref().map(|token| format!("error={token}")),
        member.received_status.map(|status| format!("received-status={status}")),
        member.details.as_ref().map(|details| format!("details=\"{details}\"")),
        member.next_hop.as_ref().map(|hop| format!("next-hop={hop}")),
    ];
    let others = member.others.iter().map(|(key, value)| format!("{key}={value}"));
    let words = named.into_iter().flatten().chain(others).collect::<Vec<_>>().join("; ");
    WireBytes::from(words.as_str()).to_string()
}

/// The phase that all these types arise in; `None` if there is no single one.
fn common_phase(means: &[ErrorType]) -> Option<Phase> {
    let (first, rest) = means.split_first()?;
    let phase = phase_of(*first)?;
    rest.iter().all(|kind| phase_of(*kind) == Some(phase)).then_some(phase)
}

/// The phase that the definition of an error type names (RFC 9209 section 2.3); `None` where it can be several.
fn phase_of(kind: ErrorType) -> Option<Phase> {
    use ErrorType as E;
    Some(match kind {
        E::DnsTimeout | E::DnsError => Phase::Resolve,
        E::DestinationIpUnroutable | E::ConnectionRefused | E::ConnectionTimeout => Phase::Connect,
        E::TlsCertificateError => Phase::Handshake,
        E::ConnectionWriteTimeout => Phase::Send,
        E::HttpResponseHeaderSectionSize | E::HttpResponseHeaderSize => Phase::Head,
        E::HttpResponseBodySize
        | E::HttpResponseTrailerSectionSize
        | E::HttpResponseTrailerSize
        | E::HttpResponseContentCoding => Phase::Body,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::Field;

    fn said(values: &[&str]) -> Vec<Statement> {
        let field = |value: &&str| Field {
            name: "Proxy-Status".into(),
            value: (*value).into(),
            offset: 0,
            size: value.len() as u64,
        };
        statements(&Message {
            offset: 0,
            head_size: 0,
            head_complete: true,
            interim: false,
            version: "HTTP/1.1".into(),
            status: Some(502),
            reason: "Bad Gateway".into(),
            field_count: values.len() as u64,
            fields: values.iter().map(field).collect(),
        })
    }

    #[test]
    fn an_error_type_is_a_statement_with_its_phase() {
        let said = said(&["gw.example; error=connection_refused; next-hop=\"10.0.0.7:80\""]);
        assert_eq!(said[0].speaker, "gw.example");
        assert_eq!(said[0].means, [ErrorType::ConnectionRefused]);
        assert_eq!(said[0].phase, Some(Phase::Connect));
        assert_eq!(said[0].quote, "error=connection_refused; next-hop=10.0.0.7:80");
    }

    #[test]
    fn details_that_tell_more_come_first() {
        let said = said(&["envoy; error=connection_refused; details=\"upstream{connection_timeout}; UF\""]);
        assert_eq!(said[0].means, [ErrorType::ConnectionTimeout, ErrorType::ConnectionRefused]);
        assert_eq!(said[0].phase, Some(Phase::Connect));
    }

    #[test]
    fn what_envoy_calls_a_refused_connection_was_a_handshake_where_the_details_say_so() {
        let first = |details: &str| {
            let value = format!("envoy; error=connection_refused; details=\"{details}; UF\"");
            said(&[&value])[0].means[0]
        };
        assert_eq!(
            first("x{remote_connection_failure|delayed_connect_error:_Connection_refused}"),
            ErrorType::ConnectionRefused
        );
        assert_eq!(first("x{remote_connection_failure}"), ErrorType::TlsProtocolError);
        assert_eq!(
            first("TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER"),
            ErrorType::TlsProtocolError
        );
        assert_eq!(
            first("TLS_error:|268436496:SSL_routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE"),
            ErrorType::TlsAlertReceived
        );
    }

    #[test]
    fn where_the_meanings_differ_in_phase_none_is_named() {
        let said = said(&["envoy; error=connection_refused; details=\"CERTIFICATE_VERIFY_FAILED\""]);
        assert_eq!(said[0].phase, None);
    }

    #[test]
    fn a_received_status_is_a_statement_without_an_error() {
        let said = said(&["gw; received-status=502"]);
        assert_eq!((said[0].received_status, said[0].means.len()), (Some(502), 0));
    }

    #[test]
    fn the_name_in_the_rfcs_example_is_understood() {
        assert!(said(&["ThisProxy; error=read_timeout"])[0].can_mean(ErrorType::ConnectionReadTimeout));
    }

    #[test]
    fn a_member_that_names_no_fault_is_no_statement() {
        assert_eq!(said(&["cache; fwd=miss, gw; next-hop=a"]), []);
    }

    #[test]
    fn what_cannot_be_read_is_no_statement_and_no_panic() {
        assert_eq!(said(&["gw; error=\"", ";;;", "\u{fffd}"]), []);
    }
}
