//! The second opinion: the same request by an ordinary client library, reqwest, which stands on hyper. What our own
//! reader calls a defect, does a conforming client refuse it, or does it take no offence?
//!
//! The library resolves, connects and reads behind one call. So of the phases only three can be told from outside:
//! until the head is there all is waiting, and what cannot be known (connects, sizes, where in the head) stays empty.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use http::header::{ACCEPT, CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use reqwest::{Client, ClientBuilder, Response, Url, redirect, retry};
use rustls::ClientConfig;
use tokio::task::yield_now;

use super::client_end;
use super::client_reading::ClientReading;
use super::context::Context;
use super::credentials::Credentials;
use super::draft::{Draft, Reads};
use super::stop::Stop;
use super::verifier::Verifier;
use super::{addressing, handshake, resolve, trust};
use crate::http1::WireBytes;
use crate::observation::{End, Phase};
use crate::plan::{Endpoint, HttpVersion, Probe, Scheme};

/// Sends the request and takes the response from the library.
pub(super) async fn exchange(draft: &mut Draft<'_>, probe: &Probe, context: &Context) -> Stop {
    let addresses = match resolve::resolve(draft, probe, context).await {
        Ok(addresses) => addresses,
        Err(stop) => return stop,
    };
    let request = match tls(draft, probe, context).and_then(|tls| {
        let url = url(probe, context, &addresses)?;
        let client = client(probe, context, tls, &url, &addresses)?;
        request(draft, &client, probe, url).map(|request| (client, request))
    }) {
        Ok(request) => request,
        Err(stop) => return stop,
    };
    draft.enter(Phase::Wait);
    let (client, request) = request;
    match converse(draft, probe, &client, request).await {
        Ok(()) => Stop::new(End::Complete),
        Err(error) => client_end::stop(draft, &error),
    }
}

async fn converse(
    draft: &mut Draft<'_>,
    probe: &Probe,
    client: &Client,
    request: reqwest::Request,
) -> Result<(), reqwest::Error> {
    let mut response = client.execute(request).await?;
    begin(draft, probe, &response);
    while let Some(data) = response.chunk().await? {
        draft.bytes_came_at(Instant::now());
        reading(draft, |reading| reading.data(&data));
        // The other exchanges have a turn.
        yield_now().await;
    }
    reading(draft, ClientReading::completed);
    Ok(())
}

/// The final head is here.
fn begin(draft: &mut Draft<'_>, probe: &Probe, response: &Response) {
    let now = Instant::now();
    draft.bytes_came_at(now);
    draft.enter_at(Phase::Body, now);
    draft.exchange.peer = response.remote_addr().map(|peer| peer.to_string());
    draft.reads = Reads::Client(Box::new(ClientReading::new(response, probe.request.method == "HEAD")));
}

fn reading(draft: &mut Draft<'_>, change: impl FnOnce(&mut ClientReading)) {
    if let Reads::Client(reading) = &mut draft.reads {
        change(reading);
    }
}

/// Our own TLS, as for every other probe. Also where the URL is of plain HTTP: the library would make its own.
fn tls(draft: &mut Draft<'_>, probe: &Probe, context: &Context) -> Result<ClientConfig, Stop> {
    match probe.endpoint.scheme {
        Scheme::Https => handshake::prepare(draft, probe, context).map(|(config, _)| config),
        Scheme::Http => Credentials::of(&context.tls)
            .and_then(|own| trust::client_config(Arc::new(own), Verifier::new(None, false), &[]))
            .map_err(|error| local(error.to_string())),
    }
}

/// The library connects where the URL says, at the addresses given for its host.
fn url(probe: &Probe, context: &Context, addresses: &[SocketAddr]) -> Result<Url, Stop> {
    let Endpoint { scheme, host, target, .. } = &probe.endpoint;
    let (_, port) = addressing::destination(&context.addressing, &probe.endpoint);
    let first = addresses.first().map(SocketAddr::ip);
    let authority = match (probe.endpoint.address(), first, scheme) {
        (None, ..) => host.clone(),
        (Some(_), Some(address), Scheme::Http) => bracketed(address),
        (Some(asked), Some(address), Scheme::Https) if asked == address => bracketed(address),
        _ => return Err(local("an address in an https URL cannot be connected to elsewhere")),
    };
    let url = Url::parse(&format!("{}://{authority}:{port}{target}", scheme.name()))
        .map_err(|error| local(error.to_string()))?;
    // Another request would be another experiment.
    let same = url.as_str().ends_with(target.as_str());
    if same { Ok(url) } else { Err(local("the client library writes this path in another way")) }
}

fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn client(
    probe: &Probe,
    context: &Context,
    tls: ClientConfig,
    url: &Url,
    addresses: &[SocketAddr],
) -> Result<Client, Stop> {
    // One attempt, straight there, and nothing made of the answer. (Without its features for it, the library
    // decompresses nothing.)
    let builder = ClientBuilder::new()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(context.limits.connect)
        .timeout(context.limits.total);
    let builder = match probe.request.version {
        HttpVersion::Http10 | HttpVersion::Http11 => builder.http1_only(),
        HttpVersion::Http2 => builder.http2_prior_knowledge(),
    };
    let builder = match url.domain() {
        Some(name) => builder.resolve_to_addrs(name, addresses),
        None => builder,
    };
    builder.build().map_err(|error| local(client_end::words(&error)))
}

/// The request, as the draft then shows it.
fn request(
    draft: &mut Draft<'_>,
    client: &Client,
    probe: &Probe,
    url: Url,
) -> Result<reqwest::Request, Stop> {
    let invalid = |error: http::Error| local(error.to_string());
    let method =
        Method::from_bytes(probe.request.method.as_bytes()).map_err(|error| invalid(error.into()))?;
    let fields = fields(probe).map_err(invalid)?;
    draft.exchange.sent.head = shown(probe, &fields);
    let version = match probe.request.version {
        HttpVersion::Http10 => Version::HTTP_10,
        HttpVersion::Http11 => Version::HTTP_11,
        HttpVersion::Http2 => Version::HTTP_2,
    };
    let mut builder = client.request(method, url).version(version).headers(fields);
    if !probe.request.body.is_empty() {
        builder = builder.body(probe.request.body.clone());
    }
    builder.build().map_err(|error| local(client_end::words(&error)))
}

fn fields(probe: &Probe) -> Result<HeaderMap, http::Error> {
    let mut fields = HeaderMap::new();
    // In HTTP/2 the URL says it.
    if probe.request.version != HttpVersion::Http2 {
        fields.insert(HOST, HeaderValue::from_str(&probe.endpoint.host_field)?);
    }
    for (name, WireBytes(value)) in &probe.request.fields {
        fields.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(value)?);
    }
    if !probe.request.body.is_empty() && !probe.request.has_field("transfer-encoding") {
        fields.insert(CONTENT_LENGTH, probe.request.body.len().into());
    }
    // The library sends it with every request, so it is shown.
    fields.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    Ok(fields)
}

fn shown(probe: &Probe, fields: &HeaderMap) -> WireBytes {
    let (method, target) = (&probe.request.method, &probe.endpoint.target);
    let mut shown = format!("{method} {target} {}\r\n", probe.request.version.name()).into_bytes();
    for (name, value) in fields {
        shown.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    shown.extend_from_slice(b"\r\n");
    WireBytes(shown)
}

fn local(words: impl Into<String>) -> Stop {
    Stop::with(End::LocalFailure, words)
}
