//! The values that a template is rendered with.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::{Error, LazyItems};

/// The values that a template is rendered with, by name, in the form that its engine keeps them.
///
/// An [`Engine`](crate::Engine) makes an empty one; values go in one by one, so that a value which
/// did not change since the last render need not be converted again.
///
/// ```
/// use relive_template::{Engine, TeraEngine};
///
/// let mut engine = TeraEngine::new();
/// engine.add_inline("hello", "Hello {{ name }}, {{ age }}!")?;
/// engine.finish()?;
///
/// let mut context = engine.context();
/// context.insert("name", "Ann & Bob");
/// context.insert("age", &42);
/// let mut out = String::new();
/// engine.render("hello", &context, &mut out)?;
/// assert_eq!(out, "Hello Ann &amp; Bob, 42!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Context {
    values: Box<dyn ContextValues>,
    failure: Option<Error>,
}

/// What an engine keeps its values in; only adapters of engines need this.
pub trait ContextValues: Any + Send + Sync {
    /// Puts a value in, in place of an earlier one of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) where the value does not serialise; the
    /// earlier value stays.
    fn insert(&mut self, name: &str, value: &dyn erased_serde::Serialize) -> Result<(), Error>;

    /// Puts a stream in, in place of an earlier value of this name: a loop over it reads the items.
    fn insert_stream(&mut self, name: &str, items: Arc<dyn LazyItems>);

    /// Takes a value out, and says whether there was one.
    fn remove(&mut self, name: &str) -> bool;

    /// Whether there is a value of this name.
    fn contains(&self, name: &str) -> bool;

    /// The names of all values, sorted.
    fn names(&self) -> Vec<String>;
}

impl Context {
    /// A context that keeps its values in the way that an engine has chosen.
    #[must_use]
    pub fn new(values: impl ContextValues) -> Self {
        Self {
            values: Box::new(values),
            failure: None,
        }
    }

    /// Puts a value in, in place of an earlier one of this name.
    ///
    /// A value that does not serialise makes the render fail, with an error that names the variable.
    pub fn insert<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        if let Err(error) = self.try_insert(name, value) {
            self.failure.get_or_insert(error);
        }
    }

    /// Puts a value in, in place of an earlier one of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Value`](crate::ErrorKind::Value), naming the variable, where the value does not
    /// serialise; the earlier value stays.
    pub fn try_insert<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), Error> {
        self.values.insert(name, &value)
    }

    /// Puts a stream in, in place of an earlier value of this name: nothing is read before a template loops over it.
    pub fn insert_stream(&mut self, name: &str, items: Arc<dyn LazyItems>) {
        self.values.insert_stream(name, items);
    }

    /// Whether all values went in; engines ask before they render.
    ///
    /// # Errors
    ///
    /// The first failure of [`insert`](Self::insert).
    pub fn check(&self) -> Result<(), Error> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Takes a value out, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.values.remove(name)
    }

    /// Whether there is a value of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.values.contains(name)
    }

    /// The names of all values, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.values.names()
    }

    /// The values in an engine's own form, where that engine made this context.
    #[must_use]
    pub fn values<V: ContextValues>(&self) -> Option<&V> {
        let values: &dyn Any = &*self.values;
        values.downcast_ref()
    }
}

impl fmt::Debug for Context {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(&self.names()).finish()
    }
}
