//! Whether the configured identity provider answers. Serves N4.7.
//!
//! Reads its public description and keys; logs nobody in and sends no secret.

use ledger::identity::oidc::Provider;
use platform::clock::{Clock as _, SystemClock};

use super::Check;
use crate::args::OidcOptions;

/// Asks it once.
pub(super) async fn check(options: &OidcOptions) -> Check {
    let (id, name) = ("identity_provider", "统一身份认证");
    let settings = match options.provider() {
        Ok(settings) => settings,
        Err(words) => {
            return Check::wrong(
                id,
                name,
                words,
                "请改正 --oidc-secret-file，并确认运行巡网的用户可以读取它",
            );
        }
    };
    let (issuer, back) = (settings.issuer.to_string(), settings.back());
    let provider = match Provider::new(settings) {
        Ok(provider) => provider,
        Err(error) => return Check::wrong(id, name, error.to_string(), "请查看日志"),
    };
    match provider.look(SystemClock.now()).await {
        Ok(seen) if seen.keys == 0 => {
            Check::wrong(id, name, format!("{issuer} 没有给出签名密钥"), "请找统一身份认证的管理员")
        }
        Ok(seen) => {
            let leaves = if seen.leaves { "支持一并退出" } else { "不支持一并退出" };
            let told = format!("{issuer} 有应答，签名密钥 {} 个，{leaves}；回调地址 {back}", seen.keys);
            Check::good(id, name, told)
        }
        Err(trouble) if trouble.is_away() => Check::wrong(
            id,
            name,
            format!("{issuer}：{trouble}"),
            "请检查网络、防火墙和它的证书（内部证书须装入系统）；此间人员仍可用密码登录",
        ),
        Err(trouble) => Check::wrong(
            id,
            name,
            format!("{issuer}：{trouble}"),
            "请核对 --oidc-issuer，须与它自称的地址一字不差",
        ),
    }
}
