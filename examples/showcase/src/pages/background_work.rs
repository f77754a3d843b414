//! Work that takes its time runs beside the view, which goes on taking events.

use std::time::Duration;

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "background_work.html")]
pub(crate) struct Work {
    clicks: u32,
    status: String,
    ended: Vec<String>,
}

async fn fetch() -> Result<u32> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(42)
}

fn primes_below(limit: u32) -> usize {
    let is_prime = |n: &u32| {
        (2..)
            .take_while(|d| d * d <= *n)
            .all(|d| !n.is_multiple_of(d))
    };
    (2..limit).filter(is_prime).count()
}

#[live_view]
impl Work {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Background work · relive");
        Work {
            clicks: 0,
            status: "nothing runs".to_owned(),
            ended: Vec::new(),
        }
    }

    #[event_handler]
    fn click(&mut self) {
        self.clicks += 1;
    }

    /// The task starts when the page shows that it runs. Under the same name it replaces an earlier one.
    #[event_handler]
    fn load(&mut self, cx: &mut Cx<Self>) {
        self.status = "loading".to_owned();
        cx.start_async("load", fetch(), |view, _cx, answer| {
            view.status = format!("loaded {}", answer??);
            Ok(())
        });
    }

    #[event_handler]
    fn cancel(&mut self, cx: &mut Cx<Self>) {
        let ran = cx.cancel_async("load");
        self.status = if ran {
            "cancelled"
        } else {
            "there was nothing to cancel"
        }
        .to_owned();
    }

    /// Work that does not await runs on a thread where it may block.
    #[event_handler]
    fn count(&mut self, cx: &mut Cx<Self>) {
        self.status = "counting".to_owned();
        cx.start_blocking(
            "count",
            || primes_below(200_000),
            |view, _cx, count| {
                view.status = format!("{} primes below 200,000", count?);
                Ok(())
            },
        );
    }

    /// A panic in a task is an error of this task.
    #[event_handler]
    fn panic(&mut self, cx: &mut Cx<Self>) {
        let broken = async { panic!("a mistake in this task") };
        cx.start_async(
            "panic",
            broken,
            |view, _cx, result: Result<(), TaskError>| {
                view.status = result.map_or_else(|error| error.to_string(), |()| "well".to_owned());
                Ok(())
            },
        );
    }

    /// Called when any task has ended, after the task's own callback.
    fn handle_async_result(&mut self, _cx: &mut Cx<Self>, name: &str, result: TaskResult) {
        let how = if result.is_ok() { "well" } else { "badly" };
        self.ended.push(format!("{name} ended {how}"));
    }
}
