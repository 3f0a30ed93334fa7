//! The identity provider as we use it: what it says of itself, kept a while; codes turned into proven claims. Clause N4.7.
//!
//! Authorization code with PKCE (S256), state and nonce. An ID token is believed only with a signature of the provider's
//! own keys, made for us, for this login, now; symmetric signatures and none at all are not accepted.

use std::sync::Arc;

use chrono::TimeDelta;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, CsrfToken,
    DiscoveryError, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, SubjectIdentifier, TokenResponse as _,
    UserInfoError,
};
use platform::Error;
use platform::clock::Instant;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::model::{self, Vouched};
use super::settings::{LEFT, Settings, is_loopback};
use super::trouble::{Check, Trouble};
use super::wire::{Wire, cause};

/// How long what the provider says of itself is used without asking again.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long it is used while the provider cannot be asked: a key that was withdrawn must not sign for days.
const STALE: TimeDelta = TimeDelta::hours(24);
/// How soon after an answer, or a failure, it is asked again: a queue of people must not wait one after the other for a
/// provider that is down, nor tokens with made-up keys make us ask without end.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// Bytes of an ID token that are kept for leaving the provider; a longer one fits into no address.
const LONGEST_HINT: usize = 4_096;
/// The signatures that are believed: with public keys only.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What we read of the provider's own description beyond the standard's core.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct More {
    end_session_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl openidconnect::AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is kept of the provider.
#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Instant)>,
    failed: Option<(Trouble, Instant)>,
}

/// The configured provider.
pub struct Provider {
    pub settings: Settings,
    wire: Wire,
    known: Mutex<Known>,
}

/// A login that begins: where to send the person, and what must come back.
pub struct Begun {
    pub address: String,
    pub nonce: String,
    pub verifier: String,
}

/// A login that was proven.
pub struct Proven {
    pub vouched: Vouched,
    /// The ID token, to be shown when leaving; empty if the provider does not ask for it.
    pub hint: String,
    access: AccessToken,
}

/// What `doctor` tells.
pub struct Seen {
    pub keys: usize,
    pub leaves: bool,
}

impl Provider {
    /// Prepares; nothing is asked yet, so that the console starts while the provider is down.
    pub fn new(settings: Settings) -> Result<Provider, Error> {
        let wire = Wire::new(settings.limits, is_loopback(settings.issuer.url()));
        let wire =
            wire.map_err(|cause| Error::Other(format!("connections to the identity provider: {cause}")))?;
        Ok(Provider { settings, wire, known: Mutex::default() })
    }

    /// Asks the provider about itself.
    pub async fn look(&self, now: Instant) -> Result<Seen, Trouble> {
        let metadata = self.metadata(now).await?;
        Ok(Seen { keys: metadata.jwks().keys().len(), leaves: leave_endpoint(&metadata).is_some() })
    }

    /// Begins a login: `state` comes back with the person.
    pub async fn begin(&self, state: String, now: Instant) -> Result<Begun, Trouble> {
        let metadata = self.metadata(now).await?;
        let client = CoreClient::from_provider_metadata((*metadata).clone(), self.client(), None)
            .set_redirect_uri(self.redirect()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || CsrfToken::new(state), Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in self.settings.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, _, nonce) = request.url();
        Ok(Begun { address: address.into(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() })
    }

    /// Whether the answer that a browser brings is this provider's (RFC 9207).
    pub async fn is_answer_of(&self, issuer: Option<&str>, now: Instant) -> Result<bool, Trouble> {
        let metadata = self.metadata(now).await?;
        let must = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        Ok(model::is_from(issuer, metadata.issuer().as_str(), must))
    }

    /// Turns the code of a login into claims that were checked.
    pub async fn prove(
        &self,
        code: String,
        verifier: String,
        nonce: String,
        now: Instant,
    ) -> Result<Proven, Trouble> {
        let metadata = self.metadata(now).await?;
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            self.client(),
            Some(self.settings.secret.clone()),
        )
        .set_redirect_uri(self.redirect()?)
        .set_auth_type(auth_type(metadata.token_endpoint_auth_methods_supported()));
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Trouble::Odd("没有 token_endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.wire)
            .await
            .map_err(no_token)?;
        let token = answer.id_token().ok_or(Trouble::Unsound(Check::Form))?;
        let nonce = Nonce::new(nonce);
        let (claims, metadata) = match self.verified(&metadata, token, &nonce, now) {
            // The provider may have changed its keys since we asked for them.
            Err(Trouble::Unsound(Check::Key)) => {
                let renewed = self.renewed(now).await?;
                (self.verified(&renewed, token, &nonce, now)?, renewed)
            }
            other => (other?, metadata),
        };
        if let Some(hash) = claims.access_token_hash() {
            let verifier = self.verifier(&metadata, now);
            let parts = token.signing_alg().ok().zip(token.signing_key(&verifier).ok());
            let ours = parts
                .and_then(|(alg, key)| AccessTokenHash::from_token(answer.access_token(), alg, key).ok());
            if ours.as_ref() != Some(hash) {
                return Err(Trouble::Unsound(Check::AccessToken));
            }
        }
        let hint = Some(token.to_string())
            .filter(|token| token.len() <= LONGEST_HINT && leave_endpoint(&metadata).is_some())
            .unwrap_or_default();
        Ok(Proven { vouched: vouched(claims), hint, access: answer.access_token().clone() })
    }

    /// Asks for claims that the ID token does not hold. Many providers tell names there only.
    pub async fn ask_more(&self, proven: &mut Proven, now: Instant) -> Result<(), Trouble> {
        let metadata = self.metadata(now).await?;
        if metadata.userinfo_endpoint().is_none() {
            return Ok(());
        }
        let client = CoreClient::from_provider_metadata((*metadata).clone(), self.client(), None);
        let subject = SubjectIdentifier::new(proven.vouched.subject.clone());
        let request = client.user_info(proven.access.clone(), Some(subject));
        let request = request.map_err(|error| Trouble::Odd(cause(&error)))?;
        let told: CoreUserInfoClaims = request.request_async(&self.wire).await.map_err(no_claims)?;
        let vouched = &mut proven.vouched;
        if vouched.login_name.is_none() {
            vouched.login_name = told.preferred_username().map(|name| name.to_string());
        }
        if vouched.email.is_none() {
            vouched.email = told.email().map(|email| email.to_string());
            vouched.email_verified = told.email_verified() == Some(true);
        }
        Ok(())
    }

    /// Where somebody leaves the provider too, if it has such a place. `hint` is the ID token of his login.
    pub async fn leave(&self, hint: &str, now: Instant) -> Option<String> {
        let metadata = self.metadata(now).await.ok()?;
        let mut address = leave_endpoint(&metadata)?.clone();
        let back = format!("{}{LEFT}", self.settings.public);
        {
            let mut query = address.query_pairs_mut();
            query
                .append_pair("client_id", &self.settings.client)
                .append_pair("post_logout_redirect_uri", &back);
            if !hint.is_empty() {
                query.append_pair("id_token_hint", hint);
            }
        }
        Some(address.into())
    }

    fn client(&self) -> ClientId {
        ClientId::new(self.settings.client.clone())
    }

    fn redirect(&self) -> Result<RedirectUrl, Trouble> {
        RedirectUrl::new(self.settings.back()).map_err(|error| Trouble::Odd(cause(&error)))
    }

    fn verifier(&self, metadata: &Metadata, now: Instant) -> CoreIdTokenVerifier<'static> {
        // As a public client's: no signature made with our own secret is taken for the provider's.
        CoreIdTokenVerifier::new_public_client(
            self.client(),
            metadata.issuer().clone(),
            metadata.jwks().clone(),
        )
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now - model::SKEW)
        .set_issue_time_verifier_fn(move |issued| match model::is_fresh(issued, now) {
            true => Ok(()),
            false => Err("issued at another time".to_owned()),
        })
    }

    fn verified<'t>(
        &self,
        metadata: &Metadata,
        token: &'t CoreIdToken,
        nonce: &Nonce,
        now: Instant,
    ) -> Result<&'t CoreIdTokenClaims, Trouble> {
        let claims =
            token.claims(&self.verifier(metadata, now), nonce).map_err(|e| Trouble::Unsound(check(&e)))?;
        let party = claims.authorized_party().map(|party| party.as_str());
        if !model::is_ours(party, &self.settings.client) {
            return Err(Trouble::Unsound(Check::Audience));
        }
        Ok(claims)
    }

    /// What the provider says of itself, asked again each hour.
    async fn metadata(&self, now: Instant) -> Result<Arc<Metadata>, Trouble> {
        self.known(now, FRESH).await
    }

    /// The same, with keys that were asked for just now.
    async fn renewed(&self, now: Instant) -> Result<Arc<Metadata>, Trouble> {
        self.known(now, PAUSE).await
    }

    async fn known(&self, now: Instant, age: TimeDelta) -> Result<Arc<Metadata>, Trouble> {
        let mut known = self.known.lock().await;
        if let Some((metadata, _)) = known.metadata.as_ref().filter(|(_, at)| now - *at < age) {
            return Ok(metadata.clone());
        }
        let failed =
            known.failed.as_ref().filter(|(_, at)| now - *at < PAUSE).map(|(trouble, _)| trouble.clone());
        let trouble = match failed {
            Some(trouble) => trouble,
            None => match self.discover().await {
                Ok(metadata) => {
                    let metadata = Arc::new(metadata);
                    *known = Known { metadata: Some((metadata.clone(), now)), failed: None };
                    return Ok(metadata);
                }
                Err(trouble) => {
                    tracing::warn!(provider.host = %self.settings.host(), "the identity provider: {trouble:?}");
                    known.failed = Some((trouble.clone(), now));
                    trouble
                }
            },
        };
        let old = known.metadata.as_ref().filter(|(_, at)| now - *at < STALE);
        old.map(|(metadata, _)| metadata.clone()).ok_or(trouble)
    }

    async fn discover(&self) -> Result<Metadata, Trouble> {
        let told = Metadata::discover_async(self.settings.issuer.clone(), &self.wire).await;
        let told = told.map_err(|error| match error {
            DiscoveryError::Request(trouble) => trouble,
            DiscoveryError::Validation(words) => Trouble::OtherName(quoted(&words)),
            DiscoveryError::Response(status, _, words) if status.is_success() => Trouble::Odd(words),
            DiscoveryError::Response(status, ..) => Trouble::Odd(status.to_string()),
            other => Trouble::Odd(cause(&other)),
        })?;
        self.wire.allow(told.authorization_endpoint().url())?;
        for address in [told.token_endpoint().map(|at| at.url()), told.userinfo_endpoint().map(|at| at.url())]
        {
            address.map_or(Ok(()), |address| self.wire.allow(address))?;
        }
        if let Some(address) = &told.additional_metadata().end_session_endpoint {
            self.wire.allow(address)?;
        }
        Ok(told)
    }
}

/// Where people leave.
fn leave_endpoint(metadata: &Metadata) -> Option<&Url> {
    metadata.additional_metadata().end_session_endpoint.as_ref()
}

/// The first name between backquotes of a message.
fn quoted(words: &str) -> String {
    words.split('`').nth(1).unwrap_or(words).to_owned()
}

/// How our secret is shown: in the header, unless the provider only takes it in the body.
fn auth_type(supported: Option<&Vec<CoreClientAuthMethod>>) -> AuthType {
    let takes = |method| supported.is_none_or(|supported| supported.contains(&method));
    match takes(CoreClientAuthMethod::ClientSecretBasic) || !takes(CoreClientAuthMethod::ClientSecretPost) {
        true => AuthType::BasicAuth,
        false => AuthType::RequestBody,
    }
}

fn vouched(claims: &CoreIdTokenClaims) -> Vouched {
    let amr = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
    let acr = claims.auth_context_ref().map(|class| class.as_str());
    Vouched {
        subject: claims.subject().to_string(),
        login_name: claims.preferred_username().map(|name| name.to_string()),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified() == Some(true),
        several_factors: model::several_factors(amr, acr),
    }
}

fn check(error: &ClaimsVerificationError) -> Check {
    use ClaimsVerificationError as Claims;
    use SignatureVerificationError as Signature;
    match error {
        Claims::Expired(_) | Claims::InvalidAuthTime(_) => Check::Time,
        Claims::InvalidAudience(_) => Check::Audience,
        Claims::InvalidIssuer(_) => Check::Issuer,
        Claims::InvalidNonce(_) => Check::Nonce,
        Claims::InvalidSubject(_) => Check::Subject,
        Claims::SignatureVerification(Signature::NoMatchingKey) => Check::Key,
        Claims::SignatureVerification(
            Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_) | Signature::NoSignature,
        ) => Check::Algorithm,
        Claims::SignatureVerification(_) => Check::Signature,
        _ => Check::Form,
    }
}

fn no_token<E>(error: RequestTokenError<Trouble, E>) -> Trouble
where
    E: openidconnect::ErrorResponse + 'static,
{
    match error {
        RequestTokenError::Request(trouble) => trouble,
        RequestTokenError::ServerResponse(told) => Trouble::NoToken(told.to_string()),
        // The body may hold tokens: only the place of the fault is told.
        RequestTokenError::Parse(fault, _) => Trouble::Odd(format!("token: {}", fault.path())),
        RequestTokenError::Other(words) => Trouble::Odd(words),
    }
}

fn no_claims(error: UserInfoError<Trouble>) -> Trouble {
    match error {
        UserInfoError::Request(trouble) => trouble,
        UserInfoError::ClaimsVerification(error) => Trouble::Unsound(check(&error)),
        UserInfoError::Response(status, ..) => Trouble::Odd(format!("userinfo: {status}")),
        other => Trouble::Odd(cause(&other)),
    }
}
