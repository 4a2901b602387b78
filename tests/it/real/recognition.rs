//! Whether the real programs are recognised by what they really send.

use why502::gateway::{Recognised, by_name, recognise, sayings};
use why502::http1::Reading;
use why502::lab::{Lab, find};
use why502::proxy_status::ErrorType;

use super::client::get;
use super::{RealGateway, all, product};

#[tokio::test]
async fn each_gateways_own_errors_are_recognised_as_such() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for gateway in all(&lab) {
        for name in
            ["refused", "blackhole", "tls-expired", "fin-after-request", "fin-mid-headers", "no-colon"]
        {
            let fault = find(name).unwrap();
            if !gateway.can(fault) {
                continue;
            }
            let reading = get(&gateway.url(fault)).await.reading;
            // Some answer no error to some of these, or nothing at all.
            let Some(response) = reading.response().filter(|response| response.status >= Some(400)) else {
                continue;
            };
            let seen = recognise(response, &reading.body, None);
            let seen = seen.unwrap_or_else(|| panic!("{}, {name}: {response:?}", gateway.name));
            assert!(seen.own_error, "{}, {name}: {seen:?}", gateway.name);
            assert_eq!(seen.gateway.name, product(&gateway), "{name}");
            // Varnish 7.1.1 shows 7.1.
            assert!(seen.version.is_none_or(|version| gateway.version.starts_with(&version)), "{name}");
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
            // Some leave no mark on what they pass on, or only where the upstream leaves none of its own.
            let Some(seen) = through(&gateway, fault, Some(&direct)).await else {
                let leaves_none = by_name(product(&gateway)).unwrap().relayed.is_empty();
                assert!(leaves_none || fault == "ok-502-nginx", "{}, {fault}", gateway.name);
                continue;
            };
            assert!(!seen.own_error, "{}, {fault}: {seen:?}", gateway.name);
            assert_eq!(seen.gateway.name, product(&gateway), "{fault}");
        }
    }
}

#[tokio::test]
async fn no_gateway_says_anything_but_a_timeout_of_a_timeout() {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for gateway in all(&lab) {
        let reading = get(&gateway.url(find("no-answer").unwrap())).await.reading;
        let Some(response) = reading.response() else { continue };
        let seen = recognise(response, &reading.body, None).unwrap();
        for said in sayings(&seen, response, &reading.body) {
            assert!(said.can_mean(ErrorType::ConnectionReadTimeout), "{}: {said:?}", gateway.name);
        }
    }
}

async fn through(gateway: &RealGateway, fault: &str, direct: Option<&Reading>) -> Option<Recognised> {
    let reading = get(&gateway.url(find(fault).unwrap())).await.reading;
    recognise(reading.response()?, &reading.body, direct.and_then(Reading::response))
}
