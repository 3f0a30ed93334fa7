//! Which column of a list holds what: English names and the headings of official forms. Clauses N2.7, N4.1.
//!
//! Headings differ by blanks, case, full-width signs, stars and remarks in brackets; all of that is ignored.

use platform::table::TableRow;

/// The fields of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Unit,
    Level,
    Region,
    Kind,
    Url,
    SiteIdCode,
}

pub(super) const FIELDS: usize = 7;

/// Headings of each field, the most telling first: with both 首页网址 and 域名 in a table the former counts.
const HEADINGS: [(Field, &[&str]); FIELDS] = [
    (
        Field::Name,
        &["name", "网站名称", "站点名称", "政府网站名称", "网站名", "sitename", "名称", "网站", "站点"],
    ),
    (
        Field::Unit,
        &[
            "unit",
            "主办单位",
            "主办单位名称",
            "网站主办单位",
            "单位名称",
            "主管主办单位",
            "责任单位",
            "所属单位",
            "单位",
            "主管单位",
            "承办单位",
        ],
    ),
    (Field::Level, &["level", "级别", "行政层级", "行政级别", "层级", "网站级别", "网站层级", "单位级别"]),
    (
        Field::Region,
        &[
            "region",
            "地区",
            "所属地区",
            "所在地区",
            "行政区划",
            "区域",
            "所属区域",
            "市州",
            "地市",
            "市县",
            "县市区",
        ],
    ),
    (Field::Kind, &["kind", "类型", "网站类型", "网站类别", "站点类型", "类别", "type"]),
    (
        Field::Url,
        &[
            "url",
            "首页网址",
            "网址",
            "首页地址",
            "网站网址",
            "网站首页网址",
            "网站地址",
            "首页url",
            "网站url",
            "主页地址",
            "主页网址",
            "主页",
            "首页",
            "网站首页",
            "网站链接",
            "首页链接",
            "链接",
            "域名",
            "网站域名",
            "主域名",
            "网站主域名",
            "website",
            "homepage",
            "address",
            "地址",
        ],
    ),
    (
        Field::SiteIdCode,
        &[
            "site_id_code",
            "网站标识码",
            "标识码",
            "政府网站标识码",
            "站点标识码",
            "网站标识编码",
            "siteidcode",
            "siteid",
        ],
    ),
];

/// Where each field stands in a table.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    at: [Option<usize>; FIELDS],
}

/// Two columns of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Twice {
    pub heading: String,
    pub first: usize,
    pub second: usize,
}

impl Columns {
    /// Reads a row as headings; `None` if no column of addresses is among them.
    pub(super) fn of(row: &TableRow) -> Option<Result<Columns, Twice>> {
        let words: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
        let mut columns = Columns { at: [None; FIELDS] };
        let mut twice = None;
        for (field, headings) in HEADINGS {
            // The best heading counts: not the leftmost column, but the most telling word.
            let Some(best) = headings.iter().find(|h| words.iter().any(|w| w == &plain(h))) else { continue };
            let mut places = words.iter().enumerate().filter(|(_, w)| **w == plain(best)).map(|(at, _)| at);
            columns.at[field as usize] = places.next();
            if let (Some(first), Some(second)) = (columns.at[field as usize], places.next()) {
                twice = Some(Twice { heading: row.cell(first).to_owned(), first, second });
            }
        }
        columns.at[Field::Url as usize]?;
        Some(match twice {
            Some(twice) => Err(twice),
            None => Ok(columns),
        })
    }

    /// A table that is nothing but one column of addresses.
    pub(super) fn addresses_only() -> Columns {
        let mut at = [None; FIELDS];
        at[Field::Url as usize] = Some(0);
        Columns { at }
    }

    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.at[field as usize]
    }

    /// How many fields were recognised.
    pub(super) fn known(&self) -> usize {
        self.at.iter().flatten().count()
    }
}

/// A heading without what does not matter.
pub(crate) fn plain(heading: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in heading.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        };
        match c {
            '(' | '【' | '[' => depth += 1,
            ')' | '】' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() => {}
            '*' | ':' | '-' | '_' | '/' | '、' | '"' | '\u{feff}' | '\u{200b}' => {}
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Columns, Field};
    use crate::sites::TableRow;

    fn columns(headings: &[&str]) -> Option<Result<Columns, super::Twice>> {
        Columns::of(&TableRow { number: 1, cells: headings.iter().map(|h| (*h).to_owned()).collect() })
    }

    #[test]
    fn headings_are_read_without_what_does_not_matter() {
        for url in [
            "url",
            " URL ",
            "首页网址",
            "* 首页 网址(必填)",
            "\u{ff55}\u{ff52}\u{ff4c}",
            "网址\u{ff08}带http\u{ff09}:",
            "\u{feff}网 址",
            "网站域名",
        ] {
            let found = columns(&["序号", url, "Site_ID-Code"]).unwrap().unwrap();
            assert_eq!(found.place(Field::Url), Some(1), "{url}");
            assert_eq!(found.place(Field::SiteIdCode), Some(2));
            assert_eq!(found.place(Field::Unit), None);
        }
        assert!(columns(&["序号", "备注"]).is_none());
    }

    #[test]
    fn the_more_telling_heading_counts_and_equal_ones_are_refused() {
        let found = columns(&["域名", "首页网址", "单位", "主办单位"]).unwrap().unwrap();
        assert_eq!((found.place(Field::Url), found.place(Field::Unit)), (Some(1), Some(3)));
        let twice = columns(&["网址", "名称", "网址"]).unwrap().unwrap_err();
        assert_eq!((twice.first, twice.second), (0, 2));
    }
}
