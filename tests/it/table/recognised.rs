//! Over the whole table: a gateway is recognised from every error that it wrote itself, with its version where it
//! shows one, and never from what it did not write.

use why502::gateway::{Recognised, recognise};
use why502::http1::Message;
use why502::observation::Exchange;
use why502::plan::Route;

use super::Cell;

/// Faults whose upstream sends a status of 400 or above itself. All others send none, so that an error is the gateway's.
const ERRORS_OF_THE_UPSTREAM: &[&str] = &[
    "status-600",
    "ok-404",
    "ok-500",
    "ok-502",
    "ok-502-nginx",
    "ok-503",
    "ok-504",
    "plain-to-tls-400",
    "tls-client-cert",
    "early-413",
    "http10-426",
];

/// What is wrong with the recognition in these cells, a sentence each.
pub(super) fn wrongly(cells: &[Cell]) -> Vec<String> {
    cells
        .iter()
        .filter_map(|cell| Some(format!("{} behind {}: {}", cell.fault.name, cell.gateway, of_cell(cell)?)))
        .collect()
}

fn of_cell(cell: &Cell) -> Option<String> {
    let gateway = cell.seen.gateway()?;
    let response = gateway.response().filter(|_| !gateway.is_tunnelled())?;
    let direct = cell.seen.direct().find_map(Exchange::response);
    let recognised = recognise(response, &gateway.reading.as_ref()?.body, direct);
    if is_its_own(cell, response) {
        of_its_own(cell, gateway, recognised)
    } else {
        recognised.filter(|recognised| recognised.own_error).map(|recognised| {
            format!("taken for an error of {}'s own: {response:?}", recognised.gateway.name)
        })
    }
}

fn is_its_own(cell: &Cell, response: &Message) -> bool {
    let is_sent =
        |exchange: &Exchange| exchange.route == Route::Direct && exchange.status() == response.status;
    let is_passed_on =
        ERRORS_OF_THE_UPSTREAM.contains(&cell.fault.name) && cell.seen.exchanges.iter().any(is_sent);
    response.status >= Some(400) && !is_passed_on
}

fn of_its_own(cell: &Cell, gateway: &Exchange, recognised: Option<Recognised>) -> Option<String> {
    let product = cell.gateway.split('-').next()?;
    let Some(recognised) = recognised.filter(|recognised| recognised.own_error) else {
        return Some(format!("its own error is not recognised: {:?}", gateway.response()));
    };
    if recognised.gateway.name != product {
        return Some(format!("taken for {}", recognised.gateway.name));
    }
    let bytes = &gateway.reading.as_ref()?.bytes;
    let shown = shown_version(&String::from_utf8_lossy(&bytes.0), product);
    (recognised.version != shown).then(|| format!("the version is {:?}, not {shown:?}", recognised.version))
}

/// The version that follows the product's name and a slash, as `Server`, `Via` and error pages have it.
fn shown_version(text: &str, product: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let name = if product == "trafficserver" { "ats/" } else { &format!("{product}/") };
    let after = text.match_indices(name).map(|(at, found)| &text[at + found.len()..]);
    let version =
        |after: &str| -> String { after.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect() };
    after.map(version).find(|version| version.contains('.'))
}
