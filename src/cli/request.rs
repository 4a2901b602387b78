//! The request: method, version, fields and content, from curl's options.

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::data;
use super::encoding::{basic, percent_decoded};
use super::typed;
use crate::error::Error;
use crate::http1::WireBytes;
use crate::plan::{HttpVersion, Request};

/// A request, and the `Host` that the user wants on every route.
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) host: Option<String>,
}

/// The request that the options mean. `url_credentials` stood in the gateway's URL.
pub(super) fn request(
    typed: &typed::Request,
    matches: &ArgMatches,
    url_credentials: Option<&str>,
) -> Result<Asked, Error> {
    let content = data::content(matches)?;
    let default_method = match &content {
        Some(_) => "POST",
        None if typed.head => "HEAD",
        None => "GET",
    };
    let version = version(matches);
    let Fields { fields, host } = fields(&typed.fields, content.as_ref(), url_credentials)?;
    let body = content.map(|content| content.bytes).unwrap_or_default();
    let body = transfer_encoded(body, &fields, version)?;
    let method = method("--request", typed.request.as_deref().unwrap_or(default_method))?;
    Ok(Asked { request: Request { method, version, fields, body }, host })
}

/// The fields that are sent, and the `Host` that the user wants.
pub(super) struct Fields {
    pub(super) fields: Vec<(String, WireBytes)>,
    pub(super) host: Option<String>,
}

/// The fields that the options mean.
pub(super) fn fields(
    typed: &typed::Fields,
    content: Option<&data::Content>,
    url_credentials: Option<&str>,
) -> Result<Fields, Error> {
    let rules = rules("--header", &typed.header)?;
    let mut fields = defaults(typed, content, url_credentials)?;
    fields.retain(|(name, _)| !rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name)));
    let host = host_rule(&rules)?;
    fields.extend(rules.into_iter().filter(|rule| !rule.is("host")).filter_map(Rule::field));
    Ok(Fields { fields, host })
}

/// A method is a token (RFC 9110 section 9.1).
pub(super) fn method(option: &'static str, text: &str) -> Result<String, Error> {
    if !is_token(text.as_bytes()) {
        let reason = format!("'{}' is no method; it is one word, such as GET", text.escape_debug());
        return Err(Error::argument(option, reason));
    }
    if text == "CONNECT" {
        return Err(Error::argument(option, "CONNECT asks for a tunnel, and why502 compares responses"));
    }
    Ok(text.to_owned())
}

/// Which of these flags counts: the last one on the command line, or else the one that the environment sets.
pub(super) fn chosen<'a>(matches: &ArgMatches, flags: &[&'a str]) -> Option<&'a str> {
    let set_by = |source| {
        let set = flags
            .iter()
            .copied()
            .filter(move |id| matches.get_flag(id) && matches.value_source(id) == Some(source));
        set.max_by_key(|id| matches.index_of(id))
    };
    set_by(ValueSource::CommandLine).or_else(|| set_by(ValueSource::EnvVariable))
}

fn version(matches: &ArgMatches) -> HttpVersion {
    match chosen(matches, &["http10", "http11", "http2", "http2_prior_knowledge"]) {
        Some("http10") => HttpVersion::Http10,
        Some("http2" | "http2_prior_knowledge") => HttpVersion::Http2,
        _ => HttpVersion::Http11,
    }
}

/// The fields that are sent unless a `-H` of the same name says otherwise, in curl's order.
fn defaults(
    typed: &typed::Fields,
    content: Option<&data::Content>,
    url_credentials: Option<&str>,
) -> Result<Vec<(String, WireBytes)>, Error> {
    let mut fields = Vec::new();
    let mut add = |name: &str, value: &[u8]| fields.push((name.to_owned(), WireBytes::from(value)));
    if let Some(credentials) = credentials("--user", typed.user.as_deref(), url_credentials)? {
        add("Authorization", &basic(&credentials));
    }
    let agent =
        typed.user_agent.as_deref().map_or(concat!("why502/", env!("CARGO_PKG_VERSION")).as_bytes(), bytes);
    if !agent.is_empty() {
        add("User-Agent", sendable("--user-agent", agent)?);
    }
    let own = content.map_or([].as_slice(), |content| content.fields);
    if !own.iter().any(|(name, _)| *name == "Accept") {
        add("Accept", b"*/*");
    }
    if let Some(cookie) = typed.cookie.as_deref() {
        add("Cookie", cookies(cookie)?);
    }
    for (name, value) in own {
        add(name, value.as_bytes());
    }
    Ok(fields)
}

/// What `option` gives, or else what stands in the URL.
pub(super) fn credentials(
    option: &'static str,
    user: Option<&OsStr>,
    url_credentials: Option<&str>,
) -> Result<Option<Vec<u8>>, Error> {
    match user {
        Some(user)
            if ["http://", "https://"].iter().any(|scheme| bytes(user).starts_with(scheme.as_bytes())) =>
        {
            let reason = "this option is for credentials (USER:PASSWORD), and a URL was given; an upstream belongs to --upstream";
            Err(Error::argument(option, reason))
        }
        Some(user) if !bytes(user).contains(&b':') => Err(Error::argument(
            option,
            "no password is asked for here; write USER:PASSWORD, or USER: for none",
        )),
        Some(user) => Ok(Some(bytes(user).to_vec())),
        None => Ok(url_credentials.map(percent_decoded)),
    }
}

fn cookies(text: &OsStr) -> Result<&[u8], Error> {
    if !bytes(text).contains(&b'=') {
        let reason = "a file of cookies is not supported; write the cookies themselves, such as 'name=value'";
        return Err(Error::argument("--cookie", reason));
    }
    sendable("--cookie", bytes(text))
}

/// Every header that an option of this name sets or leaves out.
fn rules(option: &'static str, typed: &[OsString]) -> Result<Vec<Rule>, Error> {
    typed.iter().map(|text| Rule::parse(option, text)).collect()
}

/// The fields that `--proxy-header` sets.
pub(super) fn proxy_fields(typed: &[OsString]) -> Result<Vec<(String, WireBytes)>, Error> {
    Ok(rules("--proxy-header", typed)?.into_iter().filter_map(Rule::field).collect())
}

/// The one `Host` that `-H` asks for.
fn host_rule(rules: &[Rule]) -> Result<Option<String>, Error> {
    let mut hosts = rules.iter().filter(|rule| rule.is("host"));
    let (first, more) = (hosts.next(), hosts.next());
    match (first, more) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(Error::argument("--header", "a request has one Host; give it once")),
        (Some(Rule { value: Some(value), .. }), None) => host("--header", &value.0).map(Some),
        (Some(_), None) => {
            Err(Error::argument("--header", "a request without Host is not sent; 'Host;' sends an empty one"))
        }
    }
}

/// A value for `Host`.
pub(super) fn host(option: &'static str, value: &[u8]) -> Result<String, Error> {
    match std::str::from_utf8(value) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        _ => {
            let reason = format!(
                "'{}' is no host; write it like shop.example.com or [::1]:8080",
                value.escape_ascii()
            );
            Err(Error::argument(option, reason))
        }
    }
}

/// Content that is announced as chunked is sent so: in one chunk.
fn transfer_encoded(
    body: Vec<u8>,
    fields: &[(String, WireBytes)],
    version: HttpVersion,
) -> Result<Vec<u8>, Error> {
    let Some((_, coding)) = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
    else {
        return Ok(body);
    };
    if !coding.eq_ignore_case("chunked") || version != HttpVersion::Http11 {
        let reason = "the only Transfer-Encoding that can be sent is chunked, in HTTP/1.1";
        return Err(Error::argument("--header", reason));
    }
    let last = b"0\r\n\r\n".as_slice();
    Ok(match body.len() {
        0 => last.to_vec(),
        size => [format!("{size:x}\r\n").as_bytes(), &body, b"\r\n", last].concat(),
    })
}

/// One `-H`.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    name: String,
    /// `None` leaves the field out.
    value: Option<WireBytes>,
}

impl Rule {
    /// `Name: value` sets, `Name:` leaves out, `Name;` sets an empty value, as in curl.
    fn parse(option: &'static str, typed: &OsStr) -> Result<Self, Error> {
        let text = sendable(option, bytes(typed))?;
        let (name, value) = match memchr::memchr(b':', text) {
            Some(at) => (&text[..at], Some(text[at + 1..].trim_ascii()).filter(|value| !value.is_empty())),
            None => match text.strip_suffix(b";") {
                Some(name) => (name, Some([].as_slice())),
                None => return Err(without_colon(option, text)),
            },
        };
        let name = match std::str::from_utf8(name) {
            Ok(text) if is_token(name) => text.to_owned(),
            _ => {
                let reason = format!(
                    "'{}' is no name of a header; it is one word, such as Accept",
                    name.escape_ascii()
                );
                return Err(Error::argument(option, reason));
            }
        };
        if name.eq_ignore_ascii_case("content-length") {
            let reason = "Content-Length is counted from the content and cannot be set";
            return Err(Error::argument(option, reason));
        }
        Ok(Self { name, value: value.map(WireBytes::from) })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn field(self) -> Option<(String, WireBytes)> {
        Some((self.name, self.value?))
    }
}

/// Names the header by its first word: the rest can be a secret.
fn without_colon(option: &'static str, text: &[u8]) -> Error {
    if text.first() == Some(&b'@') {
        return Error::argument(
            option,
            "a file of headers is not supported; give each header with a -H of its own",
        );
    }
    let first = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let reason = format!(
        "there is no colon in the header that begins with '{}'; write Name: value",
        first.escape_ascii()
    );
    Error::argument(option, reason)
}

/// A value that can stand in one line of a request.
fn sendable<'a>(option: &'static str, value: &'a [u8]) -> Result<&'a [u8], Error> {
    match value.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        Some(0) => Err(Error::argument(option, "a NUL byte cannot be sent in a header")),
        Some(_) => Err(Error::argument(
            option,
            "there is a line break in the value; give each header with a -H of its own",
        )),
        None => Ok(value),
    }
}

fn is_token(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

fn bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}
