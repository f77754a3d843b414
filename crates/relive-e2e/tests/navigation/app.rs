//! The application that these tests look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use relive::prelude::*;

/// Whether the views of one scope may be entered.
#[derive(Clone, Default)]
pub(crate) struct Door(Arc<AtomicBool>);

impl Door {
    pub(crate) fn close(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[on_mount]
async fn open_door(cx: &mut HookCx<'_>) -> Result<Next> {
    if cx.state::<Door>().0.load(Ordering::SeqCst) {
        return Ok(Next::redirect("/").put_flash("note", "closed"));
    }
    Ok(Next::Continue)
}

pub(crate) fn app(door: Door) -> App {
    App::new(door)
        .secret_key([7; 32])
        .templates(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/navigation/templates"
        ))
        .static_files(
            "/static/",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/navigation/static"),
        )
        .live::<First>("/", "first")
        .live::<Second>("/second/<int:n>/", "second")
        .live::<Apart>("/apart/", "apart")
        .live::<Moved>("/moved/", "moved")
        .live::<Chart>("/chart/", "chart")
        .scope("/inside", |scope| {
            scope
                .on_mount(open_door)
                .live::<Second>("/<int:n>/", "inside")
        })
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show: String,
}

#[derive(LiveView)]
#[live_view(template_name = "first.html")]
struct First {
    show: String,
    typed: String,
}

#[live_view]
impl First {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("First");
        cx.page_meta("description", "the first");
        cx.page_meta("og:title", "first");
        First {
            show: String::new(),
            typed: String::new(),
        }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Show) {
        self.show = query.show;
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash("note", "earlier");
    }

    #[event_handler]
    fn save(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash(Level::Success, "Saved <b>it</b>");
        cx.live_redirect("/second/1/", &())
    }

    #[event_handler]
    fn leave(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash(Level::Info, "by a page load");
        cx.redirect(Redirect::to("/apart/"))
    }

    #[event_handler]
    fn replace(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_redirect_replace("/second/5/", &())
    }

    #[event_handler]
    fn typed(&mut self, value: String) {
        self.typed = value;
    }
}

#[derive(LiveView)]
#[live_view(template_name = "second.html")]
struct Second {
    n: i64,
    count: u32,
}

#[live_view]
impl Second {
    fn mount(cx: &mut Cx<Self>, n: i64) -> Self {
        cx.page_title(format!("Second {n}"));
        cx.page_meta("og:title", "second");
        Second { n, count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

/// A page with a layout of its own.
#[derive(LiveView)]
#[live_view(
    template = "<!doctype html><html><head><link rel=icon href=data:,></head>\
                <body><main><h1>Apart</h1>{% dj_flash auto_dismiss=0 %}<a id=\"home\" href=\"/\">first</a></main></body></html>"
)]
struct Apart {}

#[live_view]
impl Apart {
    fn mount() -> Self {
        Apart {}
    }
}

#[derive(LiveView)]
#[live_view(template = "{% extends \"layout.html\" %}{% block body %}<h1>moved</h1>{% endblock %}")]
struct Moved {}

#[live_view]
impl Moved {
    fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.put_flash(Level::Warning, "it has moved");
        cx.live_redirect("/second/9/", &())?;
        Ok(Moved {})
    }
}

#[derive(LiveView)]
#[live_view(template_name = "chart.html")]
struct Chart {
    points: Vec<i64>,
    zoom: i64,
    shown: bool,
}

#[live_view]
impl Chart {
    fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.push_event("greeting", &"of mount")?;
        Ok(Chart {
            points: vec![1, 2],
            zoom: 1,
            shown: true,
        })
    }

    #[event_handler]
    fn add(&mut self, cx: &mut Cx<Self>) -> Result {
        self.points.push(3);
        cx.push_event("point", &self.points)
    }

    #[event_handler]
    fn zoom(&mut self, to: i64) -> Result {
        if to > 9 {
            return Err(Error::msg("too near"));
        }
        self.zoom = to;
        Ok(())
    }

    #[event_handler]
    fn toggle(&mut self) {
        self.shown = !self.shown;
    }
}
