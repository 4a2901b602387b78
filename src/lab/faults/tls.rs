//! Faults in TLS: certificates, handshakes, the wrong kind of port, and streams that end without `close_notify`.

use super::{Behaviour, Credential, Expects, Fault, Level, Step, Tls};
use Expects::{Cause, Healthy};
use Step::{Fin, Reset, Stall, Write};

pub(super) const FAULTS: &[Fault] = &[
    tls("tls-ok", "Answers properly over TLS.", Healthy, Tls::Serve(Credential::Good)),
    tls(
        "tls-expired",
        "Shows a certificate that expired in 2020.",
        Cause("certificate-expired"),
        Tls::Serve(Credential::Expired),
    ),
    tls(
        "tls-not-yet-valid",
        "Shows a certificate that is not valid before 2090.",
        Cause("certificate-not-yet-valid"),
        Tls::Serve(Credential::NotYetValid),
    ),
    tls(
        "tls-wrong-host",
        "Shows a certificate for other.example.",
        Cause("certificate-wrong-name"),
        Tls::Serve(Credential::WrongHost),
    ),
    tls(
        "tls-self-signed",
        "Shows a certificate that has signed itself.",
        Cause("certificate-self-signed"),
        Tls::Serve(Credential::SelfSigned),
    ),
    tls(
        "tls-unknown-issuer",
        "Shows a certificate from an authority that nobody knows.",
        Cause("certificate-unknown-issuer"),
        Tls::Serve(Credential::UnknownIssuer),
    ),
    tls(
        "tls-wrong-purpose",
        "Shows a certificate that is good for clients only.",
        Cause("certificate-wrong-purpose"),
        Tls::Serve(Credential::WrongPurpose),
    ),
    tls(
        "tls-plain-server",
        "Speaks plain HTTP where TLS is expected.",
        Cause("tls-to-plain-port"),
        Tls::PlainServer,
    ),
    tls(
        "plain-to-tls",
        "Speaks TLS where plain HTTP is expected, and sends an alert.",
        Cause("plain-to-tls-port"),
        Tls::RefusePlain(&[Write(&alert(UNEXPECTED_MESSAGE)), Fin]),
    ),
    tls(
        "plain-to-tls-400",
        "Speaks TLS where plain HTTP is expected, and says so with a 400.",
        Cause("plain-to-tls-port"),
        Tls::RefusePlain(&[Write(PLAIN_TO_TLS_400), Fin]),
    ),
    tls(
        "tls-alert-40",
        "Answers the ClientHello with the alert handshake_failure.",
        Cause("tls-alert-received"),
        Tls::Hello(&[Write(&alert(HANDSHAKE_FAILURE)), Fin]),
    ),
    tls(
        "tls-alert-70",
        "Answers the ClientHello with the alert protocol_version.",
        Cause("tls-alert-received"),
        Tls::Hello(&[Write(&alert(PROTOCOL_VERSION)), Fin]),
    ),
    tls(
        "tls-sni-required",
        "Answers a ClientHello without a server name with the alert unrecognized_name.",
        Cause("tls-alert-received"),
        Tls::RequireServerName,
    ),
    tls(
        "tls-client-cert",
        "Demands a certificate of the client.",
        Cause("tls-alert-received"),
        Tls::RequireClientCertificate,
    ),
    tls(
        "tls-fin-handshake",
        "Closes the connection instead of answering the ClientHello.",
        Cause("tls-handshake-cut"),
        Tls::Hello(&[Fin]),
    ),
    tls(
        "tls-rst-handshake",
        "Resets the connection instead of answering the ClientHello.",
        Cause("tls-handshake-cut"),
        Tls::Hello(&[Reset]),
    ),
    tls(
        "tls-garbage-handshake",
        "Answers the ClientHello with bytes that are neither TLS nor HTTP.",
        Cause("tls-handshake-garbage"),
        Tls::Hello(&[Write(b"\x8f\x02\xd1\x5b\x00\xff\xa7\x3c\x99\x10\xee\x61\x0b\xc4\x77\x2a"), Fin]),
    ),
    tls(
        "tls-stall-handshake",
        "Leaves the ClientHello without an answer.",
        Cause("tls-handshake-timeout"),
        Tls::Hello(&[Stall]),
    ),
    tls(
        "tls-cut-body",
        "Sends half of the announced body, then closes without close_notify.",
        Cause("upstream-closed-in-body"),
        Tls::Cut(&[Write(b"HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\nThe lab answers, "), Fin]),
    ),
    tls(
        "tls-cut-close-body",
        "Ends a body that lasts until the close without close_notify.",
        Cause("upstream-closed-in-body"),
        Tls::Cut(&[Write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nThe lab answers, "), Fin]),
    ),
];

/// What nginx says to plain HTTP on a TLS port; the reader is to recognise it by its words.
const PLAIN_TO_TLS_400: &[u8] = b"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.25.3\r\n\
    Content-Type: text/html\r\nContent-Length: 255\r\nConnection: close\r\n\r\n\
    <html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n\
    <body>\r\n<center><h1>400 Bad Request</h1></center>\r\n\
    <center>The plain HTTP request was sent to HTTPS port</center>\r\n\
    <hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n";

// RFC 8446, section 6: the numbers of alerts.
const UNEXPECTED_MESSAGE: u8 = 10;
const HANDSHAKE_FAILURE: u8 = 40;
const PROTOCOL_VERSION: u8 = 70;

/// A record with a fatal alert (RFC 8446, sections 5.1 and 6).
const fn alert(description: u8) -> [u8; 7] {
    [21, 3, 3, 0, 2, 2, description]
}

const fn tls(name: &'static str, summary: &'static str, expects: Expects, tls: Tls) -> Fault {
    Fault { name, summary, level: Level::Tls, expects, behaviour: Behaviour::Tls(tls) }
}
