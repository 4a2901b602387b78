//! `why502 conform` as a process, in front of the small gateway, which answers as RFC 9209 says.

use std::fmt::Write;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;
use why502::lab::gateway::{Gateway, Limits, Upstream};

use crate::report::described;

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Where a lab can listen that takes ports in a row. They are below those that the kernel gives away, so that no test
/// finds one taken that it was told is free.
fn lab_address() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut rows = std::iter::from_fn(|| {
        let row = (std::process::id() * 7 + NEXT.fetch_add(1, Ordering::Relaxed)) % 250;
        Some(SocketAddr::from(([127, 0, 0, 1], 20_000 + u16::try_from(row).unwrap() * 40)))
    });
    rows.find(|address| TcpListener::bind(address).is_ok()).unwrap()
}

/// The small gateway in front of a lab that is yet to start at `lab`.
async fn gateway(lab: SocketAddr) -> Gateway {
    let upstream = Upstream { host: lab.ip().to_string(), port: lab.port(), tls: None };
    let limits = Limits { connect: Duration::from_secs(1), read: Duration::from_secs(2) };
    Gateway::start("127.0.0.1:0".parse().unwrap(), upstream, limits).await.unwrap()
}

/// Runs why502 while this thread serves.
async fn why502(words: Vec<String>) -> Output {
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
        command.args(words).stdin(Stdio::null()).env("NO_COLOR", "1").output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn words(first: &[&str], lab: SocketAddr) -> Vec<String> {
    let lab = lab.to_string();
    ["conform"].iter().chain(first).chain(&["--lab", &lab]).map(|&word| word.to_owned()).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_table_of_the_small_gateway() {
    let lab = lab_address();
    let gateway = gateway(lab).await;
    let output = why502(words(&[&gateway.base_url(), "--format", "json"], lab)).await;
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut shown = String::new();
    for row in table["results"].as_array().unwrap() {
        let (fault, did, verdict) = (&row["fault"], &row["did"], &row["verdict"]);
        let mark = if row["harms"] == true { "!" } else { " " };
        let string = |value: &Value| value.as_str().unwrap().to_owned();
        writeln!(shown, "{mark} {:<21} {:<23} {}", string(fault), string(did), string(verdict)).unwrap();
    }
    insta::assert_snapshot!(shown);
    assert_is_what_the_schema_says(&table).await;
    let tried = table["summary"]["tried"].as_u64().unwrap();
    let skipped = table["summary"]["skipped"].as_u64().unwrap();
    assert_eq!(tried + skipped, u64::try_from(why502::lab::FAULTS.len()).unwrap());
    assert_eq!((&table["format"], &table["tool"]["name"]), (&1.into(), &"why502".into()));
    assert_eq!(output.status.code(), Some(i32::from(table["summary"]["harmful"] != 0)));
}

#[tokio::test]
async fn a_few_faults_are_tried_alone_and_fit_into_80_columns() {
    let lab = lab_address();
    let gateway = gateway(lab).await;
    let url = gateway.base_url() + "/lab/";
    let output = why502(words(&[&url, "--only", "ok-length", "no-colon,refused", "rst-mid-body"], lab)).await;
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}{}", text(&output.stderr));
    assert!(shown.contains("3 faults and healthy controls tried"), "{shown}");
    assert!(shown.contains("Not tried") && shown.contains("\n  refused\n"), "{shown}");
    assert_eq!(shown.lines().find(|line| line.chars().count() > 80), None);
}

#[tokio::test]
async fn a_gateway_that_leads_elsewhere_is_told_how_to_lead_to_the_lab() {
    let gateway = gateway(free_address()).await;
    let output = why502(words(&[&gateway.base_url()], lab_address())).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("was answered with 502") && said.contains("why502 conform --how"), "{said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_unreachable() {
    let url = format!("http://{}", free_address());
    let output = why502(words(&[&url, "--format", "json"], lab_address())).await;
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("cannot be reached"), "{}", text(&output.stderr));
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(table["results"], Value::Array(Vec::new()));
    assert_is_what_the_schema_says(&table).await;
}

/// The schema that the program prints, in which everything is described.
async fn assert_is_what_the_schema_says(table: &Value) {
    let printed = why502(vec!["schema".to_owned(), "conform".to_owned()]).await;
    let schema: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(table).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = table.clone();
    wrong["interrupted"] = Value::from("no");
    assert!(!validator.is_valid(&wrong));
    let mut bare = Vec::new();
    described("", &schema, &mut bare);
    assert!(bare.is_empty(), "{bare:#?}");
}

/// What a small gateway does with a request.
enum Does {
    PassesOn,
    Forbids,
    Dies,
}

/// A gateway in front of the lab that decides by what stands in a request.
fn small(lab: SocketAddr, decide: impl Fn(&str) -> Does + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for visitor in listener.incoming() {
            let mut visitor = visitor.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && visitor.read(&mut byte).is_ok_and(|read| read == 1) {
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            match decide(&request) {
                Does::PassesOn => {
                    let mut upstream = TcpStream::connect(lab).unwrap();
                    let once = request.replace("\r\nHost", "\r\nConnection: close\r\nHost");
                    // Some faults end the connection, on either side.
                    let _ = upstream.write_all(once.as_bytes());
                    let _ = std::io::copy(&mut upstream, &mut visitor);
                }
                Does::Forbids => {
                    visitor.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").unwrap();
                }
                Does::Dies => return,
            }
        }
    });
    address
}

/// A gateway that takes requests for one name alone, and from those alone that it knows.
fn picky(lab: SocketAddr) -> SocketAddr {
    let wanted = ["Host: shop.example.com\r\n", "Authorization: Basic bWU6c2VzYW1l\r\n", "X-Key: 7\r\n"];
    small(lab, move |request| {
        if wanted.iter().all(|field| request.contains(field)) { Does::PassesOn } else { Does::Forbids }
    })
}

#[tokio::test]
async fn a_gateway_that_wants_a_name_a_field_and_credentials_gets_them() {
    let lab = lab_address();
    let gateway = picky(lab);
    let port = gateway.port();
    let url = format!("http://me:sesame@shop.example.com:{port}/");
    let resolve = format!("shop.example.com:{port}:127.0.0.1");
    let only = ["--only", "ok-length"];
    let refused = why502(words(&[&[url.as_str(), "--resolve", &resolve], &only[..]].concat(), lab)).await;
    assert!(text(&refused.stderr).contains("was answered with 403"), "{}", text(&refused.stderr));
    let more = ["--resolve", &resolve, "-H", "X-Key: 7", "-H", "Host: shop.example.com"];
    let taken = why502(words(&[&[url.as_str()], &more[..], &only[..]].concat(), lab)).await;
    assert_eq!(taken.status.code(), Some(0), "{}{}", text(&taken.stdout), text(&taken.stderr));
    assert!(!text(&taken.stdout).contains("sesame"));
    let elsewhere = format!("::127.0.0.1:{port}");
    let more = ["--connect-to", &elsewhere, "-u", "me:sesame", "-H", "X-Key: 7"];
    let taken = why502(words(&[&["http://shop.example.com/"], &more[..], &only[..]].concat(), lab)).await;
    assert_eq!(taken.status.code(), Some(0), "{}{}", text(&taken.stdout), text(&taken.stderr));
}

#[tokio::test]
async fn how_names_the_lab_that_is_meant() {
    let output = why502(words(&["--how"], "10.0.0.5:9000".parse().unwrap())).await;
    assert_eq!(output.status.code(), Some(0));
    for gateway in ["nginx", "HAProxy", "Apache", "Caddy", "Envoy", "Traefik"] {
        assert!(text(&output.stdout).contains(&format!("== {gateway}")), "{gateway}");
    }
    assert!(text(&output.stdout).contains("server lab 10.0.0.5:9000"));
    let output = why502(words(&["--how", "envoy"], "10.0.0.5:9000".parse().unwrap())).await;
    assert!(text(&output.stdout).contains("== Envoy") && !text(&output.stdout).contains("== nginx"));
}

/// A gateway that passes requests on to the lab, until one asks for this fault: then it is gone.
fn mortal(lab: SocketAddr, last: &'static str) -> SocketAddr {
    small(lab, move |request| if request.contains(last) { Does::Dies } else { Does::PassesOn })
}

#[tokio::test]
async fn a_gateway_that_dies_on_the_way_is_not_convicted_of_what_it_never_heard() {
    let lab = lab_address();
    let url = format!("http://{}/", mortal(lab, "/fault/no-colon"));
    let only = ["--only", "ok-length", "ok-chunked", "no-colon", "obs-fold", "name-space", "fin-mid-body"];
    let output = why502(words(&[&[url.as_str(), "--format", "json"], &only[..]].concat(), lab)).await;
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{table}{}", text(&output.stderr));
    assert!(table["gone_since"].is_string(), "{table}");
    for row in table["results"].as_array().unwrap() {
        assert!(row["verdict"] != "closes" && row["did"] != "no connection", "{row}");
    }
    assert!(table["results"].as_array().unwrap().iter().any(|row| row["fault"] == "ok-length"));
    assert!(table["skipped"].as_array().unwrap().iter().any(|row| row["fault"] == "no-colon"));
    assert_is_what_the_schema_says(&table).await;

    let lab = lab_address();
    let url = format!("http://{}/", mortal(lab, "/fault/no-colon"));
    let output = why502(words(&[&[url.as_str()], &only[..]].concat(), lab)).await;
    let shown = text(&output.stdout);
    assert!(shown.contains("The gateway is gone since") && shown.contains("Not tried"), "{shown}");
}
