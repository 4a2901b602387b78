//! Everything that is wrong with a certificate, each looked at by itself.

use rcgen::{CertificateParams, date_time_ymd};

use super::tls::{issued, serving, trusting};
use super::{ask, plan};
use crate::observation::{CertificateProblem, End, Verification};

fn expired_and_for_another(params: &mut CertificateParams) {
    *params = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
}

#[tokio::test]
async fn every_fault_of_a_certificate_is_seen_and_not_only_the_first() {
    let served = issued(expired_and_for_another);
    let tls = ask(&trusting(serving(served.config).await, &served.trusted)).await.tls.unwrap();
    assert_eq!(tls.verification, Verification::Rejected(CertificateProblem::Expired));
    assert_eq!(tls.problems, [CertificateProblem::Expired, CertificateProblem::WrongName]);

    // Where the authority is not trusted either.
    let stranger = issued(|_| {}).trusted;
    let address = serving(issued(expired_and_for_another).config).await;
    let tls = ask(&trusting(address, &stranger)).await.tls.unwrap();
    let all = [CertificateProblem::Expired, CertificateProblem::WrongName, CertificateProblem::UnknownIssuer];
    assert_eq!(tls.problems, all);

    // Without verification, and without roots to judge by: what can be said all the same.
    let address = serving(issued(expired_and_for_another).config).await;
    let mut plan = plan(&format!("https://{address}/"));
    plan.tls.insecure = true;
    let seen = ask(&plan).await;
    assert_eq!(seen.end, End::Complete);
    assert_eq!(seen.tls.unwrap().problems, all[..2]);
}
