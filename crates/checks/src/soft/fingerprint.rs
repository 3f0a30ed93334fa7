//! What a page shows, boiled down so that two pages can be held against each other. Clause N2.4.
//!
//! Numbers, dates and addresses are left out, because error pages echo them; the order of blocks does not
//! matter. A page without enough text to tell (an application's empty shell, a frameset) is like no other.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// Pages with fewer pairs of neighbouring tokens than this show too little to be compared.
const FEWEST_PAIRS: usize = 8;
/// Tokens read of a page. No error page is longer; a page that is takes part in no comparison.
const MOST_TOKENS: usize = 16_384;
/// Text that asks for scripts and is no longer than this is an application's shell: the same for every address.
const SHELL_PAIRS: usize = 80;
/// Pairs that may differ between two answers of one error page: a greeting or a week day changes four.
const SLACK: usize = 4;
/// Beyond that, one pair in so many, up to `MOST_SLACK`: a real page that shares a large frame with the error
/// page differs in its heading and path alone by more.
const SLACK_SHARE: usize = 200;
const MOST_SLACK: usize = 10;
/// White space: a token that stands for no character.
const GAP: u64 = 0;
/// Upper bound of the slack that two random answers of one site teach by differing from each other.
const MOST_SPREAD: usize = 60;

/// Title and visible text of a page. At most 64 KiB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Hash of the title's tokens in order.
    title: u64,
    /// Hashes of neighbouring tokens, each with the count of its occurrence, sorted.
    pairs: Vec<u32>,
    /// Whether the page shows enough text, and not too much, to be compared.
    tells: bool,
}

impl Fingerprint {
    /// Takes the title and the visible text of a page.
    pub fn of(title: &str, text: &str) -> Fingerprint {
        let tokens = tokens(text, MOST_TOKENS + 1);
        // A block's last token pairs with the gap, so that blocks may change places.
        let mut pairs: Vec<u64> =
            tokens.windows(2).filter(|w| w[0] != GAP).map(|w| mix(w[0], w[1])).collect();
        pairs.sort_unstable();
        let mut numbered = Vec::with_capacity(pairs.len());
        let mut occurrence = 0_u64;
        for (i, &pair) in pairs.iter().enumerate() {
            occurrence = if i > 0 && pairs[i - 1] == pair { occurrence + 1 } else { 0 };
            numbered.push((mix(pair, occurrence) >> 32) as u32);
        }
        numbered.sort_unstable();
        let shell = numbered.len() <= SHELL_PAIRS && asks_for_script(text);
        let tells = numbered.len() >= FEWEST_PAIRS && tokens.len() <= MOST_TOKENS && !shell;
        let title = self::tokens(title, 300).into_iter().fold(0, mix);
        Fingerprint { title, pairs: numbered, tells }
    }

    /// Whether both pages show the same but for changing numbers, addresses and a few characters.
    pub fn similar(&self, other: &Fingerprint) -> bool {
        self.within(other, 0)
    }

    fn within(&self, other: &Fingerprint, spread: usize) -> bool {
        let longer = self.pairs.len().max(other.pairs.len());
        let slack = (SLACK + longer / SLACK_SHARE).min(MOST_SLACK) + spread;
        self.tells && other.tells && self.title == other.title && self.distance(other) <= slack
    }

    /// Pairs that only one of the two has.
    fn distance(&self, other: &Fingerprint) -> usize {
        let (a, b) = (&self.pairs, &other.pairs);
        let (mut i, mut j, mut apart) = (0, 0, 0);
        while i < a.len() && j < b.len() {
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Equal => (i, j) = (i + 1, j + 1),
                std::cmp::Ordering::Less => (i, apart) = (i + 1, apart + 1),
                std::cmp::Ordering::Greater => (j, apart) = (j + 1, apart + 1),
            }
        }
        apart + (a.len() - i) + (b.len() - j)
    }
}

/// What a site answered to addresses made up at random. Two answers that differ teach how much an error page
/// of this site changes by itself (a changing list of news, a saying of the day).
#[derive(Clone, Debug, Default)]
pub struct RandomAnswers {
    seen: Vec<Fingerprint>,
    spread: usize,
}

impl RandomAnswers {
    /// Answers kept; further ones are ignored.
    const MOST: usize = 8;

    /// Adds the answer to one made-up address.
    pub fn learn(&mut self, answer: Fingerprint) {
        if self.seen.len() >= Self::MOST {
            return;
        }
        let alike = self.seen.iter().filter(|s| s.title == answer.title && s.tells && answer.tells);
        if let Some(apart) = alike.map(|s| s.distance(&answer)).min()
            && apart <= MOST_SPREAD.min(answer.pairs.len() / 10)
        {
            self.spread = self.spread.max(apart);
        }
        self.seen.push(answer);
    }

    /// Whether a page is what the site answers to addresses that do not exist.
    pub fn include(&self, page: &Fingerprint) -> bool {
        self.seen.iter().any(|s| s.within(page, self.spread))
    }

    /// Whether no comparable answer was learned, so that no page needs to be looked at.
    pub fn is_empty(&self) -> bool {
        !self.seen.iter().any(|s| s.tells)
    }
}

fn mix(state: u64, value: u64) -> u64 {
    let mut hasher = FixedState::with_seed(state).build_hasher();
    hasher.write_u64(value);
    hasher.finish()
}

fn asks_for_script(text: &str) -> bool {
    let low = text.to_ascii_lowercase();
    low.contains("javascript") || low.contains("脚本") || low.contains("腳本")
}

/// Numerals that dates and week days are written with; they change like digits.
fn is_numeral(c: char) -> bool {
    c.is_numeric()
        || matches!(c, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// One token for each character of a script without spaces and for each word of others; numbers, addresses
/// and what has digits in it are left out.
fn tokens(text: &str, most: usize) -> Vec<u64> {
    let mut tokens = vec![GAP];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if tokens.len() >= most {
            break;
        }
        if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
            if tokens.last() != Some(&GAP) {
                tokens.push(GAP);
            }
            continue;
        }
        if !c.is_ascii() {
            rest = &rest[c.len_utf8()..];
            if c.is_alphanumeric() && !is_numeral(c) {
                tokens.push(u64::from(u32::from(c)));
            }
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len()).max(1);
        let (run, behind) = rest.split_at(end);
        rest = behind;
        let word = run.trim_matches(|c: char| c.is_ascii_punctuation());
        if is_path(run) {
            // An echoed address may go on in Chinese: `/gone/公告.html`.
            rest = behind.trim_start_matches(|c: char| c.is_alphanumeric() || c.is_ascii_graphic());
        } else if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic() || b"-'".contains(&b)) {
            tokens.push(word.bytes().fold(1, |h, b| mix(h, u64::from(b.to_ascii_lowercase()))));
        }
    }
    tokens.push(GAP);
    tokens
}

fn is_path(run: &str) -> bool {
    let run = run.trim_start_matches(['(', '[', '"', '\'', '<']);
    run.contains("://") || (run.starts_with('/') && run.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as large as real sites have: 60 columns of four to six characters.
    fn framed(body: &str) -> String {
        let columns =
            ["政务公开", "办事服务", "互动交流", "走进青禾", "财政预算", "重大项目", "通知公告", "人事任免"];
        let nav: String = (0..60).map(|i| format!("{} ", columns[i % columns.len()])).collect();
        format!("首页 {nav}{body} 主办：青禾市人民政府办公室 网站标识码4399000001")
    }

    fn alike(a: (&str, &str), b: (&str, &str)) -> bool {
        Fingerprint::of(a.0, a.1).similar(&Fingerprint::of(b.0, b.1))
    }

    #[test]
    fn an_error_page_is_known_again_whatever_it_echoes() {
        let a = framed("抱歉，您访问的 /xw/a8f3.html 找不到。今天是2026年3月1日 星期三 上午好");
        let b = framed("抱歉，您访问的 /bm/公告/3.html 找不到。今天是2026年3月2日 星期四 上午好");
        let c = framed(
            "抱歉，您访问的 http://qh.example/x?id=77 找不到。今天是二〇二六年十二月二十一日 星期一 下午好",
        );
        assert!(alike(("青禾市人民政府", &a), ("青禾市人民政府", &b)));
        assert!(alike(("青禾市人民政府", &a), ("青禾市人民政府", &c)));
    }

    #[test]
    fn a_home_page_given_for_every_address_is_known_again() {
        let home = "云泽县人民政府 要闻：春耕备耕全面展开。 要闻 专题 首页";
        assert!(alike(("云泽县人民政府", home), ("云泽县人民政府", home)));
        let real = "要闻 春耕备耕全面展开，各乡镇组织农技人员下田指导。";
        assert!(!alike(("云泽县人民政府", home), ("要闻", real)));
        assert!(!alike(("云泽县人民政府", home), ("云泽县人民政府", real)));
    }

    #[test]
    fn a_real_page_in_the_same_frame_is_another_page() {
        let error = framed("您访问的内容找不到");
        for body in [
            "当前位置：首页 > 财政预算 > 暂无信息",
            "关于春节放假的通知 办公室 春节期间各单位要安排好值班",
            "王建国 副市长 分管农业农村、水利、林业",
        ] {
            assert!(!alike(("青禾市人民政府", &error), ("青禾市人民政府", &framed(body))), "{body}");
        }
        // An empty column differs from the template's empty page by no more than its own name in the path.
        let nameless = framed("当前位置：首页 > > 暂无信息");
        let named = framed("当前位置：首页 > 财政预算 > 暂无信息");
        assert!(!alike(("财政预算_青禾市人民政府", &named), ("_青禾市人民政府", &nameless)));
    }

    #[test]
    fn the_order_of_blocks_does_not_matter() {
        let a = framed("抱歉，您要找的内容走丢了 推荐阅读 市领导调研乡村振兴 全市经济工作会议召开");
        let b = framed("推荐阅读 全市经济工作会议召开 市领导调研乡村振兴 抱歉，您要找的内容走丢了");
        assert!(alike(("提示", &a), ("提示", &b)));
    }

    #[test]
    fn an_empty_shell_is_like_no_other_page() {
        let vue = "We're sorry but this app doesn't work properly without JavaScript enabled. Please enable it to continue.";
        let chinese = "本系统需要启用脚本才能使用，请在浏览器设置中打开后刷新页面";
        for text in ["", "首页", vue, chinese] {
            assert!(!alike(("办事大厅", text), ("办事大厅", text)), "{text}");
        }
    }

    #[test]
    fn two_random_answers_teach_how_much_an_error_page_changes() {
        let one = framed("您访问的内容找不到 推荐：全市经济工作会议召开 市领导调研防汛 教育局通报招生");
        let two = framed("您访问的内容找不到 推荐：全市经济工作会议召开 卫健委部署义诊 教育局通报招生");
        let three = framed("您访问的内容找不到 推荐：全市经济工作会议召开 应急局检查矿山 教育局通报招生");
        let print = |text: &str| Fingerprint::of("青禾市人民政府", text);
        let mut answers = RandomAnswers::default();
        assert!(answers.is_empty());
        answers.learn(print(&one));
        assert!(!answers.include(&print(&three)));
        answers.learn(print(&two));
        assert!(answers.include(&print(&three)));
        assert!(!answers.include(&print(&framed(
            "关于做好清明节期间森林防火工作的通知 各乡镇人民政府、街道办事处，市直各单位："
        ))));
    }

    #[test]
    fn a_page_beyond_the_bound_takes_no_part() {
        let long = "春耕备耕全面展开".repeat(4_000);
        assert!(!alike(("要闻", &long), ("要闻", &long)));
    }
}
