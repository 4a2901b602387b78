//! Whether the real programs are recognised by what they really send.

use why502::gateway::{Recognised, recognise, sayings};
use why502::http1::Reading;
use why502::lab::{Lab, find};

use super::client::get;
use super::{RealGateway, all, product};

#[tokio::test]
async fn each_gateways_own_errors_are_recognised_as_such() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for gateway in all(&lab) {
        for fault in
            ["refused", "blackhole", "tls-expired", "fin-after-request", "fin-mid-headers", "no-colon"]
        {
            let seen = through(&gateway, fault, None).await.unwrap();
            assert!(seen.own_error, "{}, {fault}: {seen:?}", gateway.name);
            assert_eq!(seen.gateway.name, product(&gateway), "{fault}");
            assert!(seen.version.is_none_or(|version| version == gateway.version), "{fault}");
        }
    }
}

#[tokio::test]
async fn what_the_upstream_says_itself_is_no_gateways_own_error() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for gateway in all(&lab) {
        for fault in
            ["ok-500", "ok-502", "ok-503", "ok-504", "ok-502-nginx", "ok-404", "ok-length", "ok-close"]
        {
            let direct = get(&lab.url_of(find(fault).unwrap())).await.reading;
            let seen = through(&gateway, fault, Some(&direct)).await.unwrap();
            assert!(!seen.own_error, "{}, {fault}: {seen:?}", gateway.name);
            assert_eq!(seen.gateway.name, product(&gateway), "{fault}");
        }
    }
}

#[tokio::test]
async fn a_timeout_is_what_each_gateway_says_itself() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for gateway in all(&lab) {
        let reading = get(&gateway.url(find("no-answer").unwrap())).await.reading;
        let response = reading.response().unwrap();
        let seen = recognise(response, &reading.body, None).unwrap();
        let said = sayings(&seen, response, &reading.body);
        assert_eq!(said[0].means[0].token(), "connection_read_timeout", "{}", gateway.name);
    }
}

async fn through(gateway: &RealGateway, fault: &str, direct: Option<&Reading>) -> Option<Recognised> {
    let reading = get(&gateway.url(find(fault).unwrap())).await.reading;
    recognise(reading.response()?, &reading.body, direct.and_then(Reading::response))
}
