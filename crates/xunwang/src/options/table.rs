//! The one table of settings of `inspect`: command line, environment and configuration file read the same names.
//! Serves N2.1, N2.4.
//!
//! It holds names and help only; what a value means is read in `options::mod`.

/// How often a setting may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// One value.
    One,
    /// Any number of values.
    Many,
    /// No value, or `true` / `false`.
    Switch,
}

/// A setting.
#[derive(Debug)]
pub struct Setting {
    /// `--name`, key of the configuration file, `XUNWANG_NAME`.
    pub name: &'static str,
    pub short: Option<char>,
    pub arity: Arity,
    /// Placeholder of the value in the help.
    pub value: &'static str,
    pub heading: &'static str,
    pub help: &'static str,
}

const SITES: &str = "巡检对象";
const SCOPE: &str = "范围";
const POLITE: &str = "快慢与上限";
const NET: &str = "身份与网络";
const OUT: &str = "结果";
const LISTS: &str = "对照清单";
const JUDGE: &str = "评分";

const fn one(name: &'static str, value: &'static str, heading: &'static str, help: &'static str) -> Setting {
    Setting { name, short: None, arity: Arity::One, value, heading, help }
}

const fn many(name: &'static str, value: &'static str, heading: &'static str, help: &'static str) -> Setting {
    Setting { name, short: None, arity: Arity::Many, value, heading, help }
}

const fn switch(name: &'static str, heading: &'static str, help: &'static str) -> Setting {
    Setting { name, short: None, arity: Arity::Switch, value: "true|false", heading, help }
}

const fn short(letter: char, setting: Setting) -> Setting {
    Setting { short: Some(letter), ..setting }
}

/// Every setting, in the order of the help. `url` is the one that has no dashes on the command line.
pub const SETTINGS: &[Setting] = &[
    many("url", "网址", SITES, "网站首页的网址，可给多个；不写 http:// 时按 http:// 访问"),
    one(
        "sites",
        "文件",
        SITES,
        "网站清单(.csv、.txt、.xlsx、.xls)，表头可用中文：网站名称、主办单位、级别、地区、类型、首页网址、网站标识码；只有网址一列必填",
    ),
    switch("sample", SITES, "在本机启动自带的示例网站并巡检它"),
    one(
        "config",
        "文件",
        SITES,
        "从 TOML 文件读取同名设置；命令行优先于环境变量（XUNWANG_名称），环境变量优先于文件",
    ),
    one(
        "scope",
        "范围",
        SCOPE,
        "哪些网址算本站：host 同一主机（默认）、sub-domains 含下级域名、path 只限首页所在目录之下",
    ),
    many("include", "正则", SCOPE, "只读网址与此匹配的页面（可重复；首页总是读）"),
    many("exclude", "正则", SCOPE, "不读也不检查网址与此匹配的链接（可重复，优先于 --include）"),
    one("depth", "层数", SCOPE, "最多读到离首页几层的页面，0 只读首页；读到的页面上的链接都会检查；默认不限"),
    one("pages", "页数", SCOPE, "每个网站最多读多少页；0 或不写为不限"),
    one(
        "outgoing",
        "方式",
        SCOPE,
        "站外链接：auto 检查，但内网网站的站外链接只登记（默认）；check 都检查；list 都只登记",
    ),
    switch(
        "probes",
        SCOPE,
        "另外探测页面没有链接到的地址：暴露的版本库和备份、后台登录页、站内搜索、表单提交地址；只用 GET，不提交任何内容；默认不探测",
    ),
    one(
        "render",
        "方式",
        SCOPE,
        "用本机的 Chromium 渲染页面：auto 没有脚本就是空白的页面（默认）；always 全部页面；never 不渲染，也不截图",
    ),
    one("render-pages", "页数", SCOPE, "每个网站最多渲染多少个页面，默认 50"),
    one("chromium", "文件", SCOPE, "Chromium 程序的位置；不写时自己找"),
    one(
        "attachments",
        "个数",
        SCOPE,
        "最多下载并检查多少个附件（个人信息、密级标识、能否打开），默认 200；0 为不检查",
    ),
    one(
        "cloak-pages",
        "个数",
        SCOPE,
        "以浏览器、搜索引擎、从搜索引擎点进来三种身份各取几个页面比较（发现只给搜索引擎看的赌博等内容），从首页起，默认 1；0 为不比较",
    ),
    one("baseline", "目录", SCOPE, "以前一次巡检的结果目录：比较首页附近页面的变化，发现倒签日期的文章"),
    one(
        "clamd",
        "地址",
        SCOPE,
        "用本单位的 clamd 扫描页面和附件，如 127.0.0.1:3310 或 /run/clamav/clamd.ctl；默认不扫描",
    ),
    switch("no-hints", SCOPE, "不报“疑似错别字”（仅供参考的提示）；确定的错别字照报；默认都报"),
    one("rate", "次数", POLITE, "每台主机每秒最多请求几次，默认 5；0 为不限（仅用于自己的服务器）"),
    one(
        "host-concurrency",
        "个数",
        POLITE,
        "每台主机最多同时几个请求，默认 4；--rate 0 时默认与 --concurrency 相同",
    ),
    one("concurrency", "个数", POLITE, "全部主机合计最多同时几个请求，默认 64"),
    one("time-limit", "时长", POLITE, "每次巡检最长用时，如 30m、2h；到时收尾出报告，可用 --resume 继续"),
    one("timeout", "时长", POLITE, "一次访问最长等待，默认 30s"),
    one("confirm-after", "时长，…", POLITE, "发现故障后隔多久重试确认，默认 1s,3s；none 为不重试"),
    switch("ignore-robots", POLITE, "不理会 robots.txt（仅限有监管权限的单位）"),
    one("user-agent", "文字", NET, "请求中的 User-Agent"),
    many("header", "名: 值", NET, "附加请求头（可重复），只发给被巡检的网站"),
    many("cookie", "名=值", NET, "附加 Cookie（可重复），只发给被巡检的网站"),
    one("proxy", "网址", NET, "经 HTTP 代理访问，如 http://127.0.0.1:3128"),
    one("ca-file", "文件", NET, "另外信任的根证书(PEM)，用于自建证书的网站"),
    short('o', one("out", "目录", OUT, "结果写到哪个目录，默认 report")),
    one(
        "format",
        "格式，…",
        OUT,
        "写哪些报告：html、xlsx、ndjson，默认三种都写（run.json 与 run.db 总会写）",
    ),
    one(
        "fail-on",
        "级别",
        OUT,
        "出现此级别及以上的问题时退出码为 1:notice 提示、warning 警告（默认）、fault 错误、veto 严重、never 从不",
    ),
    one("broken-to", "文件", OUT, "把失效的网址逐行写入文件，供脚本使用"),
    one(
        "approved-links",
        "文件",
        LISTS,
        "链接审批台账(.csv、.xlsx)：链接地址、名称、单位、用途、审批人、审批日期、到期日期；不在其中或已到期的站外链接列为问题",
    ),
    one(
        "closed-domains",
        "文件",
        LISTS,
        "已关停的政府网站域名，每行一个，或含“域名”一列的表格；指向它们的链接列为问题",
    ),
    one(
        "roster",
        "文件",
        LISTS,
        "领导名录(.csv、.xlsx)：姓名、职务、单位、起、止；姓名写错、职务与任期不符的列为问题",
    ),
    one(
        "words",
        "文件",
        LISTS,
        "敏感词表，每行一个词，或表格(.csv、.xlsx)：词、建议、级别、说明；页面和附件中出现的列为问题，夹在别的词里的不算",
    ),
    many("ad-filters", "文件", LISTS, "另加的广告过滤规则，EasyList 格式（可重复）"),
    many(
        "pack",
        "规则包",
        JUDGE,
        "按哪个规则包评分（可重复）：自带的名字（见 xunwang packs），或者自己的 .toml 文件",
    ),
    one("as-of", "日期", JUDGE, "按哪一天施行的规定评分，如 2019-06-01；默认是巡检那天"),
    switch("no-services", JUDGE, "单位没有对外服务职能：评分时不查办事服务，按规定折算"),
    switch("resume", OUT, "接着 --out 目录中上次未完成的巡检继续"),
    short('q', switch("quiet", OUT, "不显示进度")),
];

/// The setting of that name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| s.name == name)
}

/// `XUNWANG_HOST_CONCURRENCY` for `host-concurrency`.
pub fn variable(name: &str) -> String {
    format!("XUNWANG_{}", name.replace('-', "_").to_ascii_uppercase())
}
