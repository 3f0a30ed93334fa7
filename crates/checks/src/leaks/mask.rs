//! Numbers shown without giving them away. Serves N2.2.
//!
//! Nothing that leaves this file holds a run of digits from which a person's number could be restored.

/// Digits left at the front and at the end: enough to find the place again, too few to restore the number.
const FRONT: usize = 3;
const BACK: usize = 2;
/// Runs of as many digits and more are masked; dates and years are shorter.
const LONG: usize = 7;
/// Characters of the line shown before and after a number.
const AROUND: usize = 12;

/// The number with stars in place of its middle; blanks and hyphens are left out.
pub fn masked(number: &str) -> String {
    let signs: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let n = signs.len();
    let shown = |i: usize| i < FRONT || i + BACK >= n;
    signs.iter().enumerate().map(|(i, c)| if n >= LONG && !shown(i) { '*' } else { *c }).collect()
}

/// A number in its surroundings, nothing of it or of others given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub before: String,
    /// The number, masked.
    pub number: String,
    pub after: String,
}

impl Excerpt {
    /// In one line.
    pub fn line(&self) -> String {
        format!("{}{}{}", self.before, self.number, self.after)
    }
}

/// The surroundings of a byte range of a line, with every long number masked, on one line.
pub fn excerpt(line: &str, at: usize, len: usize) -> Excerpt {
    let part = |range: std::ops::Range<usize>| line.get(range).unwrap_or("");
    let (before, number) = (part(0..at), part(at..at.saturating_add(len)));
    let after = part(at.saturating_add(len)..line.len());
    let before = super::personal::last_chars(before, AROUND);
    let end = after.char_indices().nth(AROUND).map_or(after.len(), |(i, _)| i);
    Excerpt {
        before: without_numbers(before).trim_start().to_owned(),
        number: masked(number),
        after: without_numbers(&after[..end]).trim_end().to_owned(),
    }
}

/// A text whose longer runs of digits, tied by blanks or hyphens or not, are all stars. The text may begin or end
/// in the middle of a number, so here nothing of it is left.
fn without_numbers(text: &str) -> String {
    const SHORTEST: usize = 5;
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        let goes_on =
            c.is_numeric() || !run.is_empty() && (super::groups::is_tie(c) || matches!(c, 'X' | 'x'));
        if goes_on {
            run.push(c);
            continue;
        }
        let long = run.chars().filter(|c| c.is_numeric()).count() >= SHORTEST;
        out.extend(run.drain(..).map(|c| if long && c.is_numeric() { '*' } else { c }));
        out.push(if c.is_whitespace() { ' ' } else { c });
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_shown_in_full() {
        assert_eq!(masked("13800138000"), "138******00");
        assert_eq!(masked("138 0013 8000"), "138******00");
        assert_eq!(masked("439900190001010006"), "439*************06");
        assert_eq!(masked("12345"), "12345");
    }

    #[test]
    fn other_numbers_of_the_line_are_masked_too() {
        let line = "王某\t439900190001010006\t13800138000\t2024年";
        let at = line.find("138").unwrap();
        assert_eq!(excerpt(line, at, 11).line(), "*********** 138******00 2024年");
        assert_eq!(excerpt(line, 1, 3).number, "", "no boundary of a character");
        assert_eq!(excerpt("a", 5, usize::MAX).line(), "");
    }
}
