//! The answer code of the name server. Asked only where the system's resolver failed, because getaddrinfo has
//! one word for «there is no such name» and «the server refused».

use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use tokio::time::timeout;

/// How long the name server may take.
const LIMIT: Duration = Duration::from_secs(2);

/// `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `TIMEOUT`, `NOERROR` (it does know the name), or the registered
/// name of another code; `None` where it cannot be asked.
pub(super) async fn answer_code(name: &str) -> Option<String> {
    let mut builder = TokioResolver::builder_tokio().ok()?;
    let options = builder.options_mut();
    options.timeout = LIMIT;
    options.attempts = 1;
    let resolver = builder.build().ok()?;
    match timeout(LIMIT, resolver.lookup_ip(name)).await {
        Err(_) => Some("TIMEOUT".to_owned()),
        Ok(Ok(_)) => Some("NOERROR".to_owned()),
        Ok(Err(error)) => code_of(&error),
    }
}

fn code_of(error: &NetError) -> Option<String> {
    let code = match error {
        NetError::Timeout => return Some("TIMEOUT".to_owned()),
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        _ => return None,
    };
    Some(match code {
        ResponseCode::NoError => "NODATA".to_owned(),
        ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        other => format!("RCODE{}", u16::from(other)),
    })
}
