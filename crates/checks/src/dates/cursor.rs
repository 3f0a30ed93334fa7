//! A place in a text from which figures and signs are read. Clause N2.1.
//!
//! Every step is bounded, so that reading a text stays linear.

/// Figures of one number that are read; longer ones are no parts of a date.
const MAX_FIGURES: usize = 40;

pub(super) fn is_wide_digit(c: char) -> bool {
    ('０'..='９').contains(&c)
}

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str, at: usize) -> Cursor<'t> {
        Cursor { text, at }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The character before the place, if any.
    pub fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// Takes the next character if it is one of those.
    pub fn eat(&mut self, wanted: &[char]) -> Option<char> {
        let c = self.peek().filter(|c| wanted.contains(c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Takes a word.
    pub fn word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Takes blanks, at most `limit`.
    pub fn blanks(&mut self, limit: usize) {
        for _ in 0..limit {
            match self.peek() {
                Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    /// Takes a run of figures: its value (capped) and length.
    pub fn figures(&mut self) -> Option<(u32, usize)> {
        let (mut value, mut len) = (0u32, 0);
        while len < MAX_FIGURES
            && let Some(d) = self.peek().and_then(digit)
        {
            value = value.saturating_mul(10).saturating_add(d);
            len += 1;
            self.at += self.peek().map_or(1, char::len_utf8);
        }
        (len > 0).then_some((value, len))
    }

    /// Takes a number of at most two figures.
    pub fn small(&mut self) -> Option<i8> {
        let mut ahead = *self;
        let (value, len) = ahead.figures()?;
        if len > 2 {
            return None;
        }
        *self = ahead;
        i8::try_from(value).ok()
    }
}
