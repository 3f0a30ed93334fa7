//! Which characters look alike, or are typed alike with Wubi. Serves N2.2.
//!
//! Three codes describe a character's shape: Cangjie and four corners (Unicode's data) and Wubi. Alike in at least
//! two of them means alike to the eye; equal Wubi codes are slips of the keyboard even where the eye sees none.

use std::collections::HashMap;

use crate::Unihan;

/// Likeness from which a look-alike is kept, of 3.0.
const LEAST: f32 = 1.0;
/// Look-alikes kept for each character.
const MOST: usize = 12;

struct Shape {
    cangjie: Vec<u8>,
    corners: Vec<u8>,
    wubi: Vec<u8>,
}

/// For each character its look-alikes (index and likeness of 255), likest first.
pub fn look_alikes(
    characters: &[char],
    weight: &[u32],
    unihan: &Unihan,
    wubi: &HashMap<String, Vec<String>>,
) -> Vec<Vec<(usize, u8)>> {
    let shapes: Vec<Shape> = characters.iter().map(|c| shape(*c, unihan, wubi)).collect();
    (0..characters.len())
        .map(|a| {
            let mut list: Vec<(usize, f32)> = (0..characters.len())
                .filter(|b| *b != a && weight[*b] > 0)
                .map(|b| (b, likeness(&shapes[a], &shapes[b])))
                .filter(|(_, likeness)| *likeness >= LEAST)
                .collect();
            // Of equally like ones the commoner is the likelier slip.
            let rank = |(b, likeness): &(usize, f32)| likeness + (weight[*b] as f32 + 1.0).ln() / 16.0;
            list.sort_by(|x, y| rank(y).total_cmp(&rank(x)));
            list.truncate(MOST);
            list.into_iter().map(|(b, likeness)| (b, (likeness / 3.0 * 255.0).min(255.0) as u8)).collect()
        })
        .collect()
}

fn shape(c: char, unihan: &Unihan, wubi: &HashMap<String, Vec<String>>) -> Shape {
    let first = |text: Option<&str>| {
        text.and_then(|t| t.split(' ').next()).map(|t| t.replace('.', "").into_bytes()).unwrap_or_default()
    };
    let codes = wubi.get(&c.to_string());
    let longest = codes.and_then(|c| c.iter().max_by_key(|code| code.len()));
    Shape {
        cangjie: first(unihan.of(c, "kCangjie")),
        corners: first(unihan.of(c, "kFourCornerCode")),
        wubi: longest.map(|c| c.clone().into_bytes()).unwrap_or_default(),
    }
}

fn likeness(a: &Shape, b: &Shape) -> f32 {
    let corners = a.corners.iter().zip(&b.corners).filter(|(x, y)| x == y).count() as f32 / 5.0;
    let cangjie = common(&a.cangjie, &b.cangjie);
    // The dearest part last: most pairs are told apart by the other two.
    if corners + cangjie < 0.2 {
        return 0.0;
    }
    corners + cangjie + common(&a.wubi, &b.wubi)
}

/// Share of the two codes that is a common series.
fn common(a: &[u8], b: &[u8]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let mut row = [0_u8; 9];
    for x in a.iter().take(8) {
        let mut diagonal = 0;
        for (n, y) in b.iter().take(8).enumerate() {
            let above = row[n + 1];
            row[n + 1] = if x == y { diagonal + 1 } else { above.max(row[n]) };
            diagonal = above;
        }
    }
    f32::from(row[b.len().min(8)]) * 2.0 / (a.len() + b.len()) as f32
}
