//! Certificates for tests: an authority of our own and what it signs, good and bad. Tests only (N2.1, N4.7).
//!
//! Keys are made fresh in memory for each test; none is ever stored or trusted by anything else.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A certificate and its key, ready to serve.
#[derive(Clone)]
pub struct Identity {
    pub(crate) config: Arc<ServerConfig>,
}

/// A certificate authority that only the test's own `--ca-file` makes trusted.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub fn new() -> Result<Authority, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "青禾测试根证书");
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority { issuer: Issuer::new(params, key), pem })
    }

    /// The authority's certificate, as a `--ca-file` holds it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A good certificate for these names or IP addresses.
    pub fn sign(&self, names: &[&str]) -> Result<Identity, rcgen::Error> {
        self.sign_as(names, |_| {})
    }

    /// A certificate whose time is over since 2001.
    pub fn sign_expired(&self, names: &[&str]) -> Result<Identity, rcgen::Error> {
        self.sign_as(names, |params| {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        })
    }

    /// A certificate whose time begins in 2095.
    pub fn sign_not_yet_valid(&self, names: &[&str]) -> Result<Identity, rcgen::Error> {
        self.sign_as(names, |params| {
            params.not_before = date_time_ymd(2095, 1, 1);
            params.not_after = date_time_ymd(2096, 1, 1);
        })
    }

    fn sign_as(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Identity, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(owned(names))?;
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity::of(certificate.der().clone(), &key))
    }
}

impl Identity {
    /// A certificate that nobody vouches for.
    pub fn self_signed(names: &[&str]) -> Result<Identity, rcgen::Error> {
        Ok(Identity::self_signed_with_pem(names)?.0)
    }

    /// The same, with the certificate as a file that a user may choose to trust.
    pub fn self_signed_with_pem(names: &[&str]) -> Result<(Identity, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(owned(names))?.self_signed(&key)?;
        Ok((Identity::of(certificate.der().clone(), &key), certificate.pem()))
    }

    fn of(certificate: CertificateDer<'static>, key: &KeyPair) -> Identity {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider's own protocol versions fit it")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("certificate and key were made for each other just now");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Identity { config: Arc::new(config) }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_string()).collect()
}
