//! What is known of a gateway, put into the words in which causes weigh it.

use std::sync::LazyLock;

use crate::gateway::{self, Basis, Gateway, Recognised};
use crate::observation::{Exchange, Observations};
use crate::tolerance::{self, Known};

/// What is known of it, as far as causes need it.
pub(super) fn known(recognised: &Recognised, seen: &Observations, exchange: &Exchange) -> Known {
    let gateway = recognised.gateway;
    let page = exchange.status().zip(exchange.reading.as_ref()).filter(|_| recognised.own_error);
    let refusal = page.and_then(|(status, reading)| gateway::refusal(gateway.name, status, &reading.body));
    Known {
        refusal: refusal.map(|refusal| refusal.of(&exchange.sent.head.0, seen.request.body_size)),
        own_error: recognised.own_error,
        version: recognised.version.as_deref().and_then(tolerance::version),
        ..known_of(gateway)
    }
}

/// What is known of a gateway whatever it answers.
fn known_of(gateway: &'static Gateway) -> Known {
    Known {
        title: gateway.title,
        own_error: false,
        fault_statuses: gateway.fault_statuses,
        tolerance: &gateway.tolerance,
        shapes: gateway::shapes(gateway.name),
        timeouts: gateway.timeouts,
        retries: gateway::retries(gateway.name),
        asks_each_address: gateway::asks_each_address(gateway.name),
        answers: gateway::answers(gateway.name),
        passes_interim: gateway::passes_interim(gateway.name),
        spoils: gateway.spoils,
        version: None,
        later: gateway::later(gateway.name),
        overlooks: gateway::overlooks(gateway.name),
        refusal: None,
        verifies: gateway::verifies(gateway.name),
        offers_http2: gateway::offers_http2(gateway.name),
        names_server: gateway::names_server(gateway.name),
    }
}

/// What is known of every gateway that was measured.
pub(super) fn everyone() -> &'static [Known] {
    static EVERYONE: LazyLock<Vec<Known>> =
        LazyLock::new(|| gateway::measured().into_iter().map(known_of).collect());
    &EVERYONE
}

/// What is known of the measured gateway whose own error page this is, whatever the fields beside it.
pub(super) fn known_by_page(exchange: &Exchange) -> Option<Known> {
    let body = &exchange.reading.as_ref()?.body;
    let page = gateway::page_of(body)?;
    let gateway = gateway::by_name(page.gateway).filter(|gateway| gateway.basis == Basis::Measured)?;
    Some(Known { own_error: gateway::is_fault_page(gateway, body), ..known_of(gateway) })
}
