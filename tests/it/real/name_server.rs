//! A name server that knows `localhost` and names that end with `.lab`: they are 127.0.0.1. To every other question
//! it says NXDOMAIN.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

pub(super) struct NameServer {
    pub(super) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    pub(super) fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let address = socket.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                answer(&socket);
            }
        });
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The answer repeats the question (RFC 1035 section 4.1.1): QR and RA are set. RCODE is 3 and no records follow, or
/// one with an address, if that is asked for.
fn answer(socket: &UdpSocket) {
    let mut message = [0; 512];
    let Ok((length, client)) = socket.recv_from(&mut message) else { return };
    let Some(end) = end_of_question(&message[..length]) else { return };
    let question = &message[12..end];
    let is_known = question.ends_with_name(b"\x03lab\0") || question.ends_with_name(b"\x09localhost\0");
    let is_address = question[question.len() - 4..] == [0, 1, 0, 1];
    let mut reply = message[..end].to_vec();
    reply[2] |= 0x80;
    reply[3] = if is_known { 0x80 } else { 0x83 };
    reply[6..12].fill(0);
    if is_known && is_address {
        reply[7] = 1;
        // The name of the question, A, IN, a minute, four bytes.
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    let _ = socket.send_to(&reply, client);
}

trait Question {
    /// Whether the name, before type and class, ends so.
    fn ends_with_name(&self, end: &[u8]) -> bool;
}

impl Question for [u8] {
    fn ends_with_name(&self, end: &[u8]) -> bool {
        self[..self.len() - 4].ends_with(end)
    }
}

fn end_of_question(message: &[u8]) -> Option<usize> {
    let mut at = 12;
    loop {
        match *message.get(at)? {
            0 => return Some(at + 5).filter(|&end| end <= message.len()),
            label => at += usize::from(label) + 1,
        }
    }
}
