//! Who wrote the error, over the whole table: there is one gateway, so each error is its own or the upstream's.

use why502::diagnosis::Who;
use why502::observation::Exchange;
use why502::plan::Route;

use super::Cell;

/// Whom a cell shows as the author; nobody if no error came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Gateway,
    Upstream,
}

/// The author is never said to be somebody else, and is named in nine of ten cells.
pub(super) fn judge(cells: &[Cell]) {
    let named: Vec<(&Cell, Truth, Who)> = cells
        .iter()
        .filter_map(|cell| Some((cell, truth(cell)?, cell.diagnosis.written_by.as_ref()?.who)))
        .collect();
    let wrong: Vec<String> = named
        .iter()
        .filter(|(_, truth, who)| match who {
            Who::NotEstablished => false,
            Who::Upstream => *truth == Truth::Gateway,
            Who::Gateway => *truth == Truth::Upstream,
            // There is only one gateway.
            Who::InnerGateway | Who::OuterGateway => true,
        })
        .map(|(cell, truth, _)| {
            format!(
                "{} behind {}: {truth:?}, and {:#?}",
                cell.fault.name, cell.gateway, cell.diagnosis.written_by
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let open = named.iter().filter(|(.., who)| *who == Who::NotEstablished);
    let open: Vec<String> =
        open.map(|(cell, ..)| format!("{} behind {}", cell.fault.name, cell.gateway)).collect();
    println!("the author is named in all but {} of {} errors: {}", open.len(), named.len(), open.join(", "));
    assert!(open.len() * 10 <= named.len(), "{}", open.join(", "));
}

/// What the upstream gives directly, in whatever way it is asked, it wrote itself; every other error is the gateway's.
fn truth(cell: &Cell) -> Option<Truth> {
    let error = cell.seen.gateway().filter(|gateway| !gateway.is_tunnelled())?;
    error.status().filter(|status| *status >= 400)?;
    let given = |direct: &&Exchange| direct.status() == error.status() && body(direct) == body(error);
    let directs = cell.seen.exchanges.iter().filter(|exchange| exchange.route == Route::Direct);
    Some(if directs.clone().any(|direct| given(&direct)) { Truth::Upstream } else { Truth::Gateway })
}

fn body(exchange: &Exchange) -> Option<(u64, Option<&str>)> {
    let body = &exchange.reading.as_ref()?.body;
    Some((body.length, body.sha256.as_deref()))
}
