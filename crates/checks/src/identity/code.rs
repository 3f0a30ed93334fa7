//! Identification codes of government websites: their form, and the division that they start with. Clause N4.1.
//!
//! Ten characters: the six digits of a division and four of a serial number, or `bm`, two digits of a ministry and six
//! of a serial number (forms seen on real pages; 国办发〔2017〕47号 asks for the code, not for its form). Divisions that
//! were dissolved live on in old codes, so a code that the table does not know is a question, not a fault.

use crate::divisions;

/// A code of the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteCode {
    /// The six digits of the division.
    Local(String),
    /// The two digits of the ministry.
    Central(String),
}

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Not ten characters of the form.
    Form,
    /// The first two digits are those of no province.
    NoProvince,
    /// The division is in no table of today.
    UnknownDivision,
}

/// Reads a code.
pub fn read_code(text: &str) -> Option<SiteCode> {
    let text = text.trim();
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if text.len() != 10 || !text.is_ascii() {
        return None;
    }
    if digits(text) {
        return Some(SiteCode::Local(text[..6].to_owned()));
    }
    let lower = text.to_ascii_lowercase();
    (lower.starts_with("bm") && digits(&text[2..])).then(|| SiteCode::Central(text[2..4].to_owned()))
}

/// What is wrong with a code as written.
pub fn code_fault(text: &str) -> Option<CodeFault> {
    match read_code(text) {
        None => Some(CodeFault::Form),
        Some(SiteCode::Central(_)) => None,
        Some(SiteCode::Local(division)) if !divisions::is_code(&division[..2]) => Some(CodeFault::NoProvince),
        Some(SiteCode::Local(division)) if !divisions::is_code(&division) => Some(CodeFault::UnknownDivision),
        Some(SiteCode::Local(_)) => None,
    }
}

/// Codes printed in a text behind 标识码.
pub fn codes_in(text: &str) -> Vec<String> {
    text.match_indices("标识码")
        .take(8)
        .filter_map(|(at, word)| {
            let rest = text[at + word.len()..]
                .trim_start_matches(|c: char| c.is_whitespace() || ":：(（".contains(c));
            let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(24).collect();
            (code.len() >= 6).then_some(code)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{CodeFault, SiteCode, code_fault, codes_in, read_code};

    #[test]
    fn codes_are_read_by_their_form() {
        assert_eq!(read_code("4300009999"), Some(SiteCode::Local("430000".into())));
        assert_eq!(read_code(" bm99000001 "), Some(SiteCode::Central("99".into())));
        for wrong in
            ["", "430000999", "43000099990", "bm9900001", "４３００００９９９９", "43O0009999", "ab99000001"]
        {
            assert_eq!(code_fault(wrong), Some(CodeFault::Form), "{wrong}");
        }
        assert_eq!(code_fault("9900009999"), Some(CodeFault::NoProvince));
        assert_eq!(code_fault("4399990001"), Some(CodeFault::UnknownDivision));
        assert_eq!(code_fault("4300009999"), None);
    }

    #[test]
    fn printed_codes_stand_behind_their_word() {
        assert_eq!(codes_in("网站标识码：4300009999　湘ICP备00000000号"), ["4300009999"]);
        assert_eq!(codes_in("政府网站标识码 bm99000001"), ["bm99000001"]);
        assert_eq!(codes_in("党政机关网站标识"), Vec::<String>::new());
    }
}
