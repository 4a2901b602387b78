//! How fast the reader is: whole responses, in pieces as a socket gives them.
//!
//! `cargo bench --bench reader`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use why502::http1::{Asked, Reader, Reading, StreamEnd};

/// What one read of a socket commonly gives.
const PIECE: usize = 64 * 1024;

const MIB: usize = 1 << 20;

fn read(stream: &[u8]) -> Reading {
    let mut reader = Reader::new(Asked::default());
    for piece in stream.chunks(PIECE) {
        reader.push(black_box(piece));
    }
    reader.finish(StreamEnd::Fin)
}

fn with_content_length() -> Vec<u8> {
    let mut stream = format!("HTTP/1.1 200 OK\r\nContent-Length: {MIB}\r\n\r\n").into_bytes();
    stream.resize(stream.len() + MIB, b'x');
    stream
}

/// In chunks of 4 KiB, as many servers write them.
fn chunked() -> Vec<u8> {
    let mut stream = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..MIB / 4096 {
        stream.extend_from_slice(b"1000\r\n");
        stream.resize(stream.len() + 4096, b'x');
        stream.extend_from_slice(b"\r\n");
    }
    stream.extend_from_slice(b"0\r\n\r\n");
    stream
}

/// A head of the usual size, without a body.
fn small_head() -> Vec<u8> {
    let mut stream = b"HTTP/1.1 204 No Content\r\n".to_vec();
    for number in 0..12 {
        stream.extend_from_slice(format!("X-Field-{number}: a value of the usual length\r\n").as_bytes());
    }
    stream.extend_from_slice(b"\r\n");
    stream
}

/// A head in which every line has a defect.
fn broken_head() -> Vec<u8> {
    let mut stream = b"HTTP/1.1 200\n".to_vec();
    for number in 0..200 {
        stream.extend_from_slice(format!("X Field {number} : a\x01value\n").as_bytes());
    }
    stream.extend_from_slice(b"\n");
    stream
}

fn reader(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reader");
    let streams = [
        ("content-length, 1 MiB", with_content_length()),
        ("chunked, 1 MiB", chunked()),
        ("small head", small_head()),
        ("broken head", broken_head()),
    ];
    for (name, stream) in &streams {
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), stream, |bencher, stream| {
            bencher.iter(|| read(stream));
        });
    }
    group.finish();
}

criterion_group!(benches, reader);
criterion_main!(benches);
