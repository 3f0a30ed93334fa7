//! The terms of each kind, and the form that sets others from a day on. Clauses N2.8, N3.8.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use base::deadline::Span;
use platform::clock::beijing;
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::obligation::commands::open::terms_now;
use crate::obligation::commands::terms::{self, TermsForm, read};
use crate::obligation::model::Kind;
use crate::obligation::store;
use crate::web::{Screen, flash};
use crate::{Actor, Cx};

#[derive(Serialize)]
struct View {
    kinds: Vec<KindView>,
    form: TermsForm,
    faults: Faults,
    choices: Vec<(&'static str, &'static str)>,
    spans: Vec<(&'static str, &'static str)>,
    may_set: bool,
}

#[derive(Serialize)]
struct KindView {
    name: &'static str,
    /// What holds today.
    now: String,
    /// What was set: from which day, what, on what basis, by whom.
    set: Vec<(String, String, String, String, bool)>,
}

async fn page(cx: &Cx, actor: &Actor, form: TermsForm, faults: Faults) -> Result<Response, Failure> {
    let (now, db) = (cx.now(), cx.db.read());
    let today = beijing(now).date_naive();
    let all = store::all_terms(db).await?;
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let set = all.iter().filter(|row| row.kind == kind).map(|row| {
            let words = read(row).words();
            (row.from_on.to_string(), words, row.basis.clone(), row.who.clone(), row.from_on > today)
        });
        kinds.push(KindView {
            name: kind.name(),
            now: terms_now(db, kind, now).await?.words(),
            set: set.collect(),
        });
    }
    let view = View {
        kinds,
        form,
        faults,
        choices: Kind::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        spans: vec![
            (Span::Working.word(), "工作日"),
            (Span::Calendar.word(), "自然日"),
            (Span::CalendarMoved.word(), "自然日，遇节假日顺延"),
        ],
        may_set: terms::may_set(cx, actor).await?,
    };
    let help = "每种事项给多少天、什么时候提醒和亮牌。改动从施行日起对新事项有效，已经开始的不改。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: "期限标准",
        section: "/obligation-terms",
        clause: "N2.8、N3.8",
        help,
    };
    Ok(screen.show("obligation_terms.html", view)?)
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let form = TermsForm {
        from: beijing(cx.now()).date_naive().to_string(),
        span: Span::Working.word().to_owned(),
        remind: "1".to_owned(),
        yellow: "0".to_owned(),
        red: "3".to_owned(),
        ..TermsForm::default()
    };
    page(&cx, &actor, form, Faults::default()).await
}

pub(super) async fn set(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<TermsForm>,
) -> Result<Response, Failure> {
    match terms::set(&cx, &actor, &form).await? {
        Ok(()) => Ok(flash("期限标准已设定。", "/obligation-terms")),
        Err(faults) => page(&cx, &actor, form, faults).await,
    }
}
