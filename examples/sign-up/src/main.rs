//! A form that is checked while it is filled in: errors beside fields, a password that never comes back, and what only the
//! server knows.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use relive::prelude::*;

/// What a person fills in.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Account {
    email: String,
    age: Option<u8>,
    password: String,
    again: String,
    plan: Plan,
    topics: Vec<String>,
    terms: bool,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Plan {
    #[default]
    Free,
    Paid,
}

impl Validate for Account {
    fn rules(&self, errors: &mut FormErrors) {
        if !self.email.contains('@') {
            errors.add("email", "An e-mail address has an @.");
        }
        if self.age.is_some_and(|age| age < 18) {
            errors.add("age", "You have to be 18.");
        }
        if self.password.chars().count() < 8 {
            errors.add("password", "At least 8 characters.");
        }
        if self.again != self.password {
            errors.add("again", "The passwords differ.");
        }
        if self.topics.len() > 2 {
            errors.add("topics", "Two topics at most.");
        }
        if !self.terms {
            errors.add("terms", "Please agree to the terms.");
        }
    }
}

/// The addresses that are taken.
type Taken = Arc<Mutex<BTreeSet<String>>>;

#[derive(LiveView)]
#[live_view(template_name = "sign-up.html")]
struct SignUp {
    form: Form<Account>,
    topics: Vec<&'static str>,
    #[live(private)]
    taken: Taken,
}

#[live_view]
impl SignUp {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Sign up");
        SignUp {
            form: Form::default().secret("password").secret("again"),
            topics: vec!["bread", "cheese", "tea"],
            taken: cx.state(),
        }
    }

    #[event_handler]
    fn check(&mut self, #[payload] input: FormInput<Account>) {
        self.form.change(input);
    }

    #[event_handler]
    fn sign_up(&mut self, cx: &mut Cx<Self>, #[payload] input: FormInput<Account>) {
        let Some(account) = self.form.submit(input) else {
            return;
        };
        let is_new = self
            .taken
            .lock()
            .is_ok_and(|mut taken| taken.insert(account.email.clone()));
        if is_new {
            cx.put_flash(Level::Success, format!("Welcome, {}!", account.email));
            self.form.reset();
        } else {
            self.form.add_error("email", "This address is taken.");
        }
    }
}

#[relive::main]
async fn main() -> Result {
    let taken = Taken::new(Mutex::new(BTreeSet::from(["ann@example.com".to_owned()])));
    let app = App::new(taken).live::<SignUp>("/", "sign-up");
    relive::hyper::serve(app, relive::hyper::address()).await
}
