//! Which gateways overlook faults in an upstream's certificate unless they are told to verify it.
//!
//! That they do is told of each in `asks_upstream`, and was measured where those facts were (nginx: with 1.22.1). What
//! makes them look is as their documents say; so is that Apache checks name and time all the same
//! (`SSLProxyCheckPeerName`, `SSLProxyCheckPeerExpire`: on by default), and that relatives of nginx share its default.

use crate::observation::CertificateProblem as P;
use crate::tolerance::Overlooks;

/// What the gateway of this name overlooks in certificates by default; `None` if nothing.
#[must_use]
pub fn overlooks(gateway: &str) -> Option<&'static Overlooks> {
    ROWS.iter().find(|(names, _)| names.contains(&gateway)).map(|(_, overlooks)| overlooks)
}

const ROWS: &[(&[&str], Overlooks)] = &[
    (&["nginx", "openresty"], Overlooks { problems: ALL, unless: "proxy_ssl_verify is on" }),
    (&["ingress-nginx"], Overlooks { problems: ALL, unless: "the annotation proxy-ssl-verify is on" }),
    (
        &["apache"],
        Overlooks {
            problems: &[P::UnknownIssuer, P::SelfSigned, P::WrongPurpose, P::Other],
            unless: "SSLProxyVerify is require",
        },
    ),
    (
        &["envoy"],
        Overlooks { problems: ALL, unless: "the cluster has a validation_context with a trusted_ca" },
    ),
    (
        &["trafficserver"],
        Overlooks { problems: ALL, unless: "proxy.config.ssl.client.verify.server.policy is ENFORCED" },
    ),
];

const ALL: &[P] =
    &[P::Expired, P::NotYetValid, P::WrongName, P::UnknownIssuer, P::SelfSigned, P::WrongPurpose, P::Other];
