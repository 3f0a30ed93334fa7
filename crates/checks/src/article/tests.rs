//! What is read of an article, and what is left alone. Clause N2.1.

use super::has_han;

#[test]
fn chinese_text_is_known_by_its_bytes() {
    assert!(has_han("<p>县"));
    assert!(has_han("一"));
    assert!(!has_han("<p>plain — “quoted” é あ</p>"));
}
