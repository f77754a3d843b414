//! The page: its state, and what happens when something is clicked, typed or changed elsewhere.

use relive::prelude::*;

use crate::draft::Draft;
use crate::store::{Direction, Page, Show, Store, StoreError, Todo};

/// Every window listens to this topic and reads the list again when another one has changed it.
const TOPIC: &str = "todos";

#[derive(LiveView)]
#[live_view(template_name = "todos.html")]
pub(crate) struct Todos {
    show: Show,
    /// The rows that are shown, and how many there are in the whole list.
    todos: Vec<Todo>,
    open: u32,
    done: u32,
    new: Draft,
    editing: Option<Editing>,
    /// The row whose edit field has just been closed: its button takes the focus, once.
    #[live(temporary)]
    focus: Option<i64>,
    #[live(private)]
    store: Store,
}

/// The row that is being edited. Its text is this window's own until it is saved.
#[derive(Serialize)]
struct Editing {
    id: i64,
    draft: Draft,
}

/// The query of the page's address: `/?show=open`.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    show: Show,
}

#[live_view]
impl Todos {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.subscribe(TOPIC);
        Todos {
            show: Show::All,
            todos: Vec::new(),
            open: 0,
            done: 0,
            new: Draft::default(),
            editing: None,
            focus: None,
            store: cx.state(),
        }
    }

    /// Runs after `mount`, and whenever a filter is chosen or the browser goes back or forward.
    async fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) -> Result {
        self.show = query.show;
        self.load(cx).await
    }

    /// Another window has changed the list. What exactly does not matter: all is read again, so nothing can be missed.
    async fn handle_info(&mut self, cx: &mut Cx<Self>) -> Result {
        self.load(cx).await
    }

    #[event_handler]
    fn type_new(&mut self, value: String) {
        self.new.type_in(value);
    }

    #[event_handler]
    async fn add(&mut self, cx: &mut Cx<Self>, title: String) -> Result {
        let Some(title) = self.new.submit(title) else {
            return Ok(());
        };
        let added = self.store.add(title.clone()).await;
        if self.changed(cx, added).await?.is_some() {
            self.new = Draft::default();
            confirm(cx, Level::Success, format!("Added “{title}”"));
        }
        Ok(())
    }

    #[event_handler]
    async fn toggle(&mut self, cx: &mut Cx<Self>, id: i64, value: bool) -> Result {
        let toggled = self.store.set_done(id, value).await;
        self.changed(cx, toggled).await?;
        Ok(())
    }

    /// Marks everything done, or, where everything is, open.
    #[event_handler]
    async fn toggle_all(&mut self, cx: &mut Cx<Self>) -> Result {
        let toggled = self.store.set_all_done(self.open > 0).await;
        self.changed(cx, toggled).await?;
        Ok(())
    }

    #[event_handler]
    async fn shift(&mut self, cx: &mut Cx<Self>, id: i64, to: Direction) -> Result {
        let shifted = self.store.shift(id, to, self.show).await;
        self.changed(cx, shifted).await?;
        Ok(())
    }

    #[event_handler]
    async fn delete(&mut self, cx: &mut Cx<Self>, id: i64) -> Result {
        let deleted = self.store.delete(id).await;
        if let Some(Some(title)) = self.changed(cx, deleted).await? {
            confirm(cx, Level::Info, format!("Deleted “{title}”"));
        }
        Ok(())
    }

    #[event_handler]
    async fn clear_done(&mut self, cx: &mut Cx<Self>) -> Result {
        let cleared = self.store.clear_done().await;
        if let Some(count) = self.changed(cx, cleared).await? {
            confirm(cx, Level::Info, format!("Deleted {count} done"));
        }
        Ok(())
    }

    /// Opens a row's edit field. One that is open already is saved first, and stays open if it cannot be.
    #[event_handler]
    async fn edit(&mut self, cx: &mut Cx<Self>, id: i64) -> Result {
        if let Some(open) = &mut self.editing {
            let Some(title) = open.draft.submit_again() else {
                return Ok(());
            };
            let open = open.id;
            if !self.rename(cx, open, title).await? {
                return Ok(());
            }
        }
        self.editing = self
            .todos
            .iter()
            .find(|todo| todo.id == id)
            .map(|todo| Editing {
                id,
                draft: Draft::new(&todo.title),
            });
        Ok(())
    }

    #[event_handler]
    fn type_edit(&mut self, value: String) {
        if let Some(editing) = &mut self.editing {
            editing.draft.type_in(value);
        }
    }

    #[event_handler]
    async fn save(&mut self, cx: &mut Cx<Self>, title: String) -> Result {
        let Some(editing) = &mut self.editing else {
            return Ok(());
        };
        let Some(title) = editing.draft.submit(title) else {
            return Ok(());
        };
        let id = editing.id;
        if self.rename(cx, id, title).await? {
            self.focus = Some(id);
        }
        Ok(())
    }

    /// Closes the edit field: with its button, or with Escape (which sends the key along).
    #[event_handler]
    async fn cancel(&mut self, cx: &mut Cx<Self>, #[default] _key: String) -> Result {
        self.focus = self.editing.take().map(|editing| editing.id);
        self.load(cx).await
    }
}

impl Todos {
    /// Gives the row that is edited its new title and closes its field. `false`: that did not work, and the user was told.
    async fn rename(&mut self, cx: &mut Cx<Self>, id: i64, title: String) -> Result<bool> {
        let renamed = self.store.rename(id, title).await;
        if let Ok(true) = renamed {
            self.editing = None;
        }
        Ok(self.changed(cx, renamed).await? == Some(true))
    }

    /// What follows every change: the other windows are told, and the list is read again. A change that failed is told
    /// to the user, and `None` comes back.
    async fn changed<T>(
        &mut self,
        cx: &mut Cx<Self>,
        outcome: Result<T, StoreError>,
    ) -> Result<Option<T>> {
        match outcome {
            Ok(value) => {
                cx.broadcast_from(TOPIC, "changed", &())?;
                self.load(cx).await?;
                Ok(Some(value))
            }
            Err(error) => {
                cx.put_flash(Level::Error, format!("That was not saved: {error}"));
                Ok(None)
            }
        }
    }

    async fn load(&mut self, cx: &mut Cx<Self>) -> Result {
        // A row stays in sight while it is edited, whatever becomes of it elsewhere.
        let editing = self.editing.as_ref().map(|editing| editing.id);
        let Page { todos, open, done } = self.store.page(self.show, editing).await?;
        if let Some(lost) = self
            .editing
            .take_if(|editing| todos.iter().all(|todo| todo.id != editing.id))
        {
            let text = lost.draft.text();
            cx.put_flash(
                Level::Warning,
                format!("“{text}” was deleted while you edited it"),
            );
        }
        (self.todos, self.open, self.done) = (todos, open, done);
        cx.page_title(format!("{open} open · To-do"));
        Ok(())
    }
}

/// Says that something worked, in place of what was said before. (Warnings and errors stay for their time.)
fn confirm(cx: &mut Cx<Todos>, level: Level, message: String) {
    for said_before in [Level::Success, Level::Info] {
        cx.clear_flash(Some(said_before));
    }
    cx.put_flash(level, message);
}
