//! The proxy error types of RFC 9209 section 2.3: the words that all gateways could share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! error_types {
    ($($(#[doc = $doc:literal])+ $name:ident, $token:literal, $section:literal, $status:expr;)+) => {
        /// A proxy error type, registered by RFC 9209 section 2.3.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorType {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ErrorType {
            /// All of them, in the order of the RFC.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The token, as in `Proxy-Status: ...; error=connection_refused`.
            #[must_use]
            pub fn token(self) -> &'static str {
                match self { $(Self::$name => $token,)+ }
            }

            /// The section of RFC 9209 that defines it.
            #[must_use]
            pub fn section(self) -> &'static str {
                match self { $(Self::$name => $section,)+ }
            }

            /// The status that RFC 9209 recommends; `None` where it names no single one.
            #[must_use]
            pub fn recommended_status(self) -> Option<u16> {
                match self { $(Self::$name => $status,)+ }
            }

            /// Whether it is a wait in vain: what 504 stands for (RFC 9110 section 15.6.5).
            #[must_use]
            pub fn is_wait(self) -> bool {
                self.recommended_status() == Some(504)
            }
        }
    };
}

error_types! {
    /// The name server did not answer in time.
    DnsTimeout, "dns_timeout", "2.3.1", Some(504);
    /// The name server answered with an error.
    DnsError, "dns_error", "2.3.2", Some(502);
    /// The gateway knows no destination for the request.
    DestinationNotFound, "destination_not_found", "2.3.3", Some(500);
    /// The gateway thinks that the destination is down.
    DestinationUnavailable, "destination_unavailable", "2.3.4", Some(503);
    /// The gateway may not ask that address.
    DestinationIpProhibited, "destination_ip_prohibited", "2.3.5", Some(502);
    /// There is no route to that address.
    DestinationIpUnroutable, "destination_ip_unroutable", "2.3.6", Some(502);
    /// The connection was refused.
    ConnectionRefused, "connection_refused", "2.3.7", Some(502);
    /// The connection was closed before the response was complete.
    ConnectionTerminated, "connection_terminated", "2.3.8", Some(502);
    /// The connection was not established in time.
    ConnectionTimeout, "connection_timeout", "2.3.9", Some(504);
    /// Nothing was read from the connection in time.
    ConnectionReadTimeout, "connection_read_timeout", "2.3.10", Some(504);
    /// Nothing could be written to the connection in time.
    ConnectionWriteTimeout, "connection_write_timeout", "2.3.11", Some(504);
    /// The gateway will not open more connections.
    ConnectionLimitReached, "connection_limit_reached", "2.3.12", Some(503);
    /// TLS failed, other than by an alert received.
    TlsProtocolError, "tls_protocol_error", "2.3.13", Some(502);
    /// The certificate was not acceptable.
    TlsCertificateError, "tls_certificate_error", "2.3.14", Some(502);
    /// A TLS alert was received.
    TlsAlertReceived, "tls_alert_received", "2.3.15", Some(502);
    /// The request was wrong: a 4xx of the gateway's own.
    HttpRequestError, "http_request_error", "2.3.16", None;
    /// The gateway will not pass the request on.
    HttpRequestDenied, "http_request_denied", "2.3.17", Some(403);
    /// The response ended before it was complete.
    HttpResponseIncomplete, "http_response_incomplete", "2.3.18", Some(502);
    /// The header section of the response is too large.
    HttpResponseHeaderSectionSize, "http_response_header_section_size", "2.3.19", Some(502);
    /// One field of the response is too large.
    HttpResponseHeaderSize, "http_response_header_size", "2.3.20", Some(502);
    /// The body of the response is too large.
    HttpResponseBodySize, "http_response_body_size", "2.3.21", Some(502);
    /// The trailer section of the response is too large.
    HttpResponseTrailerSectionSize, "http_response_trailer_section_size", "2.3.22", Some(502);
    /// One trailer field of the response is too large.
    HttpResponseTrailerSize, "http_response_trailer_size", "2.3.23", Some(502);
    /// The transfer coding of the response cannot be decoded.
    HttpResponseTransferCoding, "http_response_transfer_coding", "2.3.24", Some(502);
    /// The content coding of the response cannot be decoded.
    HttpResponseContentCoding, "http_response_content_coding", "2.3.25", Some(502);
    /// The whole response did not come in time.
    HttpResponseTimeout, "http_response_timeout", "2.3.26", Some(504);
    /// The HTTP version could not be changed on the way to the upstream.
    HttpUpgradeFailed, "http_upgrade_failed", "2.3.27", Some(502);
    /// The response breaks a rule of HTTP for which there is no more specific type.
    HttpProtocolError, "http_protocol_error", "2.3.28", Some(502);
    /// The gateway made the response itself without trying the upstream.
    ProxyInternalResponse, "proxy_internal_response", "2.3.29", None;
    /// The gateway failed in itself.
    ProxyInternalError, "proxy_internal_error", "2.3.30", Some(500);
    /// The gateway is configured wrongly.
    ProxyConfigurationError, "proxy_configuration_error", "2.3.31", Some(500);
    /// The request went in a circle.
    ProxyLoopDetected, "proxy_loop_detected", "2.3.32", Some(502);
}

impl ErrorType {
    /// The error type of a token.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.token() == token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_32_and_serde_writes_their_tokens() {
        assert_eq!(ErrorType::ALL.len(), 32);
        for &kind in ErrorType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.token());
            assert_eq!(ErrorType::from_token(kind.token()), Some(kind));
        }
    }
}
