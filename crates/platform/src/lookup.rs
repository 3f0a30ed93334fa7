//! Words looked for in columns: as typed, whatever their case, on both databases. Serves all clauses.
//!
//! Only makes conditions; what a person may see is narrowed by whoever asks.

use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition};

/// Rows in which any of these columns holds the words. `%` and `_` are letters like others; letters of the Latin alphabet
/// match in both cases, which the engines' own `LIKE` sees differently.
pub fn any_holds<C: ColumnTrait>(columns: impl IntoIterator<Item = C>, words: &str) -> Condition {
    any_has(columns.into_iter().map(|column| column.into_expr()), words)
}

/// The same of columns that are no table's own.
pub fn any_has(columns: impl IntoIterator<Item = Expr>, words: &str) -> Condition {
    let pattern = pattern(words);
    let holds =
        |column: Expr| Expr::from(Func::lower(column)).like(LikeExpr::new(pattern.as_str()).escape('\\'));
    columns.into_iter().fold(Condition::any(), |any, column| any.add(holds(column)))
}

/// Rows in which a column of texts that were made small by [`sought`] holds the words. Nothing is made small for each
/// row, which is most of the time on PostgreSQL.
pub fn is_sought<C: ColumnTrait>(column: C, words: &str) -> Condition {
    // A text without the words is another text. Both engines replace several times faster than they match patterns.
    let without = Func::cust("replace").arg(column.into_expr()).arg(words.to_lowercase()).arg("");
    Condition::all().add(Expr::from(without).ne(column.into_expr()))
}

/// Texts of a row as [`is_sought`] looks for words in them.
pub fn sought(texts: &[&str]) -> String {
    texts.join(" ").to_lowercase()
}

fn pattern(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 2);
    out.push('%');
    for letter in words.chars() {
        if !letter.is_ascii() && letter.is_uppercase() {
            // One engine's lower() changes it and the other's does not: any letter will do.
            out.push('_');
            continue;
        }
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out.push('%');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_as_it_stands() {
        for (words, expected) in
            [("公开", "%公开%"), ("50%", "%50\\%%"), ("A_b", "%a\\_b%"), ("\\x", "%\\\\x%"), ("É", "%_%")]
        {
            assert_eq!(pattern(words), expected);
        }
    }
}
