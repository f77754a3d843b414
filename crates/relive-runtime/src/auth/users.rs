//! The application's users, whatever their type.

use std::any::{Any, TypeId, type_name};
use std::future::Future;
use std::sync::Arc;

use crate::error::Result;
use crate::view::BoxFuture;

/// Where the application's users are: [`App::users`](crate::App::users) takes it.
///
/// ```
/// use relive_runtime::{App, Result, auth::Users};
///
/// #[derive(Clone)]
/// struct Account {
///     name: String,
///     staff: bool,
/// }
///
/// struct Accounts;
///
/// impl Users for Accounts {
///     type User = Account;
///
///     async fn find(&self, id: &str) -> Result<Option<Account>> {
///         // A database, usually.
///         Ok((id == "7").then(|| Account { name: "Ann".into(), staff: true }))
///     }
///
///     fn permits(&self, user: &Account, permission: &str) -> bool {
///         permission == "staff" && user.staff
///     }
/// }
///
/// let app = App::new(()).users(Accounts);
/// ```
pub trait Users: Send + Sync + 'static {
    /// A user, as views and handlers get it from `cx.user()`.
    type User: Clone + Send + Sync + 'static;

    /// The user with this id, which `log_in` was given. `None`: there is none (any more), and whoever was logged in as
    /// such is not.
    ///
    /// Runs before the hooks of each request, join and resume of somebody who is logged in.
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Self::User>>> + Send;

    /// Whether a user may do what [`permission_required`](super::permission_required) names. Without this method,
    /// nobody may do anything.
    fn permits(&self, user: &Self::User, permission: &str) -> bool {
        let _ = (user, permission);
        false
    }
}

/// A user, without the type.
pub(crate) type AnyUser = Arc<dyn Any + Send + Sync>;

/// [`Users`] without their type.
pub(crate) trait ErasedUsers: Send + Sync {
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>>;
    fn permits(&self, user: &AnyUser, permission: &str) -> bool;
    fn user_type(&self) -> (TypeId, &'static str);
}

impl<T: Users> ErasedUsers for T {
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async move {
            let user = Users::find(self, id).await?;
            Ok(user.map(|user| Arc::new(user) as AnyUser))
        })
    }

    fn permits(&self, user: &AnyUser, permission: &str) -> bool {
        let user = user.downcast_ref::<T::User>();
        user.is_some_and(|user| Users::permits(self, user, permission))
    }

    fn user_type(&self) -> (TypeId, &'static str) {
        (TypeId::of::<T::User>(), type_name::<T::User>())
    }
}
