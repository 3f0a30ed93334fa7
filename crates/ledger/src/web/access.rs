//! Routes with who may use them: the access table is what the router is built from. Serves N4.7.
//!
//! There is no other way to add a route, so none can be missing from the table. The scope (which rows) is in each
//! query; this is only about which screens and commands.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use platform::web::{Failure, Refusal, answer};

use super::Actor;
use crate::Cx;
use crate::api::{PREFIX, Spec};
use crate::identity::model::{Must, Role};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, logged in or not.
    Public,
    /// Whoever is logged in, even if he still owes a new password: the screens where he pays that debt.
    Person,
    /// Whoever holds one of these roles.
    Roles(&'static [Role]),
}

/// One line of the access table.
#[derive(Clone, Debug)]
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// What an API route takes and answers; screens have none.
    pub spec: Option<&'static Spec>,
}

/// Routes and their table.
#[derive(Default)]
pub struct Routes {
    router: Router<Cx>,
    table: Vec<Entry>,
}

impl Routes {
    /// A screen.
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: Handler<T, Cx>,
        T: 'static,
    {
        self.add(Method::GET, path, access, None, on(MethodFilter::GET, handler))
    }

    /// A list as files: the same rows under an address that ends with `.csv` and one that ends with `.xlsx`.
    pub fn files<H, T>(self, paths: [&'static str; 2], access: Access, handler: H) -> Routes
    where
        H: Handler<T, Cx>,
        T: 'static,
    {
        let [csv, xlsx] = paths;
        self.get(csv, access, handler.clone()).get(xlsx, access, handler)
    }

    /// A command.
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: Handler<T, Cx>,
        T: 'static,
    {
        self.add(Method::POST, path, access, None, on(MethodFilter::POST, handler))
    }

    /// A route of the API, with its description.
    ///
    /// # Panics
    /// For a method that no route can have, such as CONNECT: when the program starts.
    pub fn api<H, T>(
        self,
        method: Method,
        path: &'static str,
        access: Access,
        spec: &'static Spec,
        handler: H,
    ) -> Routes
    where
        H: Handler<T, Cx>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("a method that routes have");
        self.add(method, path, access, Some(spec), on(filter, handler))
    }

    /// The routes of another slice beside these.
    pub fn merge(mut self, other: Routes) -> Routes {
        self.table.extend(other.table);
        Routes { router: self.router.merge(other.router), table: self.table }
    }

    /// The table, in the order in which the routes were added.
    pub fn table(&self) -> &[Entry] {
        &self.table
    }

    /// The router, to be wrapped into the frame.
    pub fn into_router(self) -> Router<Cx> {
        self.router
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        spec: Option<&'static Spec>,
        route: MethodRouter<Cx>,
    ) -> Routes {
        self.table.push(Entry { method, path, access, spec });
        let guard = from_fn(move |request, next| guard(access, request, next));
        Routes { router: self.router.route(path, route.layer(guard)), table: self.table }
    }
}

async fn guard(access: Access, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>();
    let is_api = request.uri().path().starts_with(PREFIX);
    match (access, actor) {
        (Access::Public, _) => next.run(request).await,
        (_, None) if is_api => {
            let words = "请求没有带令牌：Authorization: Bearer 后面写令牌，在“我的账号—API 令牌”中创建。";
            Failure::from(Refusal { status: StatusCode::UNAUTHORIZED, words: words.to_owned() })
                .into_response()
        }
        // What was typed is not lost: the page that tells it offers to send the form again.
        (_, None) if request.method() == Method::POST && expired(&request) => {
            let words = "登录已过期，刚才的操作没有保存。请先在新窗口登录，再回到这里重新提交。";
            Failure::from(Refusal { status: StatusCode::UNAUTHORIZED, words: words.to_owned() })
                .into_response()
        }
        (_, None) => to_login(&request),
        (Access::Person, Some(_)) => next.run(request).await,
        (Access::Roles(_), Some(Actor { must: Some(_), .. })) if is_api => {
            let words = "令牌的本人须先登录系统修改密码或绑定手机，令牌才能继续使用。";
            Failure::from(Refusal::forbidden(words)).into_response()
        }
        (Access::Roles(_), Some(Actor { must: Some(must), .. })) => answer::see(match must {
            Must::ChangePassword => "/account/password",
            Must::BindPhone => "/account/phone",
        }),
        (Access::Roles(roles), Some(actor)) if actor.has_any(roles) => next.run(request).await,
        (Access::Roles(roles), Some(_)) => {
            let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
            let words =
                format!("这个功能由{}使用，您没有这些角色。需要时请安全管理员授权。", names.join("、"));
            Failure::from(Refusal::forbidden(words)).into_response()
        }
    }
}

/// Whether the one who asks had a session, which has ended meanwhile.
fn expired(request: &Request) -> bool {
    super::screen::cookies(request.headers()).contains_key(super::SESSION_COOKIE)
}

/// To the login, and back here afterwards; a form that was sent is not replayed, so its reader comes back to the list
/// he was on as well as can be told.
fn to_login(request: &Request) -> Response {
    let back = match *request.method() {
        Method::GET => request.uri().path_and_query().map_or("/", |p| p.as_str()),
        _ => "/",
    };
    let next: String = super::screen::encode(back);
    answer::see(&format!("/login?next={next}"))
}
