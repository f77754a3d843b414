//! The list of all pages.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "index.html")]
pub(crate) struct Index {}

#[live_view]
impl Index {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("relive showcase");
        Index {}
    }
}
