//! Runs of digits in a line, with what stands on either side of them. Serves N2.2.
//!
//! A number that is part of something longer (a decimal, a code with letters, a masked number) is no run at all.
//! Judges nothing about what a number means.

/// Digits that belong together, as they stand in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Digits as ASCII, also where they were written full-width; a check letter X closes an identity number.
    pub digits: String,
    /// Byte range in the line.
    pub start: usize,
    pub end: usize,
    /// The sign that ties it to the group before: a blank or a hyphen; `None` where it stands alone.
    pub tied: Option<char>,
}

/// Longest run that is looked at; a longer one is no number of a person or card.
const MOST_DIGITS: usize = 24;

/// Whether a line holds enough digits in a row for a number of a person: a quick look that most lines end with.
pub fn may_hold_number(line: &str) -> bool {
    // Mobiles are the shortest.
    const SHORTEST: usize = 11;
    let mut run = 0;
    line.chars().any(|c| {
        run = match digit(c) {
            Some(_) => run + 1,
            None if is_tie(c) => run,
            None => 0,
        };
        run == SHORTEST
    })
}

/// Every run of digits that is not part of a longer code. Runs tied by one blank or hyphen follow one another.
pub fn groups(line: &str) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    let mut chars = line.char_indices().peekable();
    let mut before: [Option<char>; 2] = [None, None];
    // Where the last run ended, and whether a sign that may tie followed it at once.
    let mut last_end = usize::MAX;
    while let Some((start, c)) = chars.next() {
        let Some(first) = digit(c) else {
            before = [before[1], Some(c)];
            continue;
        };
        let mut digits = String::from(first);
        let mut end = start + c.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            let Some(next) = digit(c) else { break };
            if digits.len() <= MOST_DIGITS {
                digits.push(next);
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let mut rest = line[end..].chars();
        if digits.len() == 17 && rest.clone().next().is_some_and(|c| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ')) {
            digits.push('X');
            let (at, c) = chars.next().unwrap_or((end, 'X'));
            end = at + c.len_utf8();
            rest = line[end..].chars();
        }
        let tied = match before[1] {
            Some(sign) if is_tie(sign) && last_end.checked_add(sign.len_utf8()) == Some(start) => Some(sign),
            _ => None,
        };
        last_end = end;
        let whole = digits.len() <= MOST_DIGITS
            && may_precede(before, &line[..start])
            && may_follow(rest.next(), rest.next());
        if whole {
            out.push(Group { digits, start, end, tied });
        } else {
            // A run that is cut out of something longer breaks the chain of ties.
            last_end = usize::MAX;
        }
        before = [None, Some('0')];
    }
    out
}

/// ASCII or full-width digit.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        _ => None,
    }
}

/// Signs that people put into numbers to read them better.
pub fn is_tie(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '-' | '\u{2010}' | '\u{2011}' | '－')
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '*' | '＊' | '#' | '=' | '&' | '%')
        || ('Ａ'..='Ｚ').contains(&c)
        || ('ａ'..='ｚ').contains(&c)
}

/// Whether a number may begin after these characters. Letters may stand before it where they say “phone”.
fn may_precede(before: [Option<char>; 2], text: &str) -> bool {
    match before {
        [Some(a), Some('.' | '．')] if digit(a).is_some() => false,
        [_, Some('¥' | '￥' | '$')] => false,
        [_, Some(c)] if c.is_ascii_alphabetic() => {
            let word = text.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            ["tel", "phone", "mobile", "mob"].iter().any(|known| word.eq_ignore_ascii_case(known))
        }
        [_, Some(c)] => !is_word(c),
        _ => true,
    }
}

/// Whether a number may end before these characters: not before a letter, a fraction, or a unit of measure.
fn may_follow(first: Option<char>, second: Option<char>) -> bool {
    const UNITS: &str = "元万亿千百吨米平公亩人户个件股份次吋％‰℃度";
    match (first, second) {
        (Some('.' | '．'), Some(c)) if digit(c).is_some() => false,
        (Some(c), _) => !is_word(c) && !UNITS.contains(c),
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::groups;

    fn check(line: &str, expected: &[&str]) {
        let found: Vec<String> = groups(line).into_iter().map(|g| g.digits).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn runs_stand_alone_or_are_left_out() {
        check("电话：13800138000。", &["13800138000"]);
        check("１３８００１３８０００", &["13800138000"]);
        check("tel13800138000", &["13800138000"]);
        check("5f3813800138000a", &[]);
        check("116.4074138001380", &[]);
        check("138****8000", &[]);
        check("13800138000元", &[]);
        check("11010119000101001X", &["11010119000101001X"]);
        check("11010119000101001XY", &[]);
    }

    #[test]
    fn ties_are_told() {
        let ties: Vec<_> = groups("138 0013-8000  1").into_iter().map(|g| g.tied).collect();
        assert_eq!(ties, [None, Some(' '), Some('-'), None]);
    }

    #[test]
    fn the_longest_line_takes_linear_time() {
        assert!(groups(&"1".repeat(1_000_000)).is_empty());
        assert_eq!(groups(&"1 ".repeat(100_000)).len(), 100_000);
    }
}
