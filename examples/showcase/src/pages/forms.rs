//! A form that is checked on the server as it is filled in.

use relive::prelude::*;

use crate::store::{Booked, Store};

/// What comes out of the form: a value, or nothing.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Booking {
    name: String,
    email: String,
    seats: u8,
    newsletter: bool,
}

impl Validate for Booking {
    fn rules(&self, errors: &mut FormErrors) {
        if self.name.trim().is_empty() {
            errors.add("name", "Who is coming?");
        }
        if !self.email.contains('@') {
            errors.add("email", "An e-mail address has an @.");
        }
        if !(1..=8).contains(&self.seats) {
            errors.add("seats", "From 1 to 8 seats.");
        }
    }
}

#[derive(LiveView)]
#[live_view(template_name = "forms.html")]
pub(crate) struct Bookings {
    form: Form<Booking>,
    bookings: Vec<Booked>,
    #[live(private)]
    store: Store,
}

#[live_view]
impl Bookings {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Forms · relive");
        let store: Store = cx.state();
        let form = Form::new(Booking {
            seats: 1,
            ..Booking::default()
        });
        Ok(Bookings {
            form,
            bookings: store.bookings().await?,
            store,
        })
    }

    /// While the user types. An error shows once they have been in its field.
    #[event_handler]
    fn change(&mut self, #[payload] input: FormInput<Booking>) {
        self.form.change(input);
    }

    /// A value comes out only where all of it is right; otherwise all errors show.
    #[event_handler]
    async fn book(&mut self, cx: &mut Cx<Self>, #[payload] input: FormInput<Booking>) -> Result {
        let Some(booking) = self.form.submit(input) else {
            return Ok(());
        };
        // What only the database knows.
        if !self.store.book(booking.email, booking.seats).await? {
            self.form
                .add_error("email", "This address has booked already.");
            return Ok(());
        }
        self.bookings = self.store.bookings().await?;
        self.form.reset();
        cx.put_flash(Level::Success, format!("See you, {}!", booking.name));
        Ok(())
    }
}
