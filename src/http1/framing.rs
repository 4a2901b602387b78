//! How the end of a response is known: RFC 9112 section 6.3, "Message Body Length", rule by rule, for responses.
//!
//! The RFC would have a proxy refuse what is malformed here. This reader notes the defect and reads on as a lenient
//! client would: it takes the first valid length, believes `chunked` before `Content-Length`, and otherwise reads to
//! the end of the connection.

use std::borrow::Cow;

use super::content_length::{self, Length};
use super::defects::Defects;
use super::grammar::{list, quoted, split_where, trim};
use super::head::{FramingField, FramingName};
use super::{Asked, DefectCode, Framing, FramingRule, Message};

/// What the head says about the body.
#[derive(Debug)]
pub(super) struct BodyPlan {
    /// How its end is known.
    pub(super) framing: Framing,
    /// Its content codings, in the order in which they were applied.
    pub(super) codings: Vec<String>,
    /// Whether content decoding can be checked: not if the content is a part, or has another transfer coding.
    pub(super) decodable: bool,
}

/// The most content codings that are kept.
const CODINGS_KEPT: usize = 8;

/// Decides by the head of the final response, and notes what is wrong with its length.
pub(super) fn plan(
    message: &Message,
    fields: &[FramingField],
    asked: &Asked,
    defects: &mut Defects,
) -> BodyPlan {
    let transfer = transfer_coding(message, fields, defects);
    let length = content_length::read(fields, defects);
    beside_transfer_encoding(&transfer, &length, defects);
    forbidden(message, fields, defects);

    let rule = |rule, section| Framing { rule, section: Cow::Borrowed(section) };
    let framing = match message.status {
        // RFC 9110 section 15.2.2: after 101 the connection speaks another protocol.
        Some(101) => rule(FramingRule::Tunnel, "9110 15.2.2"),
        // (1) "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304
        // (Not Modified) status code is always terminated by the first empty line after the header fields [...]"
        Some(204 | 304) => rule(FramingRule::NoBody, "9112 6.3 (1)"),
        _ if asked.method == "HEAD" => rule(FramingRule::NoBody, "9112 6.3 (1)"),
        // (2) "Any 2xx (Successful) response to a CONNECT request implies that the connection will become a tunnel
        // immediately after the empty line that concludes the header fields."
        Some(200..=299) if asked.method == "CONNECT" => rule(FramingRule::Tunnel, "9112 6.3 (2)"),
        _ => match (&transfer, &length) {
            // (3) "If a message is received with both a Transfer-Encoding and a Content-Length header field, the
            // Transfer-Encoding overrides the Content-Length."
            (TransferCoding::Chunked { .. }, Length::Said { .. }) => {
                rule(FramingRule::Chunked, "9112 6.3 (3)")
            }
            // (4) "If a Transfer-Encoding header field is present and the chunked transfer coding is the final
            // encoding, the message body length is determined by reading and decoding the chunked data [...]
            (TransferCoding::Chunked { .. }, _) => rule(FramingRule::Chunked, "9112 6.3 (4)"),
            // [...] and the chunked transfer coding is not the final encoding, the message body length is determined
            // by reading the connection until it is closed by the server."
            (TransferCoding::Other, _) => rule(FramingRule::UntilClose, "9112 6.3 (4)"),
            // (6) "If a valid Content-Length header field is present without Transfer-Encoding, its decimal value
            // defines the expected message body length in octets."
            (TransferCoding::None, Length::Said { length: Some(length), .. }) => {
                rule(FramingRule::ContentLength { length: *length }, "9112 6.3 (6)")
            }
            // (5) An invalid Content-Length: a proxy "MUST close the connection to the server, discard the received
            // response, and send a 502 (Bad Gateway) response to the client"; who reads on reads to the end.
            (TransferCoding::None, Length::Said { length: None, .. }) => {
                rule(FramingRule::UntilClose, "9112 6.3 (5)")
            }
            // (8) "Otherwise, this is a response message without a declared message body length, so the message body
            // length is determined by the number of octets received prior to the server closing the connection."
            (TransferCoding::None, Length::Unsaid) => rule(FramingRule::UntilClose, "9112 6.3 (8)"),
        },
    };

    let partial = message.status == Some(206);
    let codings = content_codings(fields);
    let decodable = !partial
        && codings.len() < CODINGS_KEPT
        && matches!(transfer, TransferCoding::None | TransferCoding::Chunked { alone: true });
    BodyPlan { framing, codings, decodable }
}

/// What is wrong with the length of an interim response, which has no body whatever it says.
pub(super) fn check_interim(message: &Message, fields: &[FramingField], defects: &mut Defects) {
    forbidden(message, fields, defects);
}

/// What `Transfer-Encoding` says.
#[derive(Debug, PartialEq, Eq)]
enum TransferCoding {
    /// Nothing.
    None,
    /// `chunked` is the last coding; whether it is the only one.
    Chunked { alone: bool },
    /// Codings of which `chunked` is not the last.
    Other,
}

/// Reads all `Transfer-Encoding` fields as one list (RFC 9112 section 6.1).
fn transfer_coding(message: &Message, fields: &[FramingField], defects: &mut Defects) -> TransferCoding {
    let mut codings = Vec::new();
    for field in fields.iter().filter(|field| field.name == FramingName::TransferEncoding) {
        codings.extend(list(&field.value).map(|coding| (coding, field)));
        if list(&field.value).next().is_none() {
            let text = "Transfer-Encoding is empty: it names no coding.";
            defects.add(DefectCode::TransferCodingUnknown, field.offset, field.length, text);
        }
        // RFC 9112 section 6.1: "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding
        // header field MUST treat the message as if the framing is faulty [...]"
        if message.version.0.eq_ignore_ascii_case(b"HTTP/1.0") {
            let text = "An HTTP/1.0 response has Transfer-Encoding, which came only with HTTP/1.1.";
            defects.add(DefectCode::TransferEncodingInHttp10, field.offset, field.length, text);
        }
    }
    for (coding, field) in &codings {
        if let Some(text) = coding_flaw(coding) {
            defects.add(DefectCode::TransferCodingUnknown, field.offset, field.length, text);
        }
    }
    let chunked: Vec<_> = codings.iter().filter(|(coding, _)| is_chunked(coding)).collect();
    // "A sender MUST NOT apply the chunked transfer coding more than once to a message body".
    if let [_, (_, second), ..] = chunked.as_slice() {
        let text =
            format!("Transfer-Encoding names chunked {} times; it is read as chunked once.", chunked.len());
        defects.add(DefectCode::ChunkedRepeated, second.offset, second.length, text);
    }
    let last_is_chunked = codings.last().is_some_and(|(coding, _)| is_chunked(coding));
    if let Some((_, field)) = chunked.last()
        && !last_is_chunked
    {
        let text =
            "The transfer coding chunked is not the last one; the body can end only with the connection.";
        defects.add(DefectCode::ChunkedNotLast, field.offset, field.length, text);
    }
    match codings.len() {
        0 => TransferCoding::None,
        all if last_is_chunked => TransferCoding::Chunked { alone: all == chunked.len() },
        _ => TransferCoding::Other,
    }
}

/// The name of a coding, without its parameters.
fn coding_name(coding: &[u8]) -> &[u8] {
    trim(split_where(coding, |byte| byte == b';').0)
}

fn is_chunked(coding: &[u8]) -> bool {
    coding_name(coding).eq_ignore_ascii_case(b"chunked")
}

/// What is wrong with naming this coding to a client that sent no `TE`.
fn coding_flaw(coding: &[u8]) -> Option<String> {
    let name = coding_name(coding);
    if is_chunked(coding) {
        // RFC 9112 section 7.1: "The chunked coding does not define any parameters. Their presence SHOULD be treated
        // as an error."
        return (coding.len() > name.len()).then(|| {
            format!("The transfer coding {} has a parameter, which chunked does not define.", quoted(coding))
        });
    }
    // RFC 9112 section 7.2, in the order of the registry.
    let registered = ["compress", "deflate", "gzip", "x-compress", "x-gzip"];
    let registered = registered.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    Some(if registered {
        format!("The transfer coding {} was not asked for: the request had no TE field.", quoted(coding))
    } else {
        format!("The transfer coding {} is not registered.", quoted(coding))
    })
}

/// RFC 9112 section 6.2: "A sender MUST NOT send a Content-Length header field in any message that contains a
/// Transfer-Encoding header field."
fn beside_transfer_encoding(transfer: &TransferCoding, length: &Length, defects: &mut Defects) {
    let Length::Said { offset, size, .. } = length else { return };
    let text = match transfer {
        TransferCoding::None => return,
        TransferCoding::Chunked { .. } => {
            "Content-Length stands beside Transfer-Encoding; chunked decides, the length is ignored."
        }
        TransferCoding::Other => {
            "Content-Length stands beside Transfer-Encoding; the length is ignored, the body ends with the connection."
        }
    };
    defects.add(DefectCode::ContentLengthWithTransferEncoding, *offset, *size, text);
}

/// RFC 9110 section 8.6: "A server MUST NOT send a Content-Length header field in any response with a status code of
/// 1xx (Informational) or 204 (No Content)"; RFC 9112 section 6.1 says the same of `Transfer-Encoding`.
fn forbidden(message: &Message, fields: &[FramingField], defects: &mut Defects) {
    let Some(status @ (100..=199 | 204)) = message.status else { return };
    for field in fields {
        match field.name {
            // A length of 0 with 204 is common, and harmless.
            FramingName::ContentLength if status == 204 && trim(&field.value) == b"0" => {}
            FramingName::ContentLength => {
                let text = format!(
                    "A {status} response has Content-Length {}; it must have none.",
                    quoted(&field.value)
                );
                defects.add(DefectCode::ContentLengthForbidden, field.offset, field.length, text);
            }
            FramingName::TransferEncoding => {
                let text = format!(
                    "A {status} response has Transfer-Encoding {}; it must have none.",
                    quoted(&field.value)
                );
                defects.add(DefectCode::TransferEncodingForbidden, field.offset, field.length, text);
            }
            FramingName::ContentEncoding => {}
        }
    }
}

fn content_codings(fields: &[FramingField]) -> Vec<String> {
    fields
        .iter()
        .filter(|field| field.name == FramingName::ContentEncoding)
        .flat_map(|field| list(&field.value))
        .map(|coding| {
            super::WireBytes::from(super::grammar::first(coding, 64)).to_string().to_ascii_lowercase()
        })
        .take(CODINGS_KEPT)
        .collect()
}
