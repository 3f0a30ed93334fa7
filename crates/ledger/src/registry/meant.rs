//! The one site that a person means when he writes its name, its code, its address or its number. Clause N1.1.
//!
//! Looks in his scope only; what is not his is not there.

use platform::lookup;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::entity::site;
use crate::web::Scope;

/// What stands beside the field of a form.
pub const HELP: &str = "网站名称、标识码或首页网址。";

/// The site, or in the reader's language why there is no single one.
pub async fn site(
    db: &impl ConnectionTrait,
    scope: &Scope,
    words: &str,
) -> Result<Result<site::Model, &'static str>, DbErr> {
    use site::Column;
    let words = words.trim();
    if words.is_empty() {
        return Ok(Err("请填写网站名称、标识码或首页网址。"));
    }
    let all = site::Entity::find().filter(scope.on(Column::UnitPath)).order_by_asc(Column::Id);
    let bare = words.trim_end_matches('/');
    let exact = Condition::any()
        .add(Column::Code.eq(words))
        .add(Column::Name.eq(words))
        .add(Column::Home.is_in([bare.to_owned(), format!("{bare}/")]));
    let found = all.clone().filter(exact).limit(2).all(db).await?;
    if let Some(one) = single(found) {
        return Ok(one);
    }
    if let Ok(number) = words.parse::<i64>()
        && let Some(one) = all.clone().filter(Column::Id.eq(number)).one(db).await?
    {
        return Ok(Ok(one));
    }
    let part = lookup::any_holds([Column::Name, Column::Home], words);
    let found = all.filter(part).limit(2).all(db).await?;
    Ok(single(found)
        .unwrap_or(Err("没有这个网站，或者不在您的管辖范围内。请填写网站名称、标识码或首页网址。")))
}

/// `None` where nothing was found.
fn single(mut found: Vec<site::Model>) -> Option<Result<site::Model, &'static str>> {
    match found.len() {
        0 => None,
        1 => found.pop().map(Ok),
        _ => Some(Err("有不止一个这样的网站，请填写标识码或首页网址。")),
    }
}
