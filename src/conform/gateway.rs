//! Which gateway it was, from all of its answers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::gateway::{Recognised, recognise};
use crate::observation::Exchange;

/// The gateway, as it was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GatewayMet {
    /// The stable name: `nginx`.
    pub name: String,
    /// The name for people: `HAProxy`.
    #[serde(skip)]
    pub title: String,
    /// The version, if it shows one.
    pub version: Option<String>,
    /// By what it was recognised.
    pub recognised_by: Vec<String>,
}

impl GatewayMet {
    /// What the pairs of exchanges (through the gateway, and directly) show. An error of the gateway's own is the best
    /// witness, and one with a version better still.
    #[must_use]
    pub fn by<'a>(pairs: impl IntoIterator<Item = (&'a Exchange, &'a Exchange)>) -> Option<Self> {
        let seen = pairs.into_iter().filter_map(|(through, direct)| {
            recognise(through.response()?, &through.reading.as_ref()?.body, direct.response())
        });
        // Of equals the first: later ones say nothing new.
        let best = seen.fold(None, |best: Option<Recognised>, next| match best {
            Some(best) if worth(&best) >= worth(&next) => Some(best),
            _ => Some(next),
        })?;
        Some(Self {
            name: best.gateway.name.to_owned(),
            title: best.gateway.title.to_owned(),
            version: best.version,
            recognised_by: best.by,
        })
    }

    /// `nginx 1.22.1`
    #[must_use]
    pub fn words(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.title),
            None => self.title.clone(),
        }
    }
}

fn worth(recognised: &Recognised) -> (bool, bool) {
    (recognised.own_error, recognised.version.is_some())
}
