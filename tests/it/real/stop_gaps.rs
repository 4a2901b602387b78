//! Whether what is recommended as a stop-gap lets the client have its answer.

use why502::gateway::by_name;
use why502::lab::{Lab, find};
use why502::observation::Phase;
use why502::proxy_status::ErrorType;

use super::client::{get, get_twice};
use super::gateway::{Program, RealGateway, Setting};
use super::{apache, haproxy, nginx};

#[tokio::test]
async fn with_larger_buffers_nginx_takes_a_larger_head() {
    let lab = lab().await;
    assert_eq!(status(&nginx::http10(&lab), "header-9k").await, Some(502));
    let config = |setting: &Setting| {
        nginx::config(setting, recommended("nginx", ErrorType::HttpResponseHeaderSectionSize, Phase::Head))
    };
    let larger = RealGateway::start(&Program { config, ..nginx::program() }, &lab);
    assert_eq!(status(&larger, "header-9k").await, Some(200));
}

#[tokio::test]
async fn with_a_larger_buffer_and_more_lines_haproxy_takes_a_larger_head() {
    let lab = lab().await;
    let config = |setting: &Setting| {
        let lines = recommended("haproxy", ErrorType::HttpResponseHeaderSectionSize, Phase::Head);
        haproxy::config(setting, lines.strip_prefix("global\n").unwrap(), "")
    };
    let larger = RealGateway::start(&Program { config, ..haproxy::program() }, &lab);
    for fault in ["header-17k", "headers-200"] {
        assert_eq!(status(&larger, fault).await, Some(200), "{fault}");
    }
}

#[tokio::test]
async fn told_to_accept_invalid_responses_haproxy_passes_bad_names_on_and_refuses_the_rest() {
    let lab = lab().await;
    let config = |setting: &Setting| {
        let lines = recommended("haproxy", ErrorType::HttpProtocolError, Phase::Head);
        haproxy::config(setting, "", lines.strip_prefix("backend app\n").unwrap())
    };
    let lenient = RealGateway::start(&Program { config, ..haproxy::program() }, &lab);
    for fault in
        ["name-space", "name-inner-space", "name-paren", "name-nonascii", "name-ctl", "leading-space"]
    {
        assert_eq!(status(&lenient, fault).await, Some(200), "{fault}");
    }
    for fault in ["no-colon", "name-empty", "value-cr", "cl-junk", "te-twice"] {
        assert_eq!(status(&lenient, fault).await, Some(502), "{fault}");
    }
}

#[tokio::test]
async fn told_to_retry_an_empty_response_haproxy_survives_a_stale_connection() {
    let lab = lab().await;
    let config = |setting: &Setting| {
        let lines = recommended("haproxy", ErrorType::ConnectionTerminated, Phase::Wait);
        let lines = lines.strip_prefix("backend app\n").unwrap().split("    server").next().unwrap();
        haproxy::config(setting, "", lines)
    };
    let patient = RealGateway::start(&Program { config, ..haproxy::program() }, &lab);
    let answers = get_twice(&patient.url(find("ka-fin-second").unwrap())).await;
    let statuses: Vec<_> =
        answers.iter().map(|answer| answer.reading.response().and_then(|head| head.status)).collect();
    assert_eq!(statuses, [Some(200), Some(200)]);
}

#[tokio::test]
async fn with_a_larger_limit_of_a_line_apache_takes_a_larger_field() {
    let lab = lab().await;
    let config = |setting: &Setting| {
        let line = recommended("apache", ErrorType::HttpResponseHeaderSectionSize, Phase::Head);
        let option = line.rsplit(' ').next().unwrap();
        apache::config(setting).replace(" retry=0", &format!(" retry=0 {option}"))
    };
    let larger = RealGateway::start(&Program { config, ..apache::program() }, &lab);
    assert_eq!(status(&larger, "header-17k").await, Some(200));
}

async fn lab() -> Lab {
    Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

/// The first lines of configuration that are recommended for such a fault.
fn recommended(gateway: &str, error_type: ErrorType, phase: Phase) -> &'static str {
    let remedies = by_name(gateway).unwrap().remedies.iter();
    remedies
        .filter(|remedy| remedy.fault.holds(error_type, phase))
        .map(|remedy| remedy.config)
        .next()
        .unwrap()
}

async fn status(gateway: &RealGateway, fault: &str) -> Option<u16> {
    get(&gateway.url(find(fault).unwrap())).await.reading.response().and_then(|head| head.status)
}
