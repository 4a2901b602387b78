//! No secret survives anywhere, and no offset moves.

use proptest::prelude::*;

use super::*;
use crate::http1::{Asked, Reader, StreamEnd};
use crate::observation::{
    End, LimitsSeen, Phase, Phases, ProxySeen, RequestSeen, Sent, Tool, exchange::Exchange,
};
use crate::plan::{Experiment, HttpVersion, Route};

/// Observations of one exchange: this request head, and this response.
fn observations(url: &str, fields: &[&str], head: &str, response: &str) -> Observations {
    let mut reader = Reader::new(Asked::default());
    reader.push(response.as_bytes());
    let exchange = Exchange {
        route: Route::Gateway,
        upstream: None,
        experiment: Experiment::SameRequest,
        guise: None,
        url: url.to_owned(),
        proxy: None,
        peer: None,
        resolution: None,
        connects: Vec::new(),
        tls: None,
        sent: Sent { head: WireBytes::from(head), bytes: 0, complete: true },
        phases: Phases::default(),
        ended_in: Phase::Body,
        end: End::Complete,
        end_detail: None,
        reading: Some(reader.finish(StreamEnd::Fin)),
        longest_gap: None,
        local: None,
        final_gap: None,
    };
    Observations {
        format: Observations::FORMAT,
        tool: Tool::this(),
        started: "2026-11-22T10:00:00Z".to_owned(),
        elapsed: 0.0,
        request: RequestSeen {
            method: "GET".to_owned(),
            url: url.to_owned(),
            version: HttpVersion::Http11,
            fields: fields.iter().map(|&field| WireBytes::from(field)).collect(),
            body_size: 0,
            repeatable: true,
        },
        upstreams: vec![url.to_owned()],
        limits: LimitsSeen { connect: 10.0, total: 90.0 },
        verified: true,
        tls_files: crate::plan::TlsFiles::default(),
        interrupted: false,
        exchanges: vec![exchange],
    }
}

fn masked(mut observations: Observations) -> Observations {
    mask(&mut observations);
    observations
}

/// The request head after masking.
fn sent(head: &str) -> String {
    let seen = masked(observations("http://host/", &[], head, ""));
    seen.exchanges[0].sent.head.as_str().unwrap().to_owned()
}

#[test]
fn what_the_proxy_alone_is_told_is_a_secret_too() {
    let mut seen = observations("http://host/", &[], "", "HTTP/1.1 200 OK\r\n\r\nBasic c2VjcmV0OnNlc2FtZQ==");
    seen.exchanges[0].proxy = Some(ProxySeen {
        url: "http://proxy:3128".to_owned(),
        tunnel: Some(Tunnel {
            target: "host:443".to_owned(),
            sent: "CONNECT host:443 HTTP/1.1\r\nProxy-Authorization: Basic c2VjcmV0OnNlc2FtZQ==\r\n\r\n"
                .into(),
            status: Some(407),
            reason: WireBytes::default(),
            head: WireBytes::default(),
            seconds: None,
        }),
    });
    let text = serde_json::to_string(&masked(seen)).unwrap();
    assert!(!text.contains("c2VjcmV0"), "{text}");
}

#[test]
fn names_schemes_and_attributes_stay() {
    assert_eq!(sent("Authorization: Bearer abcdef\r\n"), "Authorization: Bearer ******\r\n");
    assert_eq!(sent("Cookie: a=bcd; e=f\r\n"), "Cookie: a=***; e=*\r\n");
    assert_eq!(sent("X-Api-Key : k\r\nHost: h\r\n"), "X-Api-Key : *\r\nHost: h\r\n");
    assert_eq!(sent("Set-Cookie: a=b; Path=/; Secure\r\n"), "Set-Cookie: a=*; Path=/; Secure\r\n");
    assert_eq!(sent("GET /?a=b&token=cde&f=g HTTP/1.1\r\n"), "GET /?a=b&token=***&f=g HTTP/1.1\r\n");
    assert_eq!(sent("Referer: http://me:pass@host/@\r\n"), "Referer: http://**:****@host/@\r\n");
    assert_eq!(sent("X-Auth-Token: ab\r\n cd\r\n"), "X-Auth-Token: **\r\n **\r\n");
}

#[test]
fn what_is_no_secret_stays() {
    for head in [
        "GET /?author=me&q=token HTTP/1.1\r\n",
        "Host: key.example\r\nAccept: */*\r\n",
        "Referer: http://host/a@b?monkey=1\r\n",
    ] {
        assert_eq!(sent(head), head);
    }
}

#[test]
fn a_secret_of_the_request_is_found_where_the_peer_echoes_it() {
    let head = "GET / HTTP/1.1\r\nAuthorization: Bearer hunter2hunter2\r\n\r\n";
    let response =
        "HTTP/1.1 200 OK\r\nX-Echo: hunter2hunter2\r\n\r\n{\"you sent\": \"hunter2hunter2\"} hunter2hun";
    let seen = masked(observations("http://host/", &[], head, response));
    let reading = seen.exchanges[0].reading.as_ref().unwrap();
    assert!(reading.response().unwrap().text("x-echo").unwrap().starts_with("***"));
    assert!(!serde_json::to_string(&seen).unwrap().contains("hunter2"), "{reading:?}");
    assert_eq!(reading.bytes.0.len(), response.len());
}

#[test]
fn a_defect_that_quotes_a_secret_keeps_quiet_about_it() {
    let head = "GET / HTTP/1.1\r\nX-Api-Key: correct-horse-battery-staple-and-so-on-and-on\r\n\r\n";
    let response = "HTTP/1.1 200 OK\r\ncorrect-horse-battery-staple-and-so-on-and-on\r\n\r\n";
    let seen = masked(observations("http://host/", &[], head, response));
    let reading = seen.exchanges[0].reading.as_ref().unwrap();
    assert!(!reading.defects.is_empty());
    assert!(!serde_json::to_string(&seen).unwrap().contains("correct-horse"), "{:?}", reading.defects);
}

/// The response after masking, as JSON has it; no offset moved.
fn received(head: &str, response: &str) -> String {
    let seen = masked(observations("http://host/", &[], head, response));
    let reading = seen.exchanges[0].reading.as_ref().unwrap();
    assert_eq!(reading.bytes.0.len(), response.len());
    assert_eq!(masked(seen.clone()), seen);
    serde_json::to_string(reading).unwrap()
}

#[test]
fn the_token_of_a_challenge_is_a_secret_and_its_parameters_are_none() {
    let head = "GET / HTTP/1.1\r\n\r\n";
    let of =
        |field: &str| received(head, &format!("HTTP/1.1 401 No\r\n{field}\r\nContent-Length: 0\r\n\r\n"));
    assert!(!of("WWW-Authenticate: Negotiate YIIFoken").contains("YIIFoken"));
    assert!(!of("WWW-Authenticate Negotiate YIIFoken").contains("YIIFoken"));
    assert!(!of("Proxy-Authenticate: NTLM TlRMTVNT").contains("TlRMTVNT"));
    assert!(of("WWW-Authenticate: Basic realm=\"shop\"").contains("shop"));
    assert!(!of("Authentication-Info: rspauth=\"6629fae4\"").contains("6629fae4"));
}

#[test]
fn a_word_in_a_name_tells_of_a_secret() {
    assert_eq!(
        sent("GET /;jsessionid=ab?reset_token=cd&access=ef&sso=gh&keyboard=de HTTP/1.1\r\n"),
        "GET /;jsessionid=**?reset_token=**&access=**&sso=**&keyboard=de HTTP/1.1\r\n"
    );
    assert_eq!(sent("X-Session: abc\r\nX-Auth: def\r\n"), "X-Session: ***\r\nX-Auth: ***\r\n");
    let query = "Referer: /?next=%2F%3Fsso%3Dabc%26q%3Dd\r\n";
    assert_eq!(sent(query), "Referer: /?next=%2F%3Fsso%3D***%26q%3Dd\r\n");
}

#[test]
fn a_field_where_none_may_stand_and_a_folded_one_keep_their_secrets() {
    for head in [
        " Set-Cookie: sid=SECRET1\r\n",
        "\t Set-Cookie: sid=SECRET1; Path=/\r\n",
        " Set-Cookie: sid=1;\r\n  SECRET1\r\n",
        "Set-Cookie: sid=1;\r\n  SECRET1\r\n",
        "Set-Cookie: sid=1;\r\n\tPath=/;\r\n  SECRET1; Secure\r\n",
        "Set-Cookie: sid=1;\r\n  foo:SECRET1\r\n",
        "Set-Cookie: sid=1; Expires=Wed, b=SECRET1; Path=/\r\n",
        "Set-Cookie sid=SECRET1\r\n",
        "Set-Cookie\x0b: sid=SECRET1\r\n",
        "Authorization: Basic\r\n SECRET1\r\n",
        "X-Token: a\rSECRET1\r\n",
        "X-A: a\rX-Token: SECRET1\r\n",
    ] {
        let seen = received("", &format!("HTTP/1.1 200 OK\r\n{head}\r\n"));
        assert!(!seen.contains("SECRET1"), "{seen}");
    }
    assert_eq!(sent("Set-Cookie: a=b;\r\n Path=/;\r\n cd\r\n"), "Set-Cookie: a=*;\r\n Path=/;\r\n **\r\n");
}

#[test]
fn an_echo_in_another_encoding_is_found() {
    // The first is "administrator:sesam-oeffne" in base64.
    let head = "GET /?token=open%20sesame HTTP/1.1\r\n\
                Authorization: Basic YWRtaW5pc3RyYXRvcjpzZXNhbS1vZWZmbmU=\r\n\
                Cookie: a=abc/def==; b=\"in-quotes\"\r\n\r\n";
    for echo in [
        "abc/def%3D%3D",
        "abc%2fdef%3d%3D",
        "abc\\/def==",
        "abc\\u002fdef==",
        "administrator",
        "sesam-oeffne",
        "YWRtaW5pc3RyYXRvcjpzZXNhbS1vZWZmbmU%3D",
        "open sesame",
        "open+sesame",
        "in-quotes",
    ] {
        let seen = received(head, &format!("HTTP/1.1 200 OK\r\nX-A: {echo}\r\n\r\n<{echo}>"));
        // JSON escapes a backslash, which the wire bytes escaped before.
        let shown = echo.replace('\\', "\\\\\\\\");
        assert!(!seen.contains(&shown), "{echo} in {seen}");
    }
}

#[test]
fn a_form_and_members_of_json_are_masked_from_the_first_on() {
    let form = "POST / HTTP/1.1\r\nHost: h\r\n\r\npassword=abc&a=b&token=cd";
    let masked = "POST / HTTP/1.1\r\nHost: h\r\n\r\npassword=***&a=b&token=**";
    assert_eq!(masked_bytes(form.as_bytes()).as_str(), Some(masked));
    let json = br#"{"a": "b", "password": "c\"d", "otp":123, "keyboard": "e"}"#;
    let masked = r#"{"a": "b", "password": "****", "otp":***, "keyboard": "e"}"#;
    assert_eq!(masked_bytes(json).as_str(), Some(masked));
    let seen = received("", "HTTP/1.1 200 OK\r\n\r\npassword=SECRET1&a=1\npin=1\nauth=SECRET2");
    assert!(!seen.contains("SECRET"), "{seen}");
}

#[test]
fn a_secret_of_a_response_is_masked_wherever_the_response_repeats_it() {
    let response = "HTTP/1.1 200 OK\r\nSet-Cookie: sid=\"SECRET1\"; Path=/\r\nX-Id: <SECRET1>\r\n\
                    Transfer-Encoding: chunked\r\nX-Token: chunked\r\nLocation: /?a=SECRET1\r\n\r\n\
                    7\r\nSECRET1\r\n0\r\nX-Again: %53ECRET1\r\n\r\nSECRET1";
    let seen = received("", response);
    assert!(!seen.contains("ECRET1"), "{seen}");
    assert!(seen.contains("Transfer-Encoding: chunked"), "{seen}");
}

#[test]
fn what_masking_uncovers_is_masked_in_the_same_run() {
    let head = "GET / HTTP/1.1\r\nX-Token: xx&yy=zz\r\n\r\n";
    let seen = received(head, "HTTP/1.1 200 OK\r\n\r\n?token=abxx&yy=zzcd&x=1");
    assert!(!seen.contains("cd&"), "{seen}");
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once_whatever_stands_side_by_side(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "?token=", "&sso=", "&", ";", "=", "\r\n", "\r", " ", "\t", "Set-Cookie: ", "X-Token:", "Path=/",
            "://", "@", "/", ":", "\"", "\"key\": ", "%3F", "%3D", "%", "\\", "\\\"", "secret", "+abc", "xy&yy=zz",
            "http://", "Authorization: Basic ", "YTpiY2RlZmc=", "bcdefg", "key", "*", "é",
        ]), 0..60),
        at in any::<prop::sample::Index>(),
    ) {
        let (head, response) = pieces.split_at(at.index(pieces.len() + 1));
        let response = format!("HTTP/1.1 200 OK\r\n{}", response.concat());
        let once = masked(observations("http://host/", &[], &head.concat(), &response));
        let reading = once.exchanges[0].reading.as_ref().unwrap();
        prop_assert_eq!(reading.bytes.0.len(), response.len());
        prop_assert_eq!(masked(once.clone()), once);
    }

    #[test]
    fn no_secret_survives_anywhere_and_masking_twice_is_masking_once(
        secrets in prop::collection::vec("[a-zA-Z0-9+~_-]{8,40}", 6),
        around in "[ -~]{0,20}",
    ) {
        let [bearer, cookie, key, token, user, set] = &secrets[..] else { unreachable!() };
        let url = format!("http://u:{user}@host/?access_token={token}&x=1");
        let fields = [
            format!("Authorization: Bearer {bearer}"),
            format!("Cookie: a=b; session={cookie}"),
            format!("X-Api-Key: {key}"),
        ];
        let head = format!("GET /?access_token={token}&x=1 HTTP/1.1\r\n{}\r\n\r\n", fields.join("\r\n"));
        let response = format!(
            "HTTP/1.1 200 OK\r\nSet-Cookie: s={set}; Path=/\r\nLocation: {url}\r\n{key} {around}\r\n\r\n\
             {around}{bearer}{around}{cookie}{key}{token}{set}{around}",
        );
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let original = observations(&url, &fields, &head, &response);
        let once = masked(original.clone());
        let json = serde_json::to_string(&once).unwrap();
        for secret in &secrets {
            prop_assert!(!json.contains(secret.as_str()), "{secret} in {json}");
        }
        let lengths = |seen: &Observations| {
            let reading = seen.exchanges[0].reading.clone().unwrap();
            (reading.bytes.0.len(), reading.body.beginning.0.len(), seen.exchanges[0].sent.head.0.len())
        };
        prop_assert_eq!(lengths(&original), lengths(&once));
        prop_assert_eq!(masked(once.clone()), once);
    }
}
