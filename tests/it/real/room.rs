//! Whether what is recommended for a head of a certain size lets the client have it.

use why502::gateway::{HeadSize, room};
use why502::lab::{Lab, find};

use super::client::get;
use super::gateway::{Program, RealGateway, Setting};
use super::{apache, envoy, haproxy, nghttpx, nginx, trafficserver};

#[tokio::test]
async fn with_the_sizes_that_are_recommended_nginx_takes_each_head() {
    let config = |setting: &Setting, lines: &str| nginx::config(setting, lines);
    let faults = ["header-5k", "header-9k", "header-17k", "header-40k", "header-70k", "headers-2000"];
    takes("nginx", nginx::program(), &faults, config).await;
}

#[tokio::test]
async fn with_the_sizes_that_are_recommended_haproxy_takes_each_head() {
    let config = |setting: &Setting, lines: &str| {
        haproxy::config(setting, lines.strip_prefix("global\n").unwrap(), "")
    };
    let faults = ["header-17k", "header-40k", "header-70k", "headers-200", "headers-2000"];
    takes("haproxy", haproxy::program(), &faults, config).await;
}

#[tokio::test]
async fn with_the_sizes_that_are_recommended_apache_takes_each_head() {
    let config = |setting: &Setting, lines: &str| {
        let option = lines.rsplit(' ').next().unwrap();
        apache::config(setting).replace(" retry=0", &format!(" retry=0 {option}"))
    };
    let faults = ["header-9k", "header-17k", "header-40k", "header-70k"];
    takes("apache", apache::program(), &faults, config).await;
}

#[tokio::test]
async fn with_the_sizes_that_are_recommended_envoy_takes_each_head() {
    let config = |setting: &Setting, lines: &str| {
        let lines = lines.strip_prefix("clusters:\n- name: app\n  ").unwrap().replace('\n', "\n  ");
        envoy::config(setting, "", &format!("\n    {lines}"))
    };
    takes("envoy", envoy::program(), &["headers-200", "headers-2000"], config).await;
}

#[tokio::test]
async fn with_the_sizes_that_are_recommended_nghttpx_takes_each_head() {
    let config = |setting: &Setting, lines: &str| nghttpx::config(setting, lines);
    takes("nghttpx", nghttpx::program(), &["header-70k", "headers-2000"], config).await;
}

#[tokio::test]
async fn with_the_sizes_that_are_recommended_traffic_server_takes_each_head() {
    let config = |setting: &Setting, lines: &str| trafficserver::config(setting, &format!("\n{lines}\n"));
    takes("trafficserver", trafficserver::program(), &["header-70k"], config).await;
}

/// Each of these heads, through a gateway that is given the room for it.
async fn takes(name: &str, program: Program, faults: &[&str], config: impl Fn(&Setting, &str) -> String) {
    let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    for fault in faults.iter().map(|name| find(name).unwrap()) {
        let lines = room(name, size(&lab.url_of(fault)).await).unwrap();
        let larger =
            RealGateway::start_with(&program, &lab, None, |setting: &Setting| config(setting, &lines));
        let status = get(&larger.url(fault)).await.reading.response().and_then(|head| head.status);
        assert_eq!(status, Some(200), "{}:\n{lines}", fault.name);
    }
}

/// How large the head is that comes directly.
async fn size(url: &str) -> HeadSize {
    let answer = get(url).await;
    let head = answer.reading.response().unwrap();
    HeadSize {
        bytes: head.head_size,
        largest_field: head.fields.iter().map(|field| field.size).max().unwrap(),
        fields: head.field_count,
    }
}
