//! Known faults put into the text that a reader is shown, to see whether he notices them. Clauses N5.3, N5.7; pure.
//!
//! Only the text on the reader's screen is touched, never what is kept as evidence.

use checks::spelling::certain_pairs;

/// A fault that was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    pub wrong: &'static str,
    pub right: &'static str,
}

/// The shortest word that is changed; shorter ones stand in too many others.
const SHORTEST: usize = 3;

/// Chooses a word of the text that has a known misspelling; `chance` chooses among several. `None` where there is none.
pub fn plant(passages: &[String], chance: u64) -> Option<Planted> {
    let mut found: Vec<Planted> = Vec::new();
    for (wrong, right) in certain_pairs(SHORTEST) {
        let stands = passages.iter().any(|text| text.contains(right));
        // Where the page itself has the slip, one more tells nothing.
        let slipped = passages.iter().any(|text| text.contains(wrong));
        if stands && !slipped && found.iter().all(|one| one.right != right) {
            found.push(Planted { wrong, right });
        }
    }
    let at = usize::try_from(chance % found.len().max(1) as u64).unwrap_or(0);
    found.into_iter().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_text_is_misspelt_and_none_is_made_up() {
        let text = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let one = plant(&text(&["县政府召开会议，人民政府各部门参加。"]), 7).unwrap();
        assert!("县政府召开会议，人民政府各部门参加。".contains(one.right), "{one:?}");
        assert_ne!(one.wrong, one.right);
        assert_eq!(plant(&text(&["天气晴。"]), 7), None);
        assert_eq!(plant(&[], 7), None);
        let slipped = text(&["人民政府", one.wrong]);
        assert_ne!(plant(&slipped, 0).map(|two| two.wrong), Some(one.wrong));
    }
}
