//! A view may be more public than the types of what its methods take.
#![deny(warnings)]

pub mod accounts {
    use relive::prelude::*;

    #[derive(Deserialize)]
    struct Slug(String);

    #[derive(Deserialize)]
    struct NextQuery {
        next: Option<String>,
    }

    #[derive(Deserialize)]
    struct Credentials {
        name: String,
    }

    #[derive(LiveView)]
    #[live_view(template = "<p>{{ name }}</p>")]
    pub struct LogIn {
        pub name: String,
        #[live(private)]
        next: Option<String>,
    }

    #[live_view]
    impl LogIn {
        fn mount(_cx: &mut Cx<Self>, Slug(name): Slug) -> Self {
            LogIn { name, next: None }
        }

        fn handle_params(&mut self, _cx: &mut Cx<Self>, query: NextQuery) {
            self.next = query.next;
        }

        #[event_handler]
        fn log_in(&mut self, cx: &mut Cx<Self>, #[payload] credentials: Credentials) {
            self.name = credentials.name;
            cx.page_title(self.next.as_deref().unwrap_or("Log in"));
        }
    }

    #[derive(LiveView)]
    #[live_view(template = "<p></p>")]
    pub struct LogOut;

    #[live_view]
    impl LogOut {
        async fn mount(slug: Slug) -> Result<Self> {
            let _ = slug.0;
            Ok(LogOut)
        }

        async fn handle_params(&mut self, NextQuery { next }: NextQuery) -> Result {
            match next {
                Some(_) => Ok(()),
                None => Err(Error::msg("where to?")),
            }
        }
    }
}

fn main() {
    let _ = relive::App::new(())
        .live::<accounts::LogIn>("/log-in/<slug:name>/", "log_in")
        .live::<accounts::LogOut>("/log-out/<slug:name>/", "log_out");
}
