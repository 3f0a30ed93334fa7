//! The words and marks of firewalls' answers, all lower case. Clause N2.1.
//!
//! Which of them must meet for a verdict is decided in `mod.rs`, never here.

/// Marks that only challenge and refusal pages of these products carry, lower case.
pub(super) const MARKS: [&str; 26] = [
    // 加速乐, 创宇盾
    "__jsl_clearance",
    "365cyd.com",
    "yunaq.com",
    "创宇盾",
    // 阿里云, 腾讯云, 华为云, 百度云加速, 网宿
    "acw_sc__v2",
    "errors.aliyun.com",
    "waf.tencent",
    "t-sec-waf",
    "hwwafsesid",
    "yunjiasu",
    // Chinese firewalls on the server's side
    "网站安全狗",
    "safedog",
    "d盾",
    "云盾",
    "云锁",
    "安恒云",
    "玄武盾",
    "宝塔网站防火墙",
    "btwaf",
    "雷池",
    "wzwschallenge",
    "__jdfwkey",
    "nsfocus",
    // Elsewhere
    "challenge-platform",
    "_cf_chl_opt",
    "incapsula incident",
];

/// Words that say something was stopped.
#[rustfmt::skip]
pub(super) const STOPPED: [&str; 17] = [
    "拦截", "阻断", "阻止", "访问被拒绝", "拒绝访问", "禁止访问", "访问受限", "访问被限制", "攔截", "阻擋", "拒絕",
    "blocked", "denied", "rejected", "forbidden", "not acceptable", "intercept",
];

/// Words that say a protection did it.
#[rustfmt::skip]
pub(super) const PROTECTION: [&str; 24] = [
    "防火墙", "防火牆", "安全防护", "防护系统", "云防护", "云防御", "防护策略", "安全策略", "安全威胁", "疑似攻击", "攻击行为",
    "恶意", "非法请求", "不合法参数", "事件编号", "事件id", "拦截编号", "请求编号", "攻擊", "waf", "event id",
    "event_id", "support id", "firewall",
];

/// Words of a page that makes the visitor wait or prove to be human.
#[rustfmt::skip]
pub(super) const CHECKING: [&str; 18] = [
    "安全检查", "安全检测", "安全验证", "正在验证", "人机验证", "浏览器验证", "访问验证", "正在检测您的浏览器", "正在检查您的浏览器", "浏览器检测",
    "环境检测", "正在跳转验证", "滑动验证", "拖动滑块", "安全驗證", "just a moment", "checking your browser",
    "verify you are human",
];

/// Words that ask the visitor to wait or to act before the page comes.
#[rustfmt::skip]
pub(super) const WAIT: [&str; 10] = [
    "请稍候", "请稍等", "请稍后", "请完成", "拖动", "自动跳转", "請稍候", "please wait", "just a moment", "a few seconds",
];
