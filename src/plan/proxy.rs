//! A forward proxy: the gateway that a client is told of, and that is asked for whole URLs (RFC 9112 section 3.2.2)
//! or for a tunnel (RFC 9110 section 9.3.6).

use super::{Endpoint, Probe, Scheme};
use crate::http1::WireBytes;

/// A forward proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is. Only scheme, host and port count.
    pub endpoint: Endpoint,
    /// The fields that are for it alone: names are tokens, values are free of line ends.
    pub fields: Vec<(String, WireBytes)>,
}

impl Proxy {
    /// Its URL, without credentials and always with the port: `http://proxy.example:3128`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.endpoint.scheme.name(), self.endpoint.authority_with_port())
    }
}

impl Probe {
    /// Whom it connects to: the proxy, if it goes through one.
    #[must_use]
    pub fn connects_to(&self) -> &Endpoint {
        self.proxy.as_ref().map_or(&self.endpoint, |proxy| &proxy.endpoint)
    }

    /// The request for a tunnel, if the probe needs one: it asks for an `https` URL through a proxy. Always in
    /// HTTP/1.1, whatever is spoken inside.
    #[must_use]
    pub fn connect_bytes(&self) -> Option<Vec<u8>> {
        let proxy = self.proxy.as_ref().filter(|_| self.endpoint.scheme == Scheme::Https)?;
        let authority = self.endpoint.authority_with_port();
        let mut bytes = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
        let agent = self.request.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        for (name, value) in agent.chain(&proxy.fields) {
            bytes.extend([name.as_bytes(), b": ", &value.0, b"\r\n"].concat());
        }
        bytes.extend_from_slice(b"\r\n");
        Some(bytes)
    }

    /// The exact bytes of the request in HTTP/1.x. (In HTTP/2 the same fields are sent as frames.) A proxy is asked
    /// for the whole URL, unless it only opens a tunnel.
    #[must_use]
    pub fn request_bytes(&self) -> Vec<u8> {
        match &self.proxy {
            Some(proxy) if self.endpoint.scheme == Scheme::Http => {
                let mut request = self.request.clone();
                request.fields.extend(proxy.fields.iter().cloned());
                request.to_bytes(&Endpoint { target: self.endpoint.to_string(), ..self.endpoint.clone() })
            }
            _ => self.request.to_bytes(&self.endpoint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Experiment, Request, Route};

    fn probe(url: &str) -> Probe {
        let (endpoint, _) = Endpoint::parse("http://proxy.example:3128").unwrap();
        let fields = vec![("Proxy-Authorization".to_owned(), WireBytes::from("Basic bWU6cA=="))];
        let mut request = Request::get();
        request.set_field("User-Agent", "me");
        Probe {
            route: Route::Gateway,
            upstream: None,
            upstream_url: None,
            experiment: Experiment::SameRequest,
            guise: None,
            pace: None,
            endpoint: Endpoint::parse(url).unwrap().0,
            request,
            verify: true,
            names_server: true,
            proxy: Some(Proxy { endpoint, fields }),
        }
    }

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_plain_url_is_asked_for_as_a_whole() {
        let probe = probe("http://origin.example:8080/cart?id=1");
        assert_eq!(probe.connect_bytes(), None);
        assert_eq!(
            text(probe.request_bytes()),
            "GET http://origin.example:8080/cart?id=1 HTTP/1.1\r\nHost: origin.example:8080\r\nUser-Agent: me\r\n\
             Proxy-Authorization: Basic bWU6cA==\r\n\r\n"
        );
    }

    #[test]
    fn the_origin_behind_a_tunnel_hears_nothing_of_the_proxys_fields() {
        let probe = probe("https://[::1]/cart");
        assert_eq!(
            text(probe.connect_bytes().unwrap()),
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nUser-Agent: me\r\n\
             Proxy-Authorization: Basic bWU6cA==\r\n\r\n"
        );
        assert_eq!(
            text(probe.request_bytes()),
            "GET /cart HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: me\r\n\r\n"
        );
    }
}
