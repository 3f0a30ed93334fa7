//! The meta labels of the guide for government websites (国办发〔2017〕47号, annex on page labels). Clauses N2.1, N4.1.
//!
//! Which labels a page must carry and what is plainly no value. Compares nothing with the site; rules do that.

use base::Position;

use crate::page::Page;

/// What a label speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The website; on every page.
    Site,
    /// The column; on column and article pages.
    Column,
    /// The article; on article pages.
    Article,
}

impl Group {
    pub fn code(self) -> &'static str {
        match self {
            Group::Site => "site",
            Group::Column => "column",
            Group::Article => "article",
        }
    }

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Group::Site => "网站标签",
            Group::Column => "栏目标签",
            Group::Article => "内容页标签",
        }
    }
}

/// Labels that a page must carry and fill, by group. The guide also names ColumnDescription and ColumnKeywords; they
/// are looked at only where they are written, for many builders leave them out of article pages.
pub const REQUIRED: [(Group, &str, &str); 8] = [
    (Group::Site, "SiteName", "网站名称"),
    (Group::Site, "SiteDomain", "网站域名"),
    (Group::Site, "SiteIDCode", "网站标识码"),
    (Group::Column, "ColumnName", "栏目名称"),
    (Group::Column, "ColumnType", "栏目类别"),
    (Group::Article, "ArticleTitle", "标题"),
    (Group::Article, "PubDate", "发布时间"),
    (Group::Article, "ContentSource", "来源"),
];

/// Every label of the guide.
const NAMES: [&str; 15] = [
    "SiteName",
    "SiteDomain",
    "SiteIDCode",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "ColumnType",
    "ArticleTitle",
    "PubDate",
    "ContentSource",
    "Keywords",
    "Author",
    "Description",
    "Image",
    "Url",
];

/// One label as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The guide's spelling.
    pub name: &'static str,
    pub content: String,
    pub at: Position,
}

impl Label {
    pub fn is_empty(&self) -> bool {
        self.content.chars().all(char::is_whitespace)
    }

    /// Whether a program wrote its own "nothing" instead of a value, or a template was not filled in.
    pub fn is_placeholder(&self) -> bool {
        const NOTHING: [&str; 9] =
            ["null", "undefined", "none", "nan", "n/a", "nil", "(null)", "[object object]", "todo"];
        let content = self.content.trim();
        let lower = content.to_ascii_lowercase();
        NOTHING.contains(&&*lower)
            || content.starts_with("${")
            || content.starts_with("{{")
            || content.starts_with("<%")
            || content.starts_with("{$")
            || lower.starts_with("<trs")
            || !content.is_empty() && content.chars().all(|c| matches!(c, '-' | '?' | '？' | '.' | '/'))
    }

    /// Whether the label says anything.
    pub fn is_sane(&self) -> bool {
        !self.is_empty() && !self.is_placeholder()
    }
}

/// The guide's labels of one page.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    list: Vec<Label>,
}

impl Labels {
    pub fn read(page: &Page<'_>) -> Labels {
        let list = page.metas().iter().filter_map(|meta| {
            let name = NAMES.into_iter().find(|n| n.eq_ignore_ascii_case(&meta.name))?;
            Some(Label { name, content: meta.content.clone(), at: meta.at })
        });
        Labels { list: list.collect() }
    }

    /// The label of that name; where it is written twice, the first that says something.
    pub fn first(&self, name: &str) -> Option<&Label> {
        let all = || self.list.iter().filter(|l| l.name == name);
        all().find(|l| !l.is_empty()).or_else(|| all().next())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        self.list.iter()
    }

    /// Whether the page carries any label that only the guide knows.
    pub fn any_of_guide(&self) -> bool {
        self.list.iter().any(|l| REQUIRED.iter().any(|(_, name, _)| *name == l.name))
    }

    /// The required labels of the groups that are absent or empty.
    pub fn missing(&self, groups: &[Group]) -> impl Iterator<Item = (Group, &'static str, &'static str)> {
        let absent = |name| self.first(name).is_none_or(Label::is_empty);
        REQUIRED
            .into_iter()
            .filter(|(group, ..)| groups.contains(group))
            .filter(move |(_, name, _)| absent(name))
    }
}
