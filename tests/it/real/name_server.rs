//! A name server that knows no name: NXDOMAIN to every question.

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

/// The answer repeats the question (RFC 1035 section 4.1.1): QR and RA are set, RCODE is 3, no records follow.
fn answer(socket: &UdpSocket) {
    let mut message = [0; 512];
    let Ok((length, client)) = socket.recv_from(&mut message) else { return };
    let Some(end) = end_of_question(&message[..length]) else { return };
    message[2] |= 0x80;
    message[3] = 0x83;
    message[6..12].fill(0);
    let _ = socket.send_to(&message[..end], client);
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
