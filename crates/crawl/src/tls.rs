//! Secure connections: verified, and where the certificate is at fault, told and read on. Clause N2.5.
//!
//! A certificate fault is a finding, not an end. Headers and cookies that the user gave are not sent over a
//! connection whose certificate is at fault (`fetch` sees to that).

use std::sync::{Arc, Mutex};

use base::TlsFault;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest as _, Sha256};

use crate::lock;

/// What all hosts share: the trusted roots.
pub struct Tls {
    verifier: Arc<WebPkiServerVerifier>,
    provider: Arc<rustls::crypto::CryptoProvider>,
    /// Certificates the user trusts, which a site may also show itself.
    own: Arc<[CertificateDer<'static>]>,
}

/// Why secure connections cannot be set up at all.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetUp {
    #[error("证书文件（--ca-file）里没有可用的 PEM 证书，应有 -----BEGIN CERTIFICATE----- 开头的一段")]
    NoCertificate,
    #[error("证书文件（--ca-file）不是有效的 PEM 文件，应为 -----BEGIN CERTIFICATE----- 开头的文本")]
    BadPem(#[source] rustls::pki_types::pem::Error),
    #[error("没有可信任的根证书：请安装系统的根证书包（Debian 为 ca-certificates），或用 --ca-file 指定")]
    NoRoots,
}

impl Tls {
    /// The system's roots and those of `ca_pem`.
    pub fn new(ca_pem: Option<&[u8]>) -> Result<Tls, TlsSetUp> {
        let mut roots = RootCertStore::empty();
        let mut own = Vec::new();
        let native = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(native.certs);
        if let Some(pem) = ca_pem {
            let mut added = 0;
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(TlsSetUp::BadPem)?;
                added += usize::from(roots.add(certificate.clone()).is_ok());
                own.push(certificate);
            }
            if added == 0 {
                return Err(TlsSetUp::NoCertificate);
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|_| TlsSetUp::NoRoots)?;
        Ok(Tls { verifier, provider, own: own.into() })
    }

    /// The connection settings of one host, with a place for its certificate's fault.
    pub fn for_host(&self) -> HostTls {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let witness = Witness {
            inner: Arc::clone(&self.verifier),
            own: Arc::clone(&self.own),
            seen: Arc::clone(&seen),
        };
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .expect("the provider supports the protocol versions it was built with")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(witness))
            .with_no_client_auth();
        HostTls { config: Arc::new(config), seen }
    }
}

/// One host's connection settings.
pub struct HostTls {
    pub config: Arc<ClientConfig>,
    seen: Arc<Mutex<Seen>>,
}

/// What the latest handshake showed.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    fault: Option<TlsFault>,
    /// When the certificate ends, in seconds since 1970-01-01 UTC.
    ends: Option<i64>,
    /// SHA-256 of the certificate.
    fingerprint: Option<[u8; 32]>,
}

impl HostTls {
    /// The fault seen in the latest handshake.
    pub fn fault(&self) -> Option<TlsFault> {
        lock(&self.seen).fault
    }

    /// When the certificate ends, in seconds since 1970-01-01 UTC.
    pub fn ends_at(&self) -> Option<i64> {
        lock(&self.seen).ends
    }

    /// SHA-256 of the certificate.
    pub fn fingerprint(&self) -> Option<[u8; 32]> {
        lock(&self.seen).fingerprint
    }

    /// Last day of the certificate, as people in China count it.
    pub fn ends(&self) -> Option<jiff::civil::Date> {
        Some(crate::visit::in_beijing(jiff::Timestamp::from_second(self.ends_at()?).ok()?))
    }
}

/// Verifies as usual, but lets a faulty certificate pass and remembers what was wrong with it.
#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    own: Arc<[CertificateDer<'static>]>,
    seen: Arc<Mutex<Seen>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // A self-signed certificate is its own authority, which the verifier takes for an authority out of place.
        let trusted = self.own.iter().any(|own| own == end_entity);
        let unvouched =
            |fault: &TlsFault| matches!(fault, TlsFault::BadCertificate | TlsFault::UnknownIssuer);
        let fault = verified.as_ref().err().map(fault_of).filter(|f| !(trusted && unvouched(f)));
        let parsed = x509_parser::parse_x509_certificate(end_entity);
        let ends = parsed.ok().map(|(_, certificate)| certificate.validity().not_after.timestamp());
        let fingerprint = Some(Sha256::digest(end_entity.as_ref()).into());
        *lock(&self.seen) = Seen { fault, ends, fingerprint };
        Ok(verified.unwrap_or_else(|_| ServerCertVerified::assertion()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The trade's word for a verification error.
pub fn fault_of(error: &Error) -> TlsFault {
    let Error::InvalidCertificate(why) = error else { return TlsFault::Handshake };
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongName
        }
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::Revoked => TlsFault::Revoked,
        _ => TlsFault::BadCertificate,
    }
}
