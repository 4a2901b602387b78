//! What went wrong with the upstream, and how the gateway says so: `Proxy-Status` (RFC 9209), with the status
//! that the RFC recommends for the error type.

use sfv::{KeyRef, ListSerializer, StringRef, TokenRef};

use super::NAME;
use crate::proxy_status::ErrorType;

/// An error type with what is known beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) error: ErrorType,
    pub(super) details: String,
    pub(super) alert: Option<u8>,
}

impl Failure {
    pub(super) fn new(error: ErrorType, details: impl Into<String>) -> Self {
        Self { error, details: details.into(), alert: None }
    }

    /// The gateway's own response.
    pub(super) fn response(&self) -> Vec<u8> {
        let status = self.status();
        let proxy_status = self.proxy_status();
        let body = format!("{status}: {}\n", self.details);
        format!(
            "HTTP/1.1 {status}\r\nServer: {NAME}\r\nProxy-Status: {proxy_status}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len(),
        )
        .into_bytes()
    }

    /// The recommended status: of what this gateway can meet, 504 or 502. Where the RFC recommends none it asks for a
    /// 4xx, because the request was bad.
    fn status(&self) -> &'static str {
        match self.error.recommended_status() {
            Some(504) => "504 Gateway Timeout",
            Some(_) => "502 Bad Gateway",
            None => "400 Bad Request",
        }
    }

    /// `why502-demo;error=connection_refused;details="..."`
    fn proxy_status(&self) -> String {
        let name = TokenRef::constant(self.error.token());
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
