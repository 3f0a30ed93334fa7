//! Saving a filter and removing it. Clauses N1.1, N5.3.

use platform::web::form::required;
use platform::web::{Failure, Refusal};
use sea_orm::Set;

use super::entity::saved_filter;
use super::store;
use crate::web::encode;
use crate::{Actor, Cx};

/// The lists whose questions can be saved.
pub const LISTS: [&str; 6] = ["/sites", "/findings", "/runs", "/availability", "/incidents", "/alerts"];
/// Filters of one person and list: more than a line of names helps nobody.
const MOST: usize = 20;
/// A question as an address holds it; a long one is no longer a filter.
const LONGEST: usize = 1_000;

/// Saves a question under a name; the same name again replaces it. What is wrong is told as a refusal: the form has one
/// field, and the list behind it is not lost.
pub async fn save(cx: &Cx, actor: &Actor, path: &str, name: &str, query: &str) -> Result<String, Failure> {
    let path =
        *LISTS.iter().find(|known| **known == path).ok_or_else(|| Refusal::new("这个列表不能保存筛选。"))?;
    let name = required(name, "名称", 20).map_err(Refusal::new)?;
    let query = question(query).ok_or_else(|| Refusal::new("请先筛选，再保存。"))?;
    let tx = cx.write().await?;
    let there = store::of_list(&*tx, actor.person, path).await?;
    match there.iter().find(|one| one.name == name) {
        Some(same) => store::remove(&tx, same.id).await?,
        None if there.len() >= MOST => {
            let words = format!("一个列表最多保存 {MOST} 个筛选，请先删除不用的。");
            return Err(Refusal::new(words).into());
        }
        None => {}
    }
    let row = saved_filter::ActiveModel {
        person_id: Set(actor.person),
        path: Set(path.to_owned()),
        name: Set(name),
        query: Set(query.clone()),
        created_at: Set(cx.now()),
        ..Default::default()
    };
    store::add(&tx, row).await?;
    tx.commit().await?;
    Ok(format!("{path}?{query}"))
}

/// Removes a filter. Returns the path of its list.
pub async fn remove(cx: &Cx, actor: &Actor, id: i64) -> Result<String, Failure> {
    let tx = cx.write().await?;
    let one = store::own(&*tx, actor.person, id).await?.ok_or(Failure::NotThere)?;
    store::remove(&tx, id).await?;
    tx.commit().await?;
    Ok(one.path)
}

/// A question taken apart and put together again, so that it holds pairs and nothing else; pages are left out. `None`
/// when nothing is left, or too much.
fn question(query: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let kept = pairs.filter(|(name, value)| !value.is_empty() && !["page", "rows"].contains(name));
    let safe = |text: &str| encode(&crate::web::decode(&text.replace('+', " ")));
    let whole: Vec<String> = kept.map(|(name, value)| format!("{}={}", safe(name), safe(value))).collect();
    let whole = whole.join("&");
    (!whole.is_empty() && whole.len() <= LONGEST).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_keeps_its_pairs_and_nothing_else() {
        let check = |query: &str, want: Option<&str>| assert_eq!(question(query).as_deref(), want, "{query}");
        check("q=%E9%9D%92&kind=&page=3&", Some("q=%E9%9D%92"));
        check("q=a+b&x=\r\nSet-Cookie: y", Some("q=a%20b&x=%0D%0ASet-Cookie%3A%20y"));
        check("", None);
        check("page=2&rows=50", None);
        check(&format!("q={}", "x".repeat(1_001)), None);
    }
}
