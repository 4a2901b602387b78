//! why502 says whether and why a gateway answers 502 Bad Gateway.

pub mod http1;
pub mod lab;
pub mod observation;
pub mod plan;
pub mod probe;
