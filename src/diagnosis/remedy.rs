//! What to change: the upstream's part first, then the gateway's in its own words, then the log line to look for.

use super::{FixFor, RemedyText};
use crate::cause::About;
use crate::diagnosis::Blame;
use crate::gateway::Gateway;
use crate::proxy_status::ErrorType;

/// The remedies for a cause.
pub(super) fn remedies(
    about: &About,
    error_type: Option<ErrorType>,
    gateway: Option<&'static Gateway>,
) -> Vec<RemedyText> {
    let mut remedies: Vec<RemedyText> = first(about).into_iter().collect();
    if let (Some(gateway), Some(error_type)) = (gateway, error_type) {
        remedies.extend(
            gateway.remedies.iter().filter(|remedy| remedy.fault.holds(error_type, about.phase)).map(
                |remedy| RemedyText {
                    fix_for: FixFor::Gateway,
                    advice: remedy.advice.to_owned(),
                    config: (!remedy.config.is_empty()).then(|| remedy.config.to_owned()),
                },
            ),
        );
        remedies.extend(
            gateway.log_lines.iter().filter(|line| line.fault.holds(error_type, about.phase)).map(|line| {
                RemedyText {
                    fix_for: FixFor::Investigation,
                    advice: format!("Look for this line in {}'s {}:", gateway.title, line.place),
                    config: Some(line.text.to_owned()),
                }
            }),
        );
    }
    remedies.push(RemedyText {
        fix_for: FixFor::Investigation,
        advice: "The whole story of this cause:".to_owned(),
        config: Some(format!("why502 explain {}", about.slug)),
    });
    remedies
}

/// What whoever runs the upstream (or the network, or the name service) can do.
fn first(about: &About) -> Option<RemedyText> {
    let fix_for = match about.blame {
        Blame::Gateway => FixFor::Gateway,
        Blame::Upstream | Blame::Network | Blame::NameService => FixFor::Upstream,
        Blame::Client | Blame::None => FixFor::Investigation,
    };
    let advice = about.remedy;
    (!advice.is_empty()).then(|| RemedyText { fix_for, advice: advice.to_owned(), config: None })
}
