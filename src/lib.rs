//! why502 says whether and why a gateway answers 502 Bad Gateway.

pub mod lab;
