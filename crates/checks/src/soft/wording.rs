//! Pages that say in so many words that they do not exist. Clause N2.4.
//!
//! The longer a page, the plainer it must say so; a page that is merely empty ("暂无内容") says nothing.

use super::phrase::{Found, Phrase, phrases};

/// Visible characters, blanks apart, of a page beyond which no wording makes it an error page.
const LONG: usize = 2_000;
/// A page of this length is an error page in its site's frame if it speaks to the visitor.
const FRAMED: usize = 1_200;
/// A page of this length has room for an error message and little else.
const SHORT: usize = 400;
/// A page of this length is its message.
const BARE: usize = 80;
/// Beside a lone "404" no more than this, because bus lines and rooms have numbers too.
const TINY: usize = 30;
/// An error page has few headings; a page of questions and answers has many.
const MOST_HEADINGS: usize = 8;
/// No title or heading that is longer is an error message.
const MOST_HEADING_BYTES: usize = 600;

/// Whether a page says by title, headings or text that it does not exist.
pub fn says_missing(title: &str, headings: &[String], text: &str) -> bool {
    let length = text.chars().filter(|c| !c.is_whitespace()).take(LONG + 1).count();
    if length > LONG {
        return false;
    }
    if title_says(title, text, length) {
        return true;
    }
    if headings.len() <= MOST_HEADINGS && headings.iter().any(|h| heading_says(h, length)) {
        return true;
    }
    length <= FRAMED && text_says(text, length)
}

/// Titles are made of parts: the page's and the site's name. A page that is merely numbered 404 says so nowhere else.
fn title_says(title: &str, text: &str, length: usize) -> bool {
    if title.len() > MOST_HEADING_BYTES {
        return false;
    }
    let low = title.to_ascii_lowercase();
    let number_counts = text.trim().is_empty() || text.contains("404");
    low.split(['-', '–', '—', '|', '_', '·', '>', '»', '/'])
        .any(|part| (number_counts || !is_bare_number(part)) && heading_says(part, length))
        // "404 - 找不到文件或目录" is one message in spite of its dash.
        || phrases(&low).iter().any(|f| f.whole && f.phrase.is_title())
}

fn heading_says(heading: &str, length: usize) -> bool {
    if heading.len() > MOST_HEADING_BYTES {
        return false;
    }
    let low = heading.trim().to_ascii_lowercase();
    let found = phrases(&low);
    let alone = |p: fn(Phrase) -> bool| found.iter().any(|f| f.whole && p(f.phrase));
    alone(Phrase::is_title)
        || (length <= SHORT && alone(|p| p.is_hint() || p.is_pointed()) && !is_bare_number(&low))
        || (length <= if is_bare_number(&low) { TINY } else { BARE } && alone(Phrase::is_hint))
        || found.iter().any(|f| f.phrase.is_plain() && f.phrase.visitor)
        || (found.iter().any(|f| f.phrase.is_title()) && ends_in_site_name(&low))
}

/// "404" alone may be a bus line or a room.
fn is_bare_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
}

/// Whether the last word of a title without separators names a website or office.
fn ends_in_site_name(title: &str) -> bool {
    const ENDS: [&str; 14] = [
        "网",
        "网站",
        "政府",
        "局",
        "委",
        "厅",
        "门户",
        "平台",
        "中心",
        "办公室",
        "委员会",
        "網",
        "網站",
        "政務網",
    ];
    let mut words = title.split_whitespace();
    let last = words.next_back().unwrap_or_default();
    words.next().is_some() && ENDS.iter().any(|end| last.ends_with(end))
}

fn text_says(text: &str, length: usize) -> bool {
    let low = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    phrases(&low).into_iter().any(|Found { phrase, whole, opens }| {
        let addressed = phrase.visitor || phrase.points;
        (phrase.is_plain() && phrase.visitor)
            || (length <= SHORT && phrase.is_plain() && addressed)
            || (length <= BARE && opens && (phrase.is_plain() || phrase.is_pointed()))
            || (length <= BARE && whole && phrase.is_title())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of about 500 visible characters, as sites put around their error pages.
    fn framed(body: &str) -> String {
        let columns =
            "走进青禾 政务公开 办事服务 互动交流 数据开放 专题专栏 领导之窗 机构设置 人事信息 财政信息 ";
        format!(
            "{} {body} 主办：青禾市人民政府办公室 承办：青禾市数据局 网站地图 联系我们",
            columns.repeat(12)
        )
    }

    const ARTICLE: &str = "各乡镇人民政府，市直各单位：为做好今年防汛抗旱工作，现将有关事项通知如下。一、压实责任。各级各部门\
        要严格落实行政首长负责制，明确水库、堤防、山洪灾害危险区责任人，逐级签订责任书。二、排查隐患。对病险水库、在建工程、城市\
        易涝点逐一排查，建立台账，限期整改。三、备足物资。按照标准储备编织袋、冲锋舟、救生衣等物资，落实抢险队伍。四、加强值守。";

    #[test]
    fn error_pages_are_known_by_their_words() {
        let framed_404 = framed("抱歉，您访问的页面不存在或已被删除！");
        let framed_moved = framed("您要查看的网页可能已被删除、名称已被更改，或者暂时不可用。");
        let framed_zhhant = framed("對不起，您訪問的頁面不存在");
        let table: &[(&str, &[&str], &str)] = &[
            // Whole pages as servers and site builders write them.
            ("404 Not Found", &["404 Not Found"], "404 Not Found nginx"),
            ("404", &[], "404 Not Found"),
            ("404 页面不存在", &["抱歉，您访问的页面不存在或已删除"], "抱歉，您访问的页面不存在或已删除"),
            (
                "404 - 找不到文件或目录。",
                &["服务器错误"],
                "服务器错误 404 - 找不到文件或目录。 您要查找的资源可能已被删除，已更改名称或者暂时不可用。",
            ),
            ("Error 404", &[], "Oops! Page not found"),
            (
                "Object not found!",
                &["Object not found!"],
                "The requested URL was not found on this server. Error 404",
            ),
            (
                "HTTP Status 404 - /xw/a.html",
                &["HTTP Status 404"],
                "type Status report message /xw/a.html description The requested resource is not available.",
            ),
            ("页面找不到了", &[], "哎呀，页面找不到了！ 返回首页"),
            ("页面走丢了", &["页面走丢了"], "5 秒后自动返回首页"),
            ("出错啦", &["您访问的网页不存在"], "您访问的网页不存在 返回上一页"),
            ("提示信息", &[], "对不起，您要查看的信息不存在或已被删除！ 返回首页"),
            ("系统提示", &[], "该文章不存在或已被删除"),
            ("系统提示", &[], "该信息不存在！ 点击返回"),
            ("", &[], "您访问的页面不存在"),
            ("", &[], "此链接已失效"),
            ("", &[], "指定的文件不存在"),
            ("", &["404错误"], "404错误 返回首页"),
            ("404错误页面_青禾市人民政府", &[], "返回首页 联系我们"),
            ("页面不存在 - 云泽县人民政府门户网站", &[], &framed_404),
            ("页面不存在 云泽县人民政府", &[], "云泽县人民政府 返回首页"),
            ("云泽县人民政府", &["没有找到您要访问的页面"], &framed_404),
            ("云泽县人民政府", &[], &framed_404),
            ("云泽县人民政府", &[], &framed_moved),
            (
                "云泽县人民政府",
                &["您访问的页面不存在，请检查地址是否正确"],
                "您访问的页面不存在，请检查地址是否正确",
            ),
            ("云泽县人民政府", &[], "您访问的页面 /zwgk/2019/0301/8812.html 不存在"),
            ("找不到頁面", &[], "找不到頁面 回首頁"),
            ("青禾市政府", &["抱歉，找不到您要瀏覽的網頁"], "抱歉，找不到您要瀏覽的網頁"),
            ("青禾市政府", &[], &framed_zhhant),
            ("Page Not Found | Qinghe", &[], "Sorry, the page you are looking for could not be found."),
            ("Qinghe", &["The page you requested cannot be found"], "Home Contact"),
            ("Not Found", &[], "The requested URL /bm/3.html was not found on this server."),
            ("内容不存在", &[], "内容不存在 关闭窗口"),
            ("温馨提示", &[], "很抱歉，您访问的文章已下线"),
        ];
        for (title, headings, text) in table {
            let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
            assert!(says_missing(title, &headings, text), "missed: {title} | {headings:?} | {text}");
        }
    }

    #[test]
    fn real_pages_are_left_alone() {
        let framed_empty = framed("当前位置：首页 > 财政信息 暂无内容");
        let framed_search = framed("没有找到相关信息，请更换关键词后重新搜索");
        let with_quote = format!("{ARTICLE}群众反映点击后提示“您访问的页面不存在”，请运维单位尽快处理。");
        let long_help = "网站常见问题：如果您访问的页面不存在，请按以下步骤处理。".repeat(90);
        let table: &[(&str, &[&str], &str)] = &[
            // Merely numbered so: an archive's page, a bus line.
            ("404", &[], "首页 上一页 下一页"),
            ("404 - 青禾公交", &[], "首站 末站"),
            // Writing about missing pages.
            ("关于网站404错误页面整改情况的报告", &["关于网站404错误页面整改情况的报告"], ARTICLE),
            (
                "什么是404错误？- 网站知识",
                &["什么是404错误？"],
                "404错误表示服务器找不到网页，通常是地址写错或页面已经删除。",
            ),
            (
                "网页打不开怎么办",
                &["页面不存在，怎么办？", "登录不了怎么办？"],
                "打开网页时提示页面不存在的，请检查地址。",
            ),
            ("我为政府网站找错办理情况", &[], &with_quote),
            ("网站常见问题", &[], &long_help),
            (
                "关于部分网页链接已失效的说明",
                &[],
                "因网站改版，部分网页链接已失效，请从首页进入新版栏目查看。",
            ),
            ("网站升级公告", &[], "升级期间，您访问的页面不存在的，请稍后再试。"),
            ("工作提示", &[], "群众打开办事指南时看到“页面不存在”，请各单位自查。"),
            // What does not exist is something else.
            (
                "关于经营地址不存在的通告",
                &["关于经营地址不存在的通告"],
                "经实地核查，下列市场主体登记的住所不存在，现予公告。",
            ),
            ("关于拟吊销营业执照的公告", &[], "经查，该公司登记地址不存在，通过登记的住所无法联系。"),
            ("关于某信访事项的答复", &[], "经调查，您反映的问题不存在。"),
            (
                "政府信息不存在告知书",
                &["政府信息不存在告知书"],
                "经检索，您申请公开的信息本机关未制作，该信息不存在，现告知如下。如不服本告知，可申请复议。",
            ),
            ("关于失踪人员的公告", &[], "至今下落不明，家属找不到本人，请知情者与我局联系。"),
            ("遗失声明", &[], "营业执照正本丢失，声明作废。"),
            (
                "规范性文件清理结果",
                &["规范性文件清理结果"],
                "下列文件已失效：青政发〔2008〕12号、青政办发〔2010〕3号。",
            ),
            ("此文件已失效", &["青禾市城市绿化办法"], ARTICLE),
            ("公民个人信息被删除案例", &[], ARTICLE),
            // Merely empty, or nothing found by a search.
            ("财政信息_青禾市人民政府", &["财政信息"], &framed_empty),
            ("财政信息", &[], "暂无内容"),
            ("财政信息", &[], "本栏目正在建设中"),
            ("站内搜索", &["搜索结果"], &framed_search),
            ("站内搜索", &[], "没有找到符合条件的记录"),
            ("办件查询", &[], "未查询到办件信息，请核对办件编号"),
            ("意见征集", &["征集已结束"], "本次征集已过期，感谢您的参与。"),
            // Numbers and names.
            (
                "404",
                &["404"],
                "404路公交车 起点：火车站 终点：高铁站 首班 06:00 末班 21:30 途经：市政府、体育馆、人民医院、图书馆、青禾一中",
            ),
            ("404路公交线路调整公告", &["404路公交线路调整公告"], ARTICLE),
            ("青禾市404号提案答复", &[], ARTICLE),
            (
                "HTTP 状态码说明",
                &["200", "301", "404", "500"],
                "200 正常 301 永久跳转 404 找不到 500 服务器错误，以上为常见状态码，供各单位网站管理员参考使用，详见附件说明，有疑问请联系市数据局技术科，电话见页脚，工作时间为周一至周五。",
            ),
            ("青禾市人民政府", &["要闻"], ARTICLE),
            ("青禾市人民政府", &[], ""),
            ("Lost and found", &["Lost and found"], "Items found on buses can be collected at the office."),
            ("Page not foundation", &[], "About the foundation."),
        ];
        for (title, headings, text) in table {
            let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
            assert!(!says_missing(title, &headings, text), "false alarm: {title} | {headings:?} | {text}");
        }
    }

    #[test]
    fn a_long_text_is_never_an_error_page() {
        assert!(!says_missing("404 Not Found", &["404 Not Found".into()], &ARTICLE.repeat(20)));
    }
}
