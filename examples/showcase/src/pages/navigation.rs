//! Addresses that change without a page load.

use relive::prelude::*;

const PER_PAGE: u32 = 10;
const PAGES: u32 = 20;

#[derive(LiveView)]
#[live_view(template_name = "navigation.html")]
pub(crate) struct Numbers {
    query: Query,
    numbers: Vec<u32>,
}

/// The query of the address: `?page=2&order=down`. What is not in it has a default.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    page: u32,
    order: Order,
}

#[derive(Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Up,
    Down,
}

#[live_view]
impl Numbers {
    fn mount() -> Self {
        Numbers {
            query: Query::default(),
            numbers: Vec::new(),
        }
    }

    /// Runs after `mount`, for a link with `dj-patch`, for `live_patch`, and for back and forward.
    fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) {
        let page = query.page.min(PAGES - 1);
        self.query = Query { page, ..query };
        self.numbers = (page * PER_PAGE + 1..=(page + 1) * PER_PAGE).collect();
        if query.order == Order::Down {
            self.numbers.reverse();
        }
        cx.page_title(format!("Page {page} · relive"));
    }

    /// A handler changes the address, too, with one more entry in the history.
    #[event_handler]
    fn last(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_patch(
            "/navigation/",
            &Query {
                page: PAGES - 1,
                ..self.query
            },
        )
    }

    /// In place of the current entry: back goes to where the user was before.
    #[event_handler]
    fn turn(&mut self, cx: &mut Cx<Self>) -> Result {
        let order = match self.query.order {
            Order::Up => Order::Down,
            Order::Down => Order::Up,
        };
        cx.live_patch_replace(
            "/navigation/",
            &Query {
                order,
                ..self.query
            },
        )
    }
}

/// Another view, which takes this one's place over the same connection: `/navigation/<int:number>/`.
#[derive(LiveView)]
#[live_view(template = r#"{% extends "base.html" %}
{% block title %}Number {{ number }}{% endblock %}
{% block about %}Another view, with an address of its own.{% endblock %}
{% block demo %}<p class="buttons"><button dj-click="take">Take it</button>
  <a class="button" href="{{ url(name="number", number=number + 1) }}" dj-navigate>The next one</a></p>{% endblock %}"#)]
pub(crate) struct Detail {
    number: u32,
}

#[live_view]
impl Detail {
    fn mount(cx: &mut Cx<Self>, number: u32) -> Self {
        cx.page_title(format!("Number {number} · relive"));
        Detail { number }
    }

    /// Leaves for the list. The message goes along.
    #[event_handler]
    fn take(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash(Level::Success, format!("You took {}", self.number));
        let page = self.number.saturating_sub(1) / PER_PAGE;
        cx.live_redirect(
            "/navigation/",
            &Query {
                page,
                ..Query::default()
            },
        )
    }
}
