use super::*;
use crate::http1::{Asked, Reader, StreamEnd};
use crate::observation::{Exchange, LimitsSeen, RequestSeen, Tool};
use crate::plan::{HttpVersion, Pace};

const NGINX_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                          Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n";
const NGINX: &str =
    "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nDate: x\r\nContent-Type: text/html\r\n";
const WELL: &str = "HTTP/1.1 200 OK\r\nServer: gunicorn\r\nContent-Length: 2\r\n\r\nok";

fn exchange(route: Route, experiment: Experiment, text: &str) -> Exchange {
    let mut reader = Reader::new(Asked::default());
    reader.push(text.as_bytes());
    let saved = Exchange::saved("http://10.0.0.7/", reader.finish(StreamEnd::Fin));
    Exchange { route, experiment, ..saved }
}

fn through(text: &str) -> Exchange {
    exchange(Route::Gateway, Experiment::SameRequest, text)
}

fn direct(text: &str) -> Exchange {
    exchange(Route::Direct, Experiment::SameRequest, text)
}

fn seen(exchanges: Vec<Exchange>) -> Observations {
    Observations {
        format: Observations::FORMAT,
        tool: Tool::this(),
        started: "2026-11-23T05:00:00Z".to_owned(),
        elapsed: 0.0,
        request: RequestSeen {
            method: "GET".to_owned(),
            url: "http://gateway/cart".to_owned(),
            version: HttpVersion::Http11,
            fields: Vec::new(),
            body_size: 0,
            repeatable: true,
        },
        upstreams: vec!["http://10.0.0.7/".to_owned()],
        limits: LimitsSeen { connect: 1.0, total: 1.0 },
        verified: true,
        tls_files: crate::plan::TlsFiles::default(),
        interrupted: false,
        exchanges,
    }
}

fn of(error: &str, directly: &str) -> Authorship {
    author(&seen(vec![through(error), direct(directly)])).unwrap()
}

/// An error with these fields and a body that no product has.
fn error(fields: &str) -> String {
    format!("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\n{fields}\r\nsorry.\n")
}

fn nginx(fields: &str) -> String {
    format!("{NGINX}Content-Length: {}\r\n{fields}\r\n{NGINX_PAGE}", NGINX_PAGE.len())
}

#[test]
fn the_page_of_the_gateway_is_its_own_or_that_of_one_that_would_look_the_same() {
    let it = of(&nginx(""), WELL);
    assert_eq!(
        (it.who, it.or.as_slice(), it.strength),
        (Who::Gateway, &[Who::InnerGateway][..], Some(Strength::Likely))
    );
    assert_eq!((it.name.as_deref(), it.version.as_deref()), (Some("nginx"), Some("1.22.1")));
    assert!(it.is_established());
}

#[test]
fn of_two_that_look_alike_neither_is_put_first_and_no_list_of_hops_is_complete() {
    // A hop in front that hides the Server field and adds nothing: no gateway that why502 knows does that.
    let hidden = nginx("").replace("Server: nginx/1.22.1\r\n", "");
    for page in [nginx(""), hidden] {
        let it = of(&page, WELL);
        assert_eq!((it.who, it.or.as_slice()), (Who::Gateway, &[Who::InnerGateway][..]));
        let begins = "nginx 1.22.1, either the gateway asked or one behind it (";
        assert!(it.sentence.starts_with(begins), "{}", it.sentence);
        assert!(it.sentence.contains("and gateways that why502 does not know"), "{}", it.sentence);
        assert!(it.settles.is_some());
    }
}

#[test]
fn a_page_that_the_upstreams_kind_has_too_can_be_the_upstreams() {
    let it = of(&nginx(""), "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok");
    assert!(it.or.contains(&Who::Upstream) || it.who == Who::NotEstablished, "{it:#?}");
    assert_ne!(it.strength, Some(Strength::Shown));
}

#[test]
fn who_is_silent_when_asked_as_a_gateway_asks_did_not_write_the_page_of_its_kind() {
    let kin = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok";
    let observed = |asked: &[&str]| {
        let asked = asked.iter().map(|text| exchange(Route::Direct, Experiment::AsGateway, text));
        let plain = [through(&nginx("X-Varnish: 2\r\n")), direct(kin)];
        seen(plain.into_iter().chain(asked).collect())
    };
    let after = |asked: &[&str]| author(&observed(asked)).unwrap();
    assert_eq!(after(&["", ""]).who, Who::NotEstablished);
    let it = after(&["", kin, "", ""]);
    assert_eq!((it.who, it.or.as_slice()), (Who::InnerGateway, &[Who::Upstream][..]), "{it:#?}");
    assert_eq!((it.name.as_deref(), it.strength), (Some("nginx"), Some(Strength::Likely)));
    // Which of the two is not said where it is not known.
    let notes = crate::diagnosis::diagnose(&observed(&["", kin, "", ""])).notes.join(" ");
    assert!(notes.contains("by another gateway, or by the upstream itself"), "{notes}");
    assert_eq!(after(&["", "", "", &nginx("")]).who, Who::Upstream);
}

#[test]
fn a_status_about_the_request_that_the_upstream_gives_whenever_asked_so_is_its_own() {
    let refusal = "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n";
    let after = |times: usize, status: &str| {
        let refusal = refusal.replace("426", status);
        let plain =
            [through(&refusal.replace(" Required", " Required\r\nServer: nginx/1.22.1")), direct(WELL)];
        let asked = (0..times).map(|_| exchange(Route::Direct, Experiment::AsGateway, &refusal));
        author(&seen(plain.into_iter().chain(asked).collect())).unwrap()
    };
    assert_eq!(after(2, "426").who, Who::NotEstablished);
    let it = after(3, "426");
    assert_eq!((it.who, it.strength), (Who::Upstream, Some(Strength::Likely)), "{it:#?}");
    // Gateways answer so themselves.
    assert_eq!(after(3, "503").who, Who::NotEstablished);
}

#[test]
fn the_same_page_directly_is_the_upstreams_unless_every_installation_has_it() {
    let page = error("Content-Type: text/html\r\n");
    let it = of(&page, &page);
    assert_eq!((it.who, it.or.is_empty(), it.strength), (Who::Upstream, true, Some(Strength::Shown)));
    let it = of(&nginx(""), &nginx(""));
    assert_eq!((it.who, it.or.as_slice()), (Who::Upstream, &[Who::Gateway][..]));
    assert_eq!(it.strength, Some(Strength::Likely));
}

#[test]
fn the_last_hop_that_failed_by_proxy_status_wrote_it() {
    let last =
        of(&error("Proxy-Status: origin-gw; received-status=502, edge; error=connection_refused\r\n"), WELL);
    assert_eq!((last.who, last.name.as_deref()), (Who::Gateway, Some("edge")));
    let inner = of(
        &error("Proxy-Status: gw; error=connection_refused\r\nProxy-Status: edge; received-status=502\r\n"),
        WELL,
    );
    assert_eq!((inner.who, inner.name.as_deref()), (Who::InnerGateway, Some("gw")));
    let received = of(&error("Proxy-Status: edge; received-status=502\r\n"), WELL);
    assert_eq!(
        (received.who, received.or.as_slice()),
        (Who::NotEstablished, &[Who::InnerGateway, Who::Upstream][..])
    );
}

#[test]
fn what_proxy_status_says_directly_too_is_behind_the_upstream() {
    let page = error("Proxy-Status: gw; error=connection_refused\r\n");
    let other = page.replace("sorry.", "sorry!");
    assert_eq!(of(&page, &other).who, Who::Upstream);
}

#[test]
fn proxy_status_against_the_very_same_answer_directly_is_a_conflict() {
    let page = error("Proxy-Status: edge; error=connection_refused\r\n");
    let it = of(&page, &error(""));
    assert_eq!((it.who, it.strength), (Who::NotEstablished, None));
    let conflict = it.conflict.unwrap();
    assert!(conflict.contains("edge") && conflict.contains("the very same status and body"), "{conflict}");
    assert!(it.settles.unwrap().contains("access log") && it.sentence.contains("disagree"));
}

#[test]
fn a_hop_that_marks_what_it_sends_did_not_write_the_page_of_another() {
    let it = of(&nginx("X-Varnish: 2\r\nVia: 1.1 varnish (Varnish/7.1)\r\n"), WELL);
    assert_eq!((it.who, it.or.is_empty(), it.strength), (Who::InnerGateway, true, Some(Strength::Shown)));
    assert_eq!(it.passed_on_by, ["varnish"]);
    // Where the upstream sends that mark itself, it tells of no gateway.
    let it = of(&nginx("X-Varnish: 2\r\n"), "HTTP/1.1 200 OK\r\nX-Varnish: 1\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!((it.who, it.passed_on_by.len()), (Who::Gateway, 0));
}

#[test]
fn strangers_in_via_and_a_page_that_is_the_gateways_own_are_a_conflict() {
    let it = of(&nginx("Via: 1.1 varnish, 1.1 edge\r\n"), WELL);
    assert_eq!(it.who, Who::NotEstablished);
    assert!(it.conflict.unwrap().contains("Via names a hop"), "{}", it.sentence);
}

#[test]
fn another_version_in_the_page_or_other_letters_mean_that_it_was_passed_on() {
    let it = of(&nginx("").replace("Server: nginx/1.22.1", "Server: nginx/1.25.3"), WELL);
    assert_eq!((it.who, it.or.is_empty()), (Who::InnerGateway, true));
    let it = of(
        &nginx("")
            .replace("Server", "server")
            .replace("Date", "date")
            .replace("Content", "content")
            .replace("Type", "type")
            .replace("Length", "length"),
        WELL,
    );
    assert_eq!((it.who, it.name.as_deref()), (Who::InnerGateway, Some("nginx")));
}

#[test]
fn a_copied_server_field_says_nothing() {
    let it = of(&error("Server: gunicorn\r\n"), WELL);
    assert_eq!((it.who, it.name), (Who::NotEstablished, None));
    assert!(
        it.signs
            .iter()
            .any(|sign| sign.weight == Weight::Hint && sign.evidence.text.contains("tells nothing"))
    );
    assert!(it.settles.is_some());
}

#[test]
fn a_date_beside_the_page_of_a_product_that_writes_none_was_added_on_the_way() {
    let page = |date: &str| {
        format!(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
             content-type: text/html\r\n{date}\r\n<html><body><h1>503 Service Unavailable</h1>\nNo server is available \
             to handle this request.\n</body></html>\n"
        )
    };
    assert_eq!(of(&page(""), WELL).who, Who::Gateway);
    let it = of(&page("Date: Mon, 23 Nov 2026 07:53:56 GMT\r\n"), WELL);
    assert_eq!((it.who, it.name.as_deref()), (Who::InnerGateway, Some("haproxy")), "{it:#?}");
    assert_eq!(it.strength, Some(Strength::Likely));
}

#[test]
fn a_server_field_on_the_page_of_another_product_is_a_hops_though_the_upstream_has_the_same() {
    let page = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
                content-type: text/html\r\n\r\n<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or \
                incomplete response.\n</body></html>\n";
    let it = of(page, "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nok");
    assert!(!matches!(it.who, Who::Gateway | Who::OuterGateway), "{it:#?}");
    assert!(it.sentence.contains("nginx passed it on"), "{}", it.sentence);
}

#[test]
fn what_the_upstream_sets_on_every_answer_tells_by_its_absence_and_by_its_presence() {
    let well = |fields: &str| format!("HTTP/1.1 200 OK\r\nX-App: 7\r\n{fields}Content-Length: 2\r\n\r\nok");
    let with = |error: &str| {
        author(&seen(vec![
            through(error),
            direct(&well("")),
            exchange(Route::Gateway, Experiment::AnotherPath, &well("X-Edge: 1\r\n")),
            exchange(Route::Direct, Experiment::AnotherPath, &well("")),
        ]))
        .unwrap()
    };
    let it = with(&error(""));
    assert_eq!(
        (it.who, it.or.as_slice(), it.name.as_deref()),
        (Who::Gateway, &[Who::InnerGateway][..], None)
    );
    assert!(it.signs.iter().any(|sign| sign.evidence.text.contains("vanished from the error: X-Edge: 1")));
    assert_eq!(with(&error("X-App: 7\r\n")).who, Who::Upstream);
}

#[test]
fn a_gateway_that_shows_in_a_good_answer_only_stands_behind_the_author() {
    let through_nginx = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nok";
    let page =
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\nX-Cache-Lookup: MISS from a:80\r\n\r\nsorry.\n";
    let it = author(&seen(vec![
        through(page),
        direct(WELL),
        exchange(Route::Gateway, Experiment::Repeat, through_nginx),
    ]))
    .unwrap();
    assert_eq!((it.who, it.or.len()), (Who::OuterGateway, 0), "{it:#?}");
    assert!(it.sentence.contains("in front of nginx"), "{}", it.sentence);
}

#[test]
fn a_gateway_asked_alone_may_pass_on_what_the_upstream_wrote() {
    let it = author(&seen(vec![through(&nginx(""))])).unwrap();
    assert_eq!((it.who, it.strength), (Who::Gateway, Some(Strength::Consistent)));
    assert_eq!(it.or, [Who::InnerGateway, Who::Upstream]);
}

#[test]
fn where_no_error_came_there_is_no_author() {
    assert_eq!(author(&seen(vec![through(WELL), direct(WELL)])), None);
    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(author(&seen(vec![through(missing), direct(missing)])), None);
}

#[test]
fn another_path_is_asked_for_only_where_nothing_tells() {
    let asked = |error: &str| asks(&seen(vec![through(error), direct(WELL)]));
    assert_eq!(asked(&nginx("")), []);
    let both = [(Route::Gateway, None), (Route::Direct, Some(0))].map(|(route, upstream)| Further {
        route,
        upstream,
        experiment: Experiment::AnotherPath,
        guise: None,
        pace: Pace::default(),
    });
    assert_eq!(asked(&error("")), both);
    assert_eq!(asked(WELL), []);
    // Where the same was asked for again, that may be the good answer.
    let again = |answer: &str| exchange(Route::Gateway, Experiment::Repeat, answer);
    assert_eq!(asks(&seen(vec![through(&error("")), direct(WELL), again(WELL)])), []);
    assert_eq!(asks(&seen(vec![through(&error("")), direct(WELL), again(&error(""))])), both);
}

#[test]
fn what_strangers_send_is_shown_escaped() {
    let it = of(&error("Via: 1.1 \u{1b}[2J\r\nProxy-Status: \"a\\\\b\"; error=x\r\n"), WELL);
    let texts = it.signs.iter().map(|sign| sign.evidence.text.as_str()).chain([it.sentence.as_str()]);
    assert!(texts.clone().count() > 1);
    for text in texts {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

#[test]
fn a_valid_head_that_is_only_large_is_not_said_to_be_broken() {
    let large = format!("HTTP/1.1 200 OK\r\nX-Large: {}\r\nContent-Length: 2\r\n\r\nok", "a".repeat(40_000));
    let it = of(&nginx(""), &large);
    assert!(!it.sentence.contains("broken"), "{it:#?}");
    assert!(it.sentence.contains("a head larger than some gateways take"), "{it:#?}");
}

#[test]
fn in_brief_there_is_neither_a_list_of_hops_nor_a_reason() {
    let it = of(&nginx(""), WELL);
    assert_eq!(it.brief, "nginx 1.22.1, the gateway asked or one behind it");
    assert!(it.sentence.contains("without a trace"), "{it:#?}");
}
