//! What a view's methods have at hand besides their own state.

use std::any::{Any, TypeId};
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::address::path_of;
use crate::auth::hop::{Hop, Hops};
use crate::auth::{Auth, Caller, ErasedUsers};
use crate::effects::{Effects, Level};
use crate::error::{Error, Result};
use crate::event::{PathValues, Payload, to_query};
use crate::gate::{Visitor, is_own_path};
use crate::handle::{ViewHandle, Views};
use crate::hooks::{Halt, Hook};
use crate::navigation::Layouts;
use crate::pubsub::{PubSub, Subscriber};
use crate::router::Urls;
use crate::task::Tasks;

/// The context of a view's methods: the request, the page, the application.
///
/// What a method asks for here (a title, a flash message, another address) goes to the page after the method, together
/// with the changes of the state.
pub struct Cx<V> {
    pub(crate) core: CxCore,
    view: PhantomData<fn() -> V>,
}

/// What a context holds, whatever its view.
pub(crate) struct CxCore {
    pub(crate) app: Arc<AppContext>,
    /// The name of the route that the view was mounted for.
    pub(crate) route: String,
    pub(crate) url: String,
    pub(crate) path_values: PathValues,
    pub(crate) effects: Effects,
    pub(crate) subscriber: Subscriber,
    pub(crate) topics: BTreeSet<String>,
    pub(crate) handle: ViewHandle,
    /// The names that the view registered itself under.
    pub(crate) names: BTreeSet<String>,
    /// The view's type, where its views are found by it.
    pub(crate) actor: Option<TypeId>,
    pub(crate) tasks: Tasks,
    pub(crate) connected: bool,
    /// The reference of the event that is being handled.
    pub(crate) reference: Option<u32>,
    /// A random name of the session, for event ids.
    pub(crate) session_name: String,
    pub(crate) csrf_token: String,
    /// Who the page's browser is, and who is logged in there.
    pub(crate) caller: Caller,
    pub(crate) hooks: Arc<[Hook]>,
    /// What hooks handed on.
    pub(crate) values: http::Extensions,
}

/// What all sessions of an application share.
pub(crate) struct AppContext {
    pub(crate) state: Box<dyn Fn() -> Box<dyn Any> + Send + Sync>,
    pub(crate) state_type: &'static str,
    pub(crate) pubsub: PubSub,
    pub(crate) views: Views,
    pub(crate) urls: Arc<dyn Urls>,
    pub(crate) users: Option<Box<dyn ErasedUsers>>,
    pub(crate) auth: Auth,
    pub(crate) hops: Hops,
    pub(crate) layouts: Layouts,
}

impl AppContext {
    /// A clone of the application's state.
    ///
    /// # Panics
    ///
    /// Where `T` is not its type.
    pub(crate) fn state<T: Clone + Send + 'static>(&self) -> T {
        match (self.state)().downcast::<T>() {
            Ok(state) => *state,
            Err(_) => panic!(
                "the application's state is `{}`, not `{}`",
                self.state_type,
                std::any::type_name::<T>()
            ),
        }
    }

    /// The address that a page which is connected goes to after a hook's redirect. Messages travel by a hop.
    pub(crate) fn leads_to(&self, halt: Halt, visitor: Visitor) -> String {
        if halt.flash.is_empty() && halt.login.is_none() {
            return halt.to;
        }
        let hop = Hop {
            to: halt.to,
            flash: halt.flash,
            login: halt.login,
        };
        self.hops.give(visitor, hop)
    }

    /// The path of a named route.
    pub(crate) fn url_for(&self, name: &str, args: &[(&str, &str)]) -> Result<String> {
        let args: Vec<_> = args
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Ok(self.urls.url(name, &args)?)
    }
}

impl<V> Cx<V> {
    pub(crate) fn new(core: CxCore) -> Self {
        Cx {
            core,
            view: PhantomData,
        }
    }

    /// The application's state: a clone of what `App::new` was given.
    ///
    /// # Panics
    ///
    /// Where `T` is not the type of the application's state.
    pub fn state<T: Clone + Send + 'static>(&self) -> T {
        self.core.app.state()
    }

    /// Path and query of the page.
    pub fn url(&self) -> &str {
        &self.core.url
    }

    /// The typed values of the URL pattern, as `mount` got them.
    ///
    /// # Errors
    ///
    /// Where they do not fit `T`.
    pub fn path<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(self.core.path_values.deserialize()?)
    }

    /// Whether a page is connected: `false` while the page is made over HTTP.
    pub fn connected(&self) -> bool {
        self.core.connected
    }

    /// A key for effects outside of the session (a payment): the same for the same event, however often it is sent to this
    /// session. A session that is mounted anew, after a restart for instance, has other keys. `None` outside of event handlers.
    pub fn event_id(&self) -> Option<String> {
        let reference = self.core.reference?;
        Some(format!("{}-{reference}", self.core.session_name))
    }

    /// Sets the page's title.
    pub fn page_title(&mut self, title: impl Into<String>) {
        self.core.effects.set_title(title.into());
    }

    /// The title that was set last.
    pub fn title(&self) -> Option<&str> {
        self.core.effects.title()
    }

    /// Sets a `<meta>` value of the page: `cx.page_meta("description", "…")`. Names that begin with `og:` or `twitter:`
    /// stand in the attribute `property`.
    pub fn page_meta(&mut self, name: impl Into<String>, content: impl Into<String>) {
        self.core
            .effects
            .set_meta(name.into(), Some(content.into()));
    }

    /// Takes a `<meta>` value out of the page.
    pub fn remove_meta(&mut self, name: impl Into<String>) {
        self.core.effects.set_meta(name.into(), None);
    }

    /// The `<meta>` values that were set, by name.
    pub fn meta(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = self.core.effects.meta().iter();
        values.filter_map(|(name, content)| Some((name.as_str(), content.as_deref()?)))
    }

    /// Shows a message in the page's `{% dj_flash %}`, as text.
    pub fn put_flash(&mut self, level: impl Into<Level>, message: impl Into<String>) {
        self.core.effects.flash(&level.into(), message.into());
    }

    /// Takes the flash messages of one level away, or all.
    pub fn clear_flash(&mut self, level: Option<Level>) {
        self.core.effects.clear_flash(level.as_ref());
    }

    /// Changes the page's address within this view, without a page load, and puts an entry into its history.
    /// `handle_params` runs when the handler has returned.
    ///
    /// ```ignore
    /// cx.live_patch("/todos/", &Filter { show: Show::Open })?;
    /// ```
    ///
    /// # Errors
    ///
    /// Where the path is not one of this view's route, or the query cannot be written as one.
    pub fn live_patch(&mut self, path: &str, query: &(impl Serialize + ?Sized)) -> Result {
        self.patch(path, query, false)
    }

    /// Like [`live_patch`](Self::live_patch), in place of the current history entry.
    ///
    /// # Errors
    ///
    /// As [`live_patch`](Self::live_patch).
    pub fn live_patch_replace(&mut self, path: &str, query: &(impl Serialize + ?Sized)) -> Result {
        self.patch(path, query, true)
    }

    fn patch(&mut self, path: &str, query: &(impl Serialize + ?Sized), replace: bool) -> Result {
        let found = self.core.app.urls.locate(path);
        if found.is_none_or(|(route, _)| route != self.core.route) || !is_own_path(path) {
            return Err(Error::msg(format_args!(
                "live_patch: the path \"{}\" is not one of the route `{}`",
                path.escape_debug(),
                self.core.route
            )));
        }
        let query = to_query(query)?;
        let url = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        self.core.effects.patch(url, replace);
        Ok(())
    }

    /// The path of a named route.
    ///
    /// # Errors
    ///
    /// Where there is no such route, or the arguments do not fit its pattern.
    pub fn url_for(&self, name: &str, args: &[(&str, &str)]) -> Result<String> {
        self.core.app.url_for(name, args)
    }

    /// Sends an event to the page's JavaScript.
    ///
    /// # Errors
    ///
    /// Where `payload` cannot be serialised.
    pub fn push_event(
        &mut self,
        name: impl Into<String>,
        payload: &(impl Serialize + ?Sized),
    ) -> Result {
        let payload = serde_json::to_value(payload)?;
        self.core.effects.push(name.into(), payload);
        Ok(())
    }

    /// From now on, messages to `topic` come to `handle_info`.
    pub fn subscribe(&mut self, topic: &str) {
        if self.core.topics.insert(topic.to_owned()) {
            self.core.app.pubsub.subscribe(topic, &self.core.subscriber);
        }
    }

    /// Messages to `topic` no longer come.
    pub fn unsubscribe(&mut self, topic: &str) {
        if self.core.topics.remove(topic) {
            self.core
                .app
                .pubsub
                .unsubscribe(topic, self.core.subscriber.session);
        }
    }

    /// Sends a message to all views that subscribed to `topic`, this one included.
    ///
    /// # Errors
    ///
    /// Where `payload` cannot be serialised.
    pub fn broadcast(
        &self,
        topic: &str,
        event: &str,
        payload: &(impl Serialize + ?Sized),
    ) -> Result {
        self.core.app.pubsub.broadcast(topic, event, payload)?;
        Ok(())
    }

    /// Sends a message to all other views that subscribed to `topic`.
    ///
    /// # Errors
    ///
    /// Where `payload` cannot be serialised.
    pub fn broadcast_from(
        &self,
        topic: &str,
        event: &str,
        payload: &(impl Serialize + ?Sized),
    ) -> Result {
        let data = Payload::new(payload)?;
        self.core
            .app
            .pubsub
            .send(topic, event, data, Some(self.core.subscriber.session));
        Ok(())
    }

    /// The application's topics, to broadcast from outside of a view (a background thread, an HTTP handler).
    pub fn pubsub(&self) -> PubSub {
        self.core.app.pubsub.clone()
    }

    /// A way to this view, for whoever has something to tell it: a task, a thread, another view.
    pub fn handle(&self) -> ViewHandle {
        self.core.handle.clone()
    }

    /// From now on, [`Views::get`] finds this view under `name`, until it ends. Where another view had the name (an
    /// earlier load of the same page may still have it), that one has it no more, and is given back.
    pub fn register(&mut self, name: &str) -> Option<ViewHandle> {
        self.core.names.insert(name.to_owned());
        self.core.app.views.register(name, &self.core.handle)
    }

    /// [`Views::get`] no longer finds this view under `name`.
    pub fn unregister(&mut self, name: &str) {
        if self.core.names.remove(name) {
            self.core.app.views.unregister(name, &self.core.handle);
        }
    }

    /// The views that can be addressed.
    pub fn views(&self) -> Views {
        self.core.app.views.clone()
    }
}

impl CxCore {
    /// Comes to another address; says whether it is one of the view's route.
    pub(crate) fn visit(&mut self, url: &str) -> bool {
        let path = path_of(url);
        match self.app.urls.locate(path) {
            Some((route, values)) if route == self.route => {
                self.path_values = values.into_iter().collect();
                self.url = url.to_owned();
                true
            }
            _ => false,
        }
    }

    /// As it was before `mount`, for a view that is mounted again.
    pub(crate) fn reset(&mut self) {
        self.unsubscribe_all();
        self.unregister_all();
        self.tasks.stop_all();
        self.reference = None;
    }

    /// The view is found by its type.
    pub(crate) fn become_actor(&mut self, view: TypeId) {
        self.app.views.add_actor(view, &self.handle);
        self.actor = Some(view);
    }

    pub(crate) fn unregister_all(&mut self) {
        for name in std::mem::take(&mut self.names) {
            self.app.views.unregister(&name, &self.handle);
        }
    }

    pub(crate) fn unsubscribe_all(&mut self) {
        for topic in std::mem::take(&mut self.topics) {
            self.app.pubsub.unsubscribe(&topic, self.subscriber.session);
        }
    }
}

impl Drop for CxCore {
    fn drop(&mut self) {
        self.unsubscribe_all();
        self.unregister_all();
        if let Some(view) = self.actor {
            self.app.views.remove_actor(view, &self.handle);
        }
        self.tasks.stop_all();
    }
}
