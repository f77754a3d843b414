//! Pages for who has logged in, and who may.

use relive::prelude::*;

use crate::store::Account;

#[derive(LiveView)]
#[live_view(template_name = "inside.html")]
pub(crate) struct Inside {
    me: Option<Account>,
}

#[live_view]
impl Inside {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Inside · relive");
        Inside { me: cx.user() }
    }

    /// One request over HTTP changes the cookie. All pages of this user end with it, in every window, at once.
    #[event_handler]
    fn log_out(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.log_out("/accounts/")
    }
}

#[derive(LiveView)]
#[live_view(template = r#"{% extends "base.html" %}
{% block title %}Staff{% endblock %}
{% block about %}Who is no member of the staff does not get here.{% endblock %}
{% block demo %}<p>Welcome, <output id="me">{{ name }}</output>.</p>
<p><a href="{{ url(name="inside") }}" dj-navigate>Back</a></p>{% endblock %}"#)]
pub(crate) struct Staff {
    name: String,
}

#[live_view]
impl Staff {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let name = cx.user().map_or_else(String::new, |me: Account| me.name);
        Staff { name }
    }
}
