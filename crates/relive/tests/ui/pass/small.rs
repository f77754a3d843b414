//! The least that a view can be; parameters and futures are left out where they are not needed.
#![deny(warnings, clippy::all)]

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>hello</p>")]
struct Unit;

#[live_view]
impl Unit {
    fn mount() -> Self {
        Unit
    }
}

#[derive(LiveView)]
#[live_view(template = "<p>hello</p>")]
struct Empty {}

#[live_view]
impl Empty {
    async fn mount(_path: (u16, String)) -> Self {
        Empty {}
    }

    fn handle_params(&mut self) {}

    fn handle_info(&self, _event: &str) {}

    fn get_context_data(&self) {}

    fn disconnect(&mut self) {}
}

#[derive(LiveView)]
#[live_view(template = concat!("<p>", "{{ value }}", "</p>"))]
struct Generic<T>
where
    T: Serialize + Send + Default + 'static,
{
    #[live(temporary)]
    value: T,
}

#[live_view]
impl<T> Generic<T>
where
    T: Serialize + for<'de> Deserialize<'de> + Send + Default + 'static,
{
    fn mount(_cx: &mut Cx<Self>) -> std::result::Result<Self, std::num::ParseIntError> {
        Ok(Generic {
            value: T::default(),
        })
    }

    #[event_handler]
    fn set(&mut self, value: T) {
        self.value = value;
    }
}

mod apart {
    #[derive(relive::LiveView)]
    #[live_view(template = "<p></p>")]
    pub(crate) struct Apart;

    #[relive::live_view]
    impl Apart {
        fn mount() -> relive::Result<Self> {
            Ok(Apart)
        }
    }
}

pub(crate) fn main() {
    use relive::Events;
    assert_eq!(Unit::EVENTS, [""; 0]);
    assert_eq!(Generic::<u8>::EVENTS, ["set"]);
    let _ = (Unit, Empty {}, Generic { value: 1 }, apart::Apart);
    const { assert!(!<Unit as relive::LiveView>::ADDS_CONTEXT) };
}
