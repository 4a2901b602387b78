//! The `Proxy-Status` field as structured data (RFC 9209 section 2).
//!
//! A member is what one intermediary says of the response. The first is nearest the origin; each hop appends
//! itself. What cannot be read is kept as a sentence: a gateway that writes the field wrongly is still a witness.

use sfv::{BareItem, Item, ItemSerializer, List, ListEntry, Parser};

use super::ErrorType;
use crate::http1::WireBytes;

/// What one `Proxy-Status` field says, all its lines together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyStatus {
    /// One for each intermediary; the first is nearest the origin.
    pub members: Vec<Member>,
    /// What could not be read, as sentences that are safe to print.
    pub malformed: Vec<String>,
}

/// What one intermediary says of the response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// How the intermediary calls itself.
    pub proxy: String,
    /// `error`, where it is one of the registered types.
    pub error: Option<ErrorType>,
    /// `error` as it was sent, registered or not.
    pub error_token: Option<String>,
    /// `next-hop`: whom it asked.
    pub next_hop: Option<String>,
    /// `next-protocol`: the ALPN identifier that it asked with.
    pub next_protocol: Option<String>,
    /// `received-status`: the status that the next hop answered with.
    pub received_status: Option<u16>,
    /// `details`: free text.
    pub details: Option<String>,
    /// All other parameters and those above that have the wrong type, in their order and as they are written.
    pub others: Vec<(String, String)>,
}

/// Reads the values of all `Proxy-Status` lines of one response.
///
/// The lines are one list (RFC 9651 section 4.2). Where that list cannot be read, each line is tried by itself,
/// because another intermediary may have written it: more lenient than the RFC, which has the whole field ignored.
#[must_use]
pub fn parse(values: &[&[u8]]) -> ProxyStatus {
    match read(&values.join(&b", "[..])) {
        Ok(members) => ProxyStatus { members, malformed: Vec::new() },
        Err(_) => values.iter().fold(ProxyStatus::default(), |mut status, value| {
            match read(value) {
                Ok(members) => status.members.extend(members),
                Err(problem) => status.malformed.push(problem),
            }
            status
        }),
    }
}

fn read(value: &[u8]) -> Result<Vec<Member>, String> {
    let shown = || WireBytes::from(value);
    let list: List = Parser::new(value)
        .parse()
        .map_err(|problem| format!("Proxy-Status is not a structured field: {problem} in `{}`", shown()))?;
    list.iter()
        .map(|entry| match entry {
            ListEntry::Item(item) => Member::from_item(item),
            ListEntry::InnerList(_) => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| format!("a member of Proxy-Status is neither a token nor a string in `{}`", shown()))
}

impl Member {
    /// `None` if the intermediary does not name itself with a token or a string.
    fn from_item(item: &Item) -> Option<Self> {
        let mut member = Self { proxy: text(&item.bare_item)?, ..Self::default() };
        for (key, value) in &item.params {
            if !member.take(key.as_str(), value) {
                member.others.push((key.as_str().to_owned(), written(value)));
            }
        }
        Some(member)
    }

    /// Takes a parameter of RFC 9209 section 2.1, if it has the type that the RFC gives it.
    fn take(&mut self, key: &str, value: &BareItem) -> bool {
        let place = match (key, value) {
            ("error", BareItem::Token(token)) => {
                self.error = ErrorType::from_token(token.as_str());
                &mut self.error_token
            }
            ("next-hop", BareItem::Token(_) | BareItem::String(_)) => &mut self.next_hop,
            // An identifier that is no token is sent as a byte sequence (section 2.1.3).
            ("next-protocol", BareItem::ByteSequence(bytes)) => {
                self.next_protocol = Some(WireBytes::from(bytes.as_slice()).to_string());
                return true;
            }
            ("next-protocol", BareItem::Token(_)) => &mut self.next_protocol,
            ("received-status", BareItem::Integer(number)) => {
                self.received_status = u16::try_from(i64::from(*number)).ok();
                return self.received_status.is_some();
            }
            ("details", BareItem::String(_)) => &mut self.details,
            _ => return false,
        };
        *place = text(value);
        true
    }
}

fn text(value: &BareItem) -> Option<String> {
    match value {
        BareItem::Token(token) => Some(token.as_str().to_owned()),
        BareItem::String(string) => Some(string.as_str().to_owned()),
        _ => None,
    }
}

/// The value as a structured field has it; always printable ASCII (RFC 9651 section 4.1).
fn written(value: &BareItem) -> String {
    ItemSerializer::new().bare_item(value).finish().clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Member {
        let status = parse(&[value.as_bytes()]);
        assert_eq!(status.malformed, Vec::<String>::new());
        assert_eq!(status.members.len(), 1, "{value}");
        status.members.into_iter().next().unwrap()
    }

    #[test]
    fn every_registered_error_type_is_read() {
        for &kind in ErrorType::ALL {
            let member = one(&format!("gw; error={}", kind.token()));
            assert_eq!(member.error, Some(kind));
            assert_eq!(member.error_token.as_deref(), Some(kind.token()));
        }
    }

    #[test]
    fn an_unregistered_error_type_is_kept_as_it_was_sent() {
        // The RFC's own example in section 2 uses a name that is not registered.
        let member = one("ThisProxy; error=read_timeout");
        assert_eq!((member.error, member.error_token.as_deref()), (None, Some("read_timeout")));
    }

    #[test]
    fn all_parameters_are_read() {
        let member = one(
            r#"envoy; error=tls_alert_received; next-hop="10.0.0.7:443"; next-protocol=h2; received-status=503; details="a \"b\""; alert-id=40"#,
        );
        assert_eq!(member.next_hop.as_deref(), Some("10.0.0.7:443"));
        assert_eq!(member.next_protocol.as_deref(), Some("h2"));
        assert_eq!(member.received_status, Some(503));
        assert_eq!(member.details.as_deref(), Some(r#"a "b""#));
        assert_eq!(member.others, [("alert-id".to_owned(), "40".to_owned())]);
    }

    #[test]
    fn the_member_nearest_the_origin_stands_first_over_several_lines() {
        let status = parse(&[b"origin-side; error=dns_error", b"\"edge cache\", client-side"]);
        let names: Vec<_> = status.members.iter().map(|member| member.proxy.as_str()).collect();
        assert_eq!(names, ["origin-side", "edge cache", "client-side"]);
    }

    #[test]
    fn a_parameter_of_the_wrong_type_is_no_statement_but_is_kept() {
        let member = one(r#"gw; error="connection_refused"; received-status=99999"#);
        assert_eq!((member.error, member.received_status), (None, None));
        assert_eq!(member.others.len(), 2);
    }

    #[test]
    fn a_malformed_line_is_kept_as_a_sentence_and_does_not_hide_the_others() {
        let status = parse(&[b"gw; error=", b"edge; error=dns_timeout"]);
        assert_eq!(status.members[0].error, Some(ErrorType::DnsTimeout));
        assert!(status.malformed[0].contains("is not a structured field"), "{:?}", status.malformed);
    }

    #[test]
    fn no_bytes_of_a_stranger_come_through_unescaped() {
        for value in [&b"\xff\x1b[31m"[..], b"(a b)", b"5; error=dns_error", b"gw; details=\"\x07\""] {
            let status = parse(&[value]);
            assert!(status.members.is_empty(), "{value:?}");
            assert!(status.malformed[0].bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
        assert_eq!(parse(&[b""]), ProxyStatus::default());
        assert_eq!(parse(&[]), ProxyStatus::default());
    }
}
