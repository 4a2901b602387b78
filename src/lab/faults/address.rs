//! Faults in reaching the upstream: its name and its address.

use super::{Behaviour, Expects, Fault, Level, Port};
use Expects::Cause;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "dns-nxdomain",
        summary: "Has a host name that does not exist.",
        level: Level::Name,
        expects: Cause("upstream-name-not-found"),
        behaviour: Behaviour::Unresolvable,
    },
    port("refused", "Refuses the connection: nobody listens.", "upstream-refused", Port::Refuse),
    port(
        "blackhole",
        "Leaves every SYN without a reply: the accept queue is full.",
        "upstream-connect-timeout",
        Port::Full,
    ),
    port(
        "accept-rst",
        "Resets the connection as soon as it is accepted.",
        "upstream-reset-before-response",
        Port::Reset,
    ),
    port(
        "accept-fin",
        "Closes the connection as soon as it is accepted.",
        "upstream-closed-before-response",
        Port::Fin,
    ),
];

const fn port(name: &'static str, summary: &'static str, cause: &'static str, port: Port) -> Fault {
    let behaviour = Behaviour::Port(port);
    Fault { name, summary, level: Level::Address, expects: Cause(cause), behaviour }
}
