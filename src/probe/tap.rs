//! Overhears what the peer sends below a library that does not say it: how much, and the first of it.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes are kept.
const KEPT: usize = 256;

/// What was overheard. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Overhearing(Rc<RefCell<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    received: u64,
    first: Vec<u8>,
    reset: bool,
    over: bool,
}

impl Overhearing {
    /// How many bytes the peer sent until [`Self::end`].
    pub(super) fn received(&self) -> u64 {
        self.0.borrow().received
    }

    /// The first of them.
    pub(super) fn first_bytes(&self) -> Vec<u8> {
        self.0.borrow().first.clone()
    }

    /// Whether the peer reset the connection. A library may have one word for that and for an orderly close.
    pub(super) fn was_reset(&self) -> bool {
        self.0.borrow().reset
    }

    /// What comes from now on is no longer of interest.
    pub(super) fn end(&self) {
        self.0.borrow_mut().over = true;
    }

    fn hear(&self, bytes: &[u8]) {
        let mut heard = self.0.borrow_mut();
        if heard.over {
            return;
        }
        heard.received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let missing = KEPT.saturating_sub(heard.first.len()).min(bytes.len());
        heard.first.extend_from_slice(&bytes[..missing]);
    }
}

/// A stream that is overheard.
#[derive(Debug)]
pub(super) struct Tap<S> {
    stream: S,
    overhearing: Overhearing,
}

impl<S> Tap<S> {
    pub(super) fn new(stream: S, overhearing: Overhearing) -> Self {
        Self { stream, overhearing }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut tap.stream).poll_read(context, buffer);
        tap.overhearing.hear(&buffer.filled()[before..]);
        if let Poll::Ready(Err(error)) = &polled {
            tap.overhearing.0.borrow_mut().reset |= error.kind() == ErrorKind::ConnectionReset;
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
