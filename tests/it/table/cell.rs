//! One fault behind one gateway.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use why502::diagnosis::{Blame, Diagnosis, Outcome, diagnose};
use why502::lab::{Expects, Fault, Lab, Meets};
use why502::observation::{Exchange, Observations};
use why502::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

use super::oracle;
use crate::real::RealGateway;
use crate::whole_run;

/// What came of one fault behind one gateway.
pub(super) struct Cell {
    pub(super) fault: &'static Fault,
    pub(super) gateway: &'static str,
    pub(super) seen: Observations,
    pub(super) diagnosis: Diagnosis,
    /// Whether it is as it came out the first time.
    pub(super) first_try: bool,
}

impl Cell {
    pub(super) async fn fill(lab: &Lab, gateway: &RealGateway, fault: &'static Fault) -> Self {
        Self::carry_out(&plan(lab, gateway, fault), gateway.name, fault).await
    }

    /// What a plan comes to, the further experiments included.
    pub(super) async fn carry_out(plan: &Plan, gateway: &'static str, fault: &'static Fault) -> Self {
        let seen = whole_run::observations(plan).await;
        let diagnosis = diagnose(&seen);
        Self { fault, gateway, seen, diagnosis, first_try: true }
    }

    /// Whether it names the cause, and says of it what is true.
    pub(super) fn is_right(&self) -> bool {
        self.names_the_cause() && self.amiss().is_none()
    }

    /// What it says amiss of the cause that it names.
    fn amiss(&self) -> Option<String> {
        let slug = match self.fault.expects {
            Expects::Cause(slug) | Expects::Warning(slug) => slug,
            Expects::Healthy if matches!(self.fault.meets(), Meets::WithField(_)) => {
                "upstream-refuses-gateway-fields"
            }
            Expects::Healthy => return None,
        };
        oracle::amiss(self.fault.name, slug, &self.seen, &self.diagnosis)
    }

    fn names_the_cause(&self) -> bool {
        let verdict = &self.diagnosis.verdict;
        let names = |slug: &str| verdict.cause.as_deref() == Some(slug);
        let warns = |slug: &str| self.diagnosis.warnings.iter().any(|warning| warning.cause == slug);
        let hidden = self.seen.gateway().is_some_and(Exchange::is_complete);
        match self.fault.expects {
            Expects::Healthy if self.is_spoiled() => {
                verdict.outcome == Outcome::Fault && verdict.blame == Blame::Gateway
            }
            // h2o knows no capitals in the name of a coding, and crashes: who sends nothing shows no sign of its
            // product, so that nothing more can be said.
            Expects::Healthy if (self.gateway, self.fault.name) == ("h2o", "ok-chunked-capitals") => {
                verdict.outcome == Outcome::Unexplained && verdict.blame == Blame::None
            }
            // lighttpd 1.4.69 moves trailer fields into the head, each with a CR too many.
            Expects::Healthy if (self.gateway, self.fault.name) == ("lighttpd", "ok-trailers") => {
                verdict.outcome == Outcome::Warning && verdict.sentence.contains("not well-formed")
            }
            // Every third request of this one is reset: whom it hits is chance, so both are true. A gateway may say
            // of itself that the connection was closed, and tell no RST from FIN.
            Expects::Healthy if self.fault.name == "flapping" && verdict.outcome != Outcome::Healthy => {
                names("upstream-reset-before-response") || verdict.outcome == Outcome::Unexplained
            }
            // Only gateways that send the field meet it.
            Expects::Healthy
                if matches!(self.fault.meets(), Meets::WithField(_))
                    && verdict.outcome != Outcome::Healthy =>
            {
                names("upstream-refuses-gateway-fields")
            }
            Expects::Healthy => verdict.outcome == Outcome::Healthy && self.diagnosis.warnings.is_empty(),
            // A slow answer is a fault only for those who do not wait for it.
            Expects::Cause(_)
                if self.fault.name == "slow-over-timeout" && verdict.outcome == Outcome::Healthy =>
            {
                verdict.gateway_status == Some(200)
            }
            Expects::Cause(slug) => match verdict.outcome {
                Outcome::Fault => names(slug),
                Outcome::Warning => hidden && warns(slug),
                _ => false,
            },
            Expects::Warning(slug) => match verdict.outcome {
                Outcome::Fault => names(slug),
                Outcome::Warning => warns(slug),
                _ => false,
            },
        }
    }

    /// Whether the right cause is named as what fits best, and no more can be told: that a gateway which overlooks
    /// certificates (or, as HAProxy, names) by default was told to verify, as those of the table are, is not seen from outside;
    /// nor is whether it has a certificate of its own.
    pub(super) fn is_candidate(&self) -> bool {
        let Expects::Cause(slug) = self.fault.expects else { return false };
        let overlooks = ["nginx-http10", "nginx-http11", "apache", "envoy", "trafficserver"];
        let is_untold = slug.starts_with("certificate-") && overlooks.contains(&self.gateway)
            || (self.gateway, self.fault.name) == ("haproxy", "tls-wrong-host")
            || self.fault.name == "tls-client-cert";
        is_untold
            && self.diagnosis.verdict.outcome == Outcome::Unexplained
            && self.diagnosis.findings.first().is_some_and(|best| best.cause == slug)
    }

    /// Whether the gateway is one of those that the main job is built on.
    pub(super) fn is_first_hand(&self) -> bool {
        self.gateway.starts_with("nginx") || self.gateway == "haproxy"
    }

    /// Whether a healthy answer is called a fault or remarked on.
    pub(super) fn is_false_alarm(&self) -> bool {
        matches!(self.fault.expects, Expects::Healthy) && !self.is_right()
    }

    /// Whether another cause than the one that made it is named as established.
    pub(super) fn names_another(&self) -> bool {
        self.diagnosis.verdict.outcome == Outcome::Fault && !self.is_right()
    }

    /// Healthy answers that this gateway was measured to spoil.
    fn is_spoiled(&self) -> bool {
        matches!(
            (self.gateway, self.fault.name),
            // nginx 1.22.1 passes the 103 on and never the final response.
            ("nginx-http11", "ok-100" | "ok-103")
            // An upstream that refuses HTTP/1.0, asked in HTTP/1.0.
            | ("nginx-http10", "http10-426" | "http10-drop")
            // The timeout of Envoy's route ends a response that flows steadily.
            | ("envoy" | "envoy-rfc9209", "ok-drip-body")
            // Some take no minor version above 1.
            | ("nghttpx" | "lighttpd" | "pingora", "ok-http12")
            // Varnish knows no interim responses, no chunk extensions and no trailers.
            | ("varnish", "ok-100" | "ok-103" | "ok-chunk-ext" | "ok-trailers")
        )
    }
}

fn plan(lab: &Lab, gateway: &RealGateway, fault: &Fault) -> Plan {
    let mut through = Endpoint::parse(&gateway.url(fault)).unwrap().0;
    let direct = Endpoint::parse(&lab.url_of(fault)).unwrap().0;
    through.target.clone_from(&direct.target);
    // The host and the name asked for are the upstream's own, as a gateway with its own `Host` would ask.
    let total = if matches!(fault.name, "drip-headers" | "headers-2000") { 12 } else { 5 };
    let mut request = Request::get();
    fault.method().clone_into(&mut request.method);
    Plan {
        request,
        gateway: through,
        upstreams: vec![direct],
        limits: Limits { connect: Duration::from_secs(3), total: Duration::from_secs(total) },
        tls: TlsOptions { roots_pem: Some(lab.authority_pem().as_bytes().to_vec()), ..TlsOptions::default() },
        addressing: Addressing::default(),
        sequential: false,
    }
}

impl Display for Cell {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = &self.diagnosis.verdict;
        let answer = match (verdict.gateway_status, self.seen.gateway()) {
            (Some(status), Some(gateway)) if !gateway.is_complete() => format!("{status}!"),
            (Some(status), _) => status.to_string(),
            (None, Some(gateway)) => gateway.end.name().to_owned(),
            (None, None) => "-".to_owned(),
        };
        let cause = verdict.cause.as_deref().unwrap_or("-");
        let judgement = match (self.is_right(), self.is_candidate()) {
            (true, _) => "right",
            (false, true) => "candidate",
            (false, false) => "WRONG",
        };
        write!(
            f,
            "{:<22} {:<14} {answer:>7}  {:<11} {cause:<34} {judgement}",
            self.fault.name,
            self.gateway,
            verdict.outcome.name()
        )?;
        if !self.first_try {
            write!(f, " at the second try")?;
        }
        if !self.is_right() {
            let amiss = self.amiss().map(|amiss| format!(", says {amiss}")).unwrap_or_default();
            write!(f, "  expected {:?}{amiss}: {}", self.fault.expects, verdict.sentence)?;
        }
        Ok(())
    }
}
