//! What is left after an error, and after a panic. No other page notices either.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "faults.html")]
pub(crate) struct Plain {
    count: u32,
}

#[live_view]
impl Plain {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Faults · relive");
        Plain { count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }

    /// An error is told to the page. What was changed before it stays.
    #[event_handler]
    fn fail(&mut self) -> Result {
        self.count += 1;
        Err(Error::msg("this cannot be done"))
    }

    /// After a panic the view is mounted again.
    #[event_handler]
    fn panic(&mut self) {
        self.count += 1;
        panic!("a mistake in this handler");
    }
}

/// A view that is `Clone` goes on from where it was before a panic; a `transactional` one, before an error as well.
#[derive(Clone, LiveView)]
#[live_view(template_name = "faults.html", transactional)]
pub(crate) struct Careful {
    count: u32,
}

#[live_view]
impl Careful {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Faults · relive");
        Careful { count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }

    #[event_handler]
    fn fail(&mut self) -> Result {
        self.count += 1;
        Err(Error::msg("this cannot be done"))
    }

    #[event_handler]
    fn panic(&mut self) {
        self.count += 1;
        panic!("a mistake in this handler");
    }
}
