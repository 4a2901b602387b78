//! What went wrong with the upstream, and how the gateway says so: `Proxy-Status` (RFC 9209), with the status
//! that the RFC recommends for the error type.

use sfv::{KeyRef, ListSerializer, StringRef, TokenRef};

use super::NAME;

/// The error types of RFC 9209, section 2.3, that this gateway can meet, in the order of the RFC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorType {
    DnsTimeout,
    DnsError,
    DestinationIpUnroutable,
    ConnectionRefused,
    ConnectionTerminated,
    ConnectionTimeout,
    ConnectionReadTimeout,
    TlsProtocolError,
    TlsCertificateError,
    TlsAlertReceived,
    HttpRequestError,
    HttpResponseIncomplete,
    HttpResponseHeaderSectionSize,
    HttpResponseTransferCoding,
    HttpResponseTimeout,
    HttpProtocolError,
}

/// An error type with what is known beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) error: ErrorType,
    pub(super) details: String,
    pub(super) alert: Option<u8>,
}

impl ErrorType {
    /// The name in the registry, and the status that the RFC recommends.
    fn name_and_status(self) -> (&'static TokenRef, &'static str) {
        const BAD_GATEWAY: &str = "502 Bad Gateway";
        const GATEWAY_TIMEOUT: &str = "504 Gateway Timeout";
        let (name, status) = match self {
            Self::DnsTimeout => ("dns_timeout", GATEWAY_TIMEOUT),
            Self::DnsError => ("dns_error", BAD_GATEWAY),
            Self::DestinationIpUnroutable => ("destination_ip_unroutable", BAD_GATEWAY),
            Self::ConnectionRefused => ("connection_refused", BAD_GATEWAY),
            Self::ConnectionTerminated => ("connection_terminated", BAD_GATEWAY),
            Self::ConnectionTimeout => ("connection_timeout", GATEWAY_TIMEOUT),
            Self::ConnectionReadTimeout => ("connection_read_timeout", GATEWAY_TIMEOUT),
            Self::TlsProtocolError => ("tls_protocol_error", BAD_GATEWAY),
            Self::TlsCertificateError => ("tls_certificate_error", BAD_GATEWAY),
            Self::TlsAlertReceived => ("tls_alert_received", BAD_GATEWAY),
            Self::HttpRequestError => ("http_request_error", "400 Bad Request"),
            Self::HttpResponseIncomplete => ("http_response_incomplete", BAD_GATEWAY),
            Self::HttpResponseHeaderSectionSize => ("http_response_header_section_size", BAD_GATEWAY),
            Self::HttpResponseTransferCoding => ("http_response_transfer_coding", BAD_GATEWAY),
            Self::HttpResponseTimeout => ("http_response_timeout", GATEWAY_TIMEOUT),
            Self::HttpProtocolError => ("http_protocol_error", BAD_GATEWAY),
        };
        (TokenRef::constant(name), status)
    }
}

impl Failure {
    pub(super) fn new(error: ErrorType, details: impl Into<String>) -> Self {
        Self { error, details: details.into(), alert: None }
    }

    /// The gateway's own response.
    pub(super) fn response(&self) -> Vec<u8> {
        let (_, status) = self.error.name_and_status();
        let proxy_status = self.proxy_status();
        let body = format!("{status}: {}\n", self.details);
        format!(
            "HTTP/1.1 {status}\r\nServer: {NAME}\r\nProxy-Status: {proxy_status}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len(),
        )
        .into_bytes()
    }

    /// `why502-demo;error=connection_refused;details="..."`
    fn proxy_status(&self) -> String {
        let (name, _) = self.error.name_and_status();
        let mut list = ListSerializer::new();
        let member = list.bare_item(TokenRef::constant(NAME)).parameter(KeyRef::constant("error"), name);
        let member = match self.alert {
            Some(id) => member.parameter(KeyRef::constant("alert-id"), id),
            None => member,
        };
        if let Ok(details) = StringRef::from_str(&self.details) {
            let _ = member.parameter(KeyRef::constant("details"), details);
        }
        list.finish().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_504_and_a_refusal_502() {
        let status = |error| String::from_utf8(Failure::new(error, "x").response()).unwrap();
        assert!(status(ErrorType::ConnectionTimeout).starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
        assert!(status(ErrorType::ConnectionRefused).starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
    }

    #[test]
    fn proxy_status_names_the_error_and_the_alert() {
        let failure = Failure { alert: Some(40), ..Failure::new(ErrorType::TlsAlertReceived, "say \"no\"") };
        assert_eq!(
            failure.proxy_status(),
            r#"why502-demo;error=tls_alert_received;alert-id=40;details="say \"no\"""#
        );
    }
}
