//! Interruption: one side says it once, the other can wait for it.

use std::future::pending;

use tokio::sync::watch;

/// The side that interrupts.
#[derive(Debug)]
pub struct Canceller(watch::Sender<bool>);

impl Canceller {
    /// Interrupts every exchange that is under way; they return what they have.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// The side that is interrupted.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Receiver<bool>);

impl Cancel {
    /// A pair: call [`Canceller::cancel`] on Ctrl-C.
    #[must_use]
    pub fn pair() -> (Canceller, Self) {
        let (sender, receiver) = watch::channel(false);
        (Canceller(sender), Self(receiver))
    }

    /// One that nobody ever interrupts.
    #[must_use]
    pub fn never() -> Self {
        Self::pair().1
    }

    /// Whether it has been interrupted.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is interrupted.
    pub async fn cancelled(&self) {
        if self.0.clone().wait_for(|cancelled| *cancelled).await.is_err() {
            // The other side is gone without a word: nobody will interrupt any more.
            pending::<()>().await;
        }
    }
}
