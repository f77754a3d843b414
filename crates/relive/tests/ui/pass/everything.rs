//! All that a view can be, without a warning.
#![deny(warnings, clippy::all)]

use std::collections::BTreeMap;
use std::time::Instant;

use relive::prelude::*;

#[derive(Deserialize, Serialize, Clone, Copy)]
struct ItemId(u64);

#[derive(Deserialize, Default)]
struct Filter {
    #[serde(default)]
    page: u32,
}

#[derive(Deserialize)]
struct Form {
    name: String,
    done: bool,
}

/// A hook.
#[on_mount]
pub async fn only_here(cx: &mut HookCx<'_>) -> Result<Next> {
    cx.put(7_u8);
    Ok(Next::Continue)
}

#[on_mount]
fn quick(_cx: &mut HookCx<'_>) -> Next {
    Next::redirect("/")
}

fn signed_in() -> Hooks {
    Hooks::named("signed in").include(only_here).hook(quick)
}

#[derive(LiveView)]
#[live_view(template_name = "items.html", on_mount = [only_here, login_required("/log-in/"), signed_in()])]
struct Items {
    names: Vec<String>,
    r#type: String,
    #[live(temporary)]
    notices: Vec<String>,
    #[live(temporary = -1)]
    changed: i64,
    #[live(private)]
    started: Instant,
    _secret: Instant,
    page: u32,
}

#[live_view]
impl Items {
    /// The only constructor.
    async fn mount(cx: &mut Cx<Self>, pk: i64) -> Result<Self> {
        cx.page_title("Items");
        Ok(Items {
            names: Vec::new(),
            r#type: String::new(),
            notices: Vec::new(),
            changed: pk,
            started: Instant::now(),
            _secret: Instant::now(),
            page: 0,
        })
    }

    async fn handle_params(&mut self, _cx: &mut Cx<Self>, filter: Filter) -> Result {
        self.page = filter.page;
        Ok(())
    }

    async fn handle_info(&mut self, cx: &mut Cx<Self>, event: &str, data: Payload) -> Result {
        cx.page_title(event);
        self.names.push(data.get()?);
        Ok(())
    }

    async fn handle_async_result(
        &mut self,
        cx: &mut Cx<Self>,
        name: &str,
        result: TaskResult,
    ) -> Result {
        cx.page_title(name);
        self.page = result?.get()?;
        Ok(())
    }

    fn get_context_data(&self, context: &mut Context) -> Result {
        context.insert("total", &self.total());
        Ok(())
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        let _ = (reason, self.started);
    }

    /// A helper like any other.
    fn total(&self) -> usize {
        self.names.len()
    }

    fn generic<T: Into<String>>(&mut self, name: T) {
        self.names.push(name.into());
    }

    #[event_handler]
    async fn delete(&mut self, cx: &mut Cx<Self>, id: ItemId) -> Result {
        cx.put_flash(Level::Info, "Deleted");
        self.names.remove(id.0 as usize);
        Ok(())
    }

    #[event_handler]
    fn add(&mut self, #[default(1)] times: u8, #[default] mut name: String, _unused: Option<u8>) {
        name.push('!');
        for _ in 0..times {
            self.generic(name.as_str());
        }
    }

    #[event_handler]
    fn save(
        &mut self,
        #[payload] form: Form,
        cx: &mut Cx<Self>,
    ) -> std::result::Result<(), std::fmt::Error> {
        if form.done {
            cx.page_title(form.name)
        } else {
            return Err(std::fmt::Error);
        }
        Ok(())
    }

    #[event_handler]
    fn load(&mut self, cx: &mut Cx<Self>, #[default] name: String) {
        cx.start_async(name, async { 1 }, |view, _, page| {
            view.page = page?;
            Ok(())
        });
        cx.start_async(None, async { 1 }, |_, _, _| Ok(()));
        cx.start_blocking("block", || 1, |_, _, _| Ok(()));
        cx.start_task("task", async { 1_u32 });
        cx.cancel_async("task");
    }

    #[event_handler]
    fn sort(&self, id: ItemId, #[payload] rest: BTreeMap<String, String>) {
        let _ = (id, rest);
    }

    #[event_handler]
    #[allow(clippy::unused_async, reason = "kept for the method")]
    async fn r#move(&mut self, r#type: String) {
        self.r#type = r#type;
    }

    #[event_handler]
    #[cfg(any())]
    fn never(&mut self, value: DoesNotExist) {}

    #[cfg(not(any()))]
    #[relive::event_handler]
    fn always(&mut self) {}
}

/// Not `Clone`.
#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Unlike {
    count: i64,
}

#[live_view]
impl Unlike {
    fn mount() -> Self {
        Unlike { count: 0 }
    }
}

#[derive(Clone, LiveView)]
#[live_view(template = "<p>{{ left }}{{ right }}</p>", transactional, use_actors)]
struct Pair<T: Clone + Serialize> {
    left: i64,
    right: T,
}

#[derive(Clone, LiveView)]
#[live_view(template = "<p>{{ value }}</p>")]
struct Maybe<T: Clone + Serialize> {
    value: T,
}

pub(crate) fn main() {
    use relive::{Assigns, Events};
    assert_eq!(Items::NAME, "Items");
    assert_eq!(
        Items::FIELDS,
        ["names", "type", "notices", "changed", "page"]
    );
    assert_eq!(Items::TEMPLATE, relive::Template::Named("items.html"));
    assert!(std::path::Path::new(Items::PACKAGE_DIR).is_dir());
    assert_eq!(
        Items::EVENTS,
        ["delete", "add", "save", "load", "sort", "move", "always"]
    );
    const { assert!(Items::TEMPORARY) };
    const { assert!(!Items::TRANSACTIONAL && !Items::ACTOR) };
    const { assert!(Pair::<u8>::TRANSACTIONAL && Pair::<u8>::ACTOR) };
    // A view is copied where it is `Clone`.
    assert!(Unlike { count: 1 }.snapshot().is_none());
    let copy = Pair {
        left: 1,
        right: 2_u8,
    }
    .snapshot();
    assert!(copy.is_some_and(|copy| (copy.left, copy.right) == (1, 2)));
    let copy = Maybe { value: 1 }.snapshot();
    assert!(copy.is_some_and(|copy| copy.value == 1));
    const { assert!(<Items as relive::LiveView>::ADDS_CONTEXT) };

    let mut view = Items {
        names: vec![],
        r#type: String::new(),
        notices: vec!["a".into()],
        changed: 3,
        started: Instant::now(),
        _secret: Instant::now(),
        page: 1,
    };
    view.reset_temporary();
    assert!(view.notices.is_empty());
    assert_eq!((view.changed, view.page), (-1, 1));
    view.add(2, "x".into(), None);
    assert_eq!(view.total(), 2);
    assert_eq!(view.names, ["x!", "x!"]);
}
