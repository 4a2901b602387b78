//! With which statuses a gateway answers where its upstream sends nothing that could be read: what is no defect of a
//! response, and no wait.

/// What a gateway meets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// Nobody accepts connections.
    Refused,
    /// The TLS handshake fails at once.
    Handshake,
    /// The upstream takes the request and closes without a byte.
    Closed,
    /// The same with a reset.
    Reset,
}

/// With which statuses a gateway answers one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// What it meets.
    pub met: Met,
    /// The statuses of its answer as measured, the usual one first; empty if it closes without a byte.
    pub statuses: &'static [u16],
    /// Further ones, where it is set up otherwise.
    pub also: &'static [u16],
}
