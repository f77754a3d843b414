//! What is left after an error, and after a panic.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "faults.html")]
pub(crate) struct Faults {
    count: u32,
}

#[live_view]
impl Faults {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Faults · relive");
        Faults { count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }

    /// An error is told to the page. What was changed before it stays.
    #[event_handler]
    fn fail(&mut self) -> Result {
        self.count += 1;
        let price: u32 = "a lot".parse()?;
        self.count += price;
        Ok(())
    }

    /// A panic ends here: the view is mounted again, and no other page notices.
    #[event_handler]
    fn panic(&mut self) {
        self.count += 1;
        panic!("a mistake in this handler");
    }
}
