//! Leaks (泄露): personal data and secrecy marks in text that anybody can read. Clauses N2.2, N2.5.
//!
//! Works on lines, whether they come from a page or from an attachment; a row of a table is one line with tabs
//! between its cells. What is found is never repeated in full: a report must not become the leak itself.

mod groups;
mod holder;
mod lines;
mod mask;
mod numbers;
mod personal;
mod secrecy;
mod weight;

pub use groups::may_hold_number;
pub use holder::is_of_a_body;
pub use lines::{PageLine, page_lines};
pub use mask::{Excerpt, excerpt, masked};
pub use personal::scan;
pub use secrecy::{Mark, mark};
pub use weight::{Weight, weigh};

/// What kind of personal number was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Citizen identity number, GB 11643-1999, or its older form of 15 digits.
    IdCard,
    /// Number of a payment card, GB/T 14504 (ISO/IEC 7812).
    BankCard,
    Mobile,
}

impl Kind {
    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Kind::IdCard => "身份证号",
            Kind::BankCard => "银行卡号",
            Kind::Mobile => "手机号",
        }
    }
}

/// A personal number and where it stands; the number itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    pub kind: Kind,
    /// Byte offset in the line.
    pub at: usize,
    /// Bytes of the number as written, with the blanks or hyphens in it.
    pub len: usize,
}

/// A line of text and what is known of its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line<'a> {
    /// The text; cells of a table's row are parted by tabs.
    pub text: &'a str,
    /// For a row of a table: the row that names its columns, parted likewise; otherwise empty.
    pub header: &'a str,
}

impl<'a> Line<'a> {
    /// A line that is no row of a table.
    pub fn of(text: &'a str) -> Line<'a> {
        Line { text, header: "" }
    }

    /// The name of the column in which a byte of the text stands.
    fn column(&self, at: usize) -> &'a str {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let cell = before.iter().filter(|b| **b == b'\t').count();
        self.header.split('\t').nth(cell).unwrap_or("").trim()
    }
}

#[cfg(test)]
mod tests;
