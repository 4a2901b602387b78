//! How to do by hand what a probe did: a curl command where curl can show it, and the bytes themselves through
//! `nc` or `openssl s_client` where it cannot.
//!
//! The commands are made from what was sent, so that they send the same: the fields that curl would add by itself
//! are switched off, the connection goes to the address that the probe used, and neither `~/.curlrc` nor the proxy
//! variables change it. Secrets are masked as they are in the observations.

use super::shell;
use crate::http1::WireBytes;
use crate::observation::{Exchange, Observations, Tunnel};
use crate::plan::{Endpoint, Experiment, HttpVersion, Scheme, TlsFiles};

/// The commands that reproduce one exchange, the handiest first. None if its URL cannot be read.
#[must_use]
pub fn commands(seen: &Observations, exchange: &Exchange, width: usize) -> Vec<String> {
    if exchange.experiment == Experiment::WithoutServerName {
        // curl always names a host that has a name.
        return without_server_name(seen, exchange).into_iter().collect();
    }
    let Some(request) = Sent::of(seen, exchange) else { return Vec::new() };
    let mut commands = Vec::new();
    if request.curl_can_send() {
        commands.push(shell::lines(&request.curl(seen, exchange), width));
    }
    if request.version != HttpVersion::Http2 && (commands.is_empty() || curl_cannot_show(exchange)) {
        commands.extend(request.by_hand(seen, exchange, width));
    }
    commands
}

/// The handshake alone: what is refused without a name is refused there.
fn without_server_name(seen: &Observations, exchange: &Exchange) -> Option<String> {
    let peer = exchange.peer.as_deref()?;
    let mut words = vec![format!("openssl s_client -connect {} -noservername", shell::word(peer))];
    words.extend(files(&seen.tls_files, "-CAfile", "-cert", "-key"));
    words.push("</dev/null".to_owned());
    Some(words.join(" "))
}

/// Whether a command holds a masked secret.
#[must_use]
pub fn is_masked(command: &str) -> bool {
    command.contains("***")
}

/// Malformed bytes are what curl hides: it names the first and shows none.
fn curl_cannot_show(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| {
        reading.other_protocol.is_some() || (!reading.defects.is_empty() && reading.received > 0)
    })
}

/// The request, read back from its head.
struct Sent {
    endpoint: Endpoint,
    method: String,
    target: String,
    version: HttpVersion,
    fields: Vec<(String, WireBytes)>,
    /// Whether every line of the head is a field line.
    readable: bool,
    /// Whether there is a head: something was sent.
    head_known: bool,
    /// The forward proxy that it went to.
    proxy: Option<String>,
}

impl Sent {
    fn of(seen: &Observations, exchange: &Exchange) -> Option<Self> {
        let (endpoint, _) = Endpoint::parse(&exchange.url).ok()?;
        // A CONNECT without a tunnel is all that was sent; the request itself was not.
        let tunnelled = exchange.tunnel().is_none_or(Tunnel::is_open);
        let head = if tunnelled { exchange.sent.head.0.as_slice() } else { &[] };
        let lines: Vec<&[u8]> = if head.is_empty() {
            seen.request.fields.iter().map(|field| field.0.as_slice()).collect()
        } else {
            head.split(|&byte| byte == b'\n')
                .skip(1)
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .collect()
        };
        let fields: Vec<Option<(String, WireBytes)>> =
            lines.into_iter().filter(|line| !line.is_empty()).map(field).collect();
        let readable = fields.iter().all(Option::is_some);
        let first = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let first = String::from_utf8_lossy(first);
        let mut words = first.split_ascii_whitespace();
        let method = words.next().map_or_else(|| seen.request.method.clone(), str::to_owned);
        let target = words.next().map_or_else(|| endpoint.target.clone(), str::to_owned);
        let version = version(seen, exchange, words.next());
        let asked_as_one = target.contains("://").then(|| endpoint.authority());
        let proxy = exchange.proxy.as_ref().map(|proxy| {
            let authority = proxy.url.split("://").nth(1).unwrap_or_default();
            exchange.peer.clone().unwrap_or_else(|| authority.to_owned())
        });
        Some(Self {
            proxy: proxy.or(asked_as_one),
            endpoint,
            method,
            target,
            version,
            fields: fields.into_iter().flatten().collect(),
            readable,
            head_known: !head.is_empty(),
        })
    }

    /// curl takes tokens as methods and names, and values without control characters.
    fn curl_can_send(&self) -> bool {
        self.readable
            && self.method.bytes().all(is_token)
            && self.fields.iter().all(|(_, value)| value.0.iter().all(|byte| (b' '..=b'~').contains(byte)))
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn curl(&self, seen: &Observations, exchange: &Exchange) -> Vec<String> {
        let mut words: Vec<String> = ["curl", "-q", "-v"].map(str::to_owned).to_vec();
        // Whatever the environment says of proxies, in either direction.
        words.push(if self.proxy.is_some() { "--noproxy ''" } else { "--noproxy '*'" }.to_owned());
        if !self.endpoint.target.is_ascii() || self.target.contains(['[', ']', '{', '}']) {
            words.push("-g".to_owned());
        }
        if self.target.contains("/.") {
            words.push("--path-as-is".to_owned());
        }
        words.extend(self.version_flag().map(str::to_owned));
        match self.method.as_str() {
            "HEAD" => words.push("--head".to_owned()),
            "GET" if seen.request.body_size == 0 => {}
            other => words.push(format!("-X {}", shell::word(other))),
        }
        if self.endpoint.scheme == Scheme::Https {
            words.extend((!verified(seen, exchange)).then(|| "-k".to_owned()));
            words.extend(files(&seen.tls_files, "--cacert", "--cert", "--key"));
        }
        let (host, addressing) = self.addressing(exchange);
        words.extend(addressing);
        let limits = [("--connect-timeout", seen.limits.connect), ("--max-time", seen.limits.total)];
        for (flag, seconds) in limits {
            words.push(format!("{flag} {seconds}"));
        }
        words.extend(self.field_words(&host, seen.request.body_size > 0));
        if seen.request.body_size > 0 {
            words.push("--data-binary @body.bin".to_owned());
        }
        if let Some(proxy) = &self.proxy {
            words.extend(self.proxy_words(exchange));
            words.push(format!("-x {}", shell::word(&format!("http://{proxy}"))));
        }
        if self.target.contains("://") {
            words.push(shell::word(&self.target));
        } else {
            let target = if self.target.starts_with('/') { &self.target } else { "/" };
            words.push(shell::word(&format!("{}://{host}{target}", self.endpoint.scheme.name())));
        }
        words
    }

    /// The fields that are for the proxy, and none of curl's own.
    fn proxy_words(&self, exchange: &Exchange) -> Vec<String> {
        let Some(tunnel) = exchange.tunnel() else {
            let added = self.head_known && !self.has("Proxy-Connection");
            return added.then(|| "-H Proxy-Connection:".to_owned()).into_iter().collect();
        };
        let lines = tunnel.sent.0.split(|&byte| byte == b'\n').skip(1);
        let sent: Vec<(String, WireBytes)> = lines.filter_map(field).collect();
        let has = |name: &str| sent.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let own = ["User-Agent", "Proxy-Connection"].into_iter().filter(|name| !has(name));
        let none = own.map(|name| format!("--proxy-header {name}:"));
        let fields =
            sent.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")).map(|(name, value)| {
                let text = format!("{name}: {}", String::from_utf8_lossy(&value.0));
                format!("--proxy-header {}", shell::word(&text))
            });
        fields.chain(none).collect()
    }

    fn version_flag(&self) -> Option<&'static str> {
        match (self.version, self.endpoint.scheme) {
            (HttpVersion::Http10, _) => Some("--http1.0"),
            (HttpVersion::Http11, Scheme::Https) => Some("--http1.1"),
            (HttpVersion::Http11, Scheme::Http) => None,
            (HttpVersion::Http2, Scheme::Https) => Some("--http2"),
            (HttpVersion::Http2, Scheme::Http) => Some("--http2-prior-knowledge"),
        }
    }

    /// The authority to put into the URL, and the words that send the connection where the probe's went.
    fn addressing(&self, exchange: &Exchange) -> (String, Vec<String>) {
        let Endpoint { host, port, .. } = &self.endpoint;
        let sent_name = exchange.tls.as_ref().and_then(|tls| tls.server_name.as_ref());
        let name = sent_name.filter(|name| *name != host && Endpoint::parse(name).is_ok()).unwrap_or(host);
        let shown = Endpoint { host: name.clone(), ..self.endpoint.clone() }.authority();
        if self.proxy.is_some() {
            return (shown, Vec::new());
        }
        let Some((address, peer_port)) = exchange.peer.as_ref().and_then(|peer| peer.rsplit_once(':')) else {
            return (shown, Vec::new());
        };
        let is_address = name.parse::<std::net::IpAddr>().is_ok();
        let same_port = peer_port == port.to_string();
        let same_host = address.trim_matches(['[', ']']) == name.as_str();
        let words = if same_host && same_port {
            Vec::new()
        } else if is_address || !same_port {
            let bracketed = if name.contains(':') { format!("[{name}]") } else { name.clone() };
            vec![format!(
                "--connect-to {}",
                shell::word(&format!("{bracketed}:{port}:{address}:{peer_port}"))
            )]
        } else {
            vec![format!("--resolve {}", shell::word(&format!("{name}:{port}:{address}")))]
        };
        (shown, words)
    }

    /// `-H` for each field that curl would not send by itself, and `-H Name:` for each that it would and that was
    /// not sent.
    fn field_words(&self, host: &str, has_body: bool) -> Vec<String> {
        let mut words = Vec::new();
        let mut push = |text: String| words.push(format!("-H {}", shell::word(&text)));
        for (name, value) in &self.fields {
            let value = String::from_utf8_lossy(&value.0);
            if name.eq_ignore_ascii_case("content-length")
                || (name.eq_ignore_ascii_case("host") && value == host)
            {
                continue;
            }
            push(if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") });
        }
        let of_body: &[&str] = if has_body { &["Content-Type", "Expect"] } else { &[] };
        for name in ["User-Agent", "Accept"].iter().chain(of_body) {
            // Nothing is known of what would have been sent where nothing could be.
            if self.head_known && !self.has(name) {
                push(format!("{name}:"));
            }
        }
        words
    }

    /// The very bytes, through `nc` or `openssl s_client`; what comes back is made visible by `cat -v`.
    fn by_hand(&self, seen: &Observations, exchange: &Exchange, width: usize) -> Option<String> {
        let head = &exchange.sent.head.0;
        if head.is_empty() {
            return None;
        }
        let printf = format!("printf {}", shell::printf_format(head));
        let send = if seen.request.body_size > 0 {
            vec![
                "{".to_owned(),
                format!("{printf};"),
                "cat".to_owned(),
                "body.bin;".to_owned(),
                "}".to_owned(),
            ]
        } else {
            vec![printf]
        };
        let peer = exchange.peer.as_ref().and_then(|peer| peer.rsplit_once(':'));
        let (address, port) = peer.map_or_else(
            || (self.endpoint.host.clone(), self.endpoint.port.to_string()),
            |(address, port)| (address.trim_matches(['[', ']']).to_owned(), port.to_owned()),
        );
        if address.starts_with('-') || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut words = send;
        if self.endpoint.scheme == Scheme::Https && exchange.tunnel().is_none_or(Tunnel::is_open) {
            let to = if address.contains(':') {
                format!("[{address}]:{port}")
            } else {
                format!("{address}:{port}")
            };
            words.push("| openssl s_client -quiet".to_owned());
            words.extend(files(&seen.tls_files, "-CAfile", "-cert", "-key"));
            if let Some(tunnel) = exchange.tunnel() {
                words.push(format!("-proxy {} -connect {}", shell::word(&to), shell::word(&tunnel.target)));
            } else {
                words.push(format!("-connect {}", shell::word(&to)));
            }
            let name = exchange.tls.as_ref().and_then(|tls| tls.server_name.as_ref());
            words.extend(name.map(|name| format!("-servername {}", shell::word(name))));
        } else {
            words.push(format!("| nc -w 10 {} {port}", shell::word(&address)));
        }
        words.push("| cat -v".to_owned());
        Some(shell::lines(&words, width))
    }
}

/// The files of certificates, under the names that the program's options have.
fn files(given: &TlsFiles, cacert: &str, cert: &str, key: &str) -> Vec<String> {
    [(cacert, &given.cacert), (cert, &given.cert), (key, &given.key)]
        .into_iter()
        .filter_map(|(option, file)| Some(format!("{option} {}", shell::word(file.as_deref()?))))
        .collect()
}

fn verified(seen: &Observations, exchange: &Exchange) -> bool {
    seen.verified && !matches!(exchange.experiment, Experiment::WithoutVerification | Experiment::OverTls)
}

fn version(seen: &Observations, exchange: &Exchange, sent: Option<&str>) -> HttpVersion {
    match (exchange.experiment, sent) {
        (Experiment::InHttp2, _) => HttpVersion::Http2,
        (Experiment::InHttp10, _) | (_, Some("HTTP/1.0")) => HttpVersion::Http10,
        (_, Some("HTTP/1.1")) => HttpVersion::Http11,
        _ => seen.request.version,
    }
}

fn field(line: &[u8]) -> Option<(String, WireBytes)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (name, value) = line.split_at(colon);
    let name =
        std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && name.bytes().all(is_token))?;
    Some((name.to_owned(), WireBytes(value.get(1..)?.trim_ascii().to_vec())))
}

/// RFC 9110 section 5.6.2: tchar.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
