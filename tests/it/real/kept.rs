//! A program that crashes on some responses, and is started again whenever it ends.
//!
//! The listening socket is held here and lent to it as its standard output, so that nobody is refused in between. It is
//! told so in the way of `Server::Starter`, `SERVER_STARTER_PORT=ADDRESS=DESCRIPTOR`.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

pub(super) struct Kept {
    stop: Arc<AtomicBool>,
    keeper: Option<JoinHandle<()>>,
}

impl Kept {
    /// `command` makes the command anew for each start.
    pub(super) fn start(listener: TcpListener, command: impl Fn() -> Command + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let address = listener.local_addr().unwrap();
        let keeper = spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let mut child = lend(&listener, address, command());
                while !stopped.load(Ordering::Relaxed) && child.try_wait().unwrap().is_none() {
                    sleep(Duration::from_millis(5));
                }
                let _ = child.kill();
                let _ = child.wait();
            }
        });
        Self { stop, keeper: Some(keeper) }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

fn lend(listener: &TcpListener, address: SocketAddr, mut command: Command) -> Child {
    let lent = OwnedFd::from(listener.try_clone().unwrap());
    command.env("SERVER_STARTER_PORT", format!("{address}=1")).stdout(Stdio::from(lent)).spawn().unwrap()
}
