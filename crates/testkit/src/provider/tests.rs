//! The provider itself: what it publishes fits what it signs, and it is as careful as it says. Tests only (N4.7).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::keys::Keys;
use super::{Account, Fault, Provider};

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    BASE64.decode(value.as_str().unwrap()).unwrap()
}

#[test]
fn what_is_published_verifies_what_is_signed() {
    let keys = Keys::elliptic(1);
    let public = keys.public();
    let point = [&[4][..], &bytes(&public["x"]), &bytes(&public["y"])].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    assert!(key.verify(b"message", &keys.sign(b"message")).is_ok());
    assert!(key.verify(b"another", &keys.sign(b"message")).is_err());
    let keys = Keys::rsa(2);
    let public = keys.public();
    let key = RsaPublicKeyComponents { n: bytes(&public["n"]), e: bytes(&public["e"]) };
    assert!(key.verify(&RSA_PKCS1_2048_8192_SHA256, b"message", &keys.sign(b"message")).is_ok());
}

#[test]
fn a_question_without_proof_of_its_asker_is_refused() {
    let provider = Provider::start("xunwang", "s", 0).unwrap();
    provider.account(Account { subject: "sub-1".into(), ..Account::default() });
    let ask = |query: &str| provider.visit(&format!("{}/authorize?{query}", provider.issuer()));
    let whole = format!(
        "client_id=xunwang&response_type=code&scope=openid&nonce=n&state=s&code_challenge_method=S256&code_challenge={}\
         &redirect_uri=https%3A%2F%2Fconsole.example%2Flogin%2Foidc%2Fback",
        "x".repeat(43)
    );
    assert!(
        ask(&whole)
            .unwrap()
            .starts_with("https://console.example/login/oidc/back?code=code-1&state=s&iss=http")
    );
    for part in
        ["client_id=xunwang", "nonce=n", "code_challenge_method=S256", "scope=openid", "response_type=code"]
    {
        assert!(ask(&whole.replace(part, "")).is_err(), "{part}");
    }
    provider.fault(Fault::Declines);
    assert!(ask(&whole).unwrap().contains("error=access_denied"));
    assert_eq!(provider.asked("/authorize"), 7);
}
