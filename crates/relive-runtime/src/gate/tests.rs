use std::time::Duration;

use http::Request;

use super::*;

fn gate() -> Gate {
    gate_with(b"a secret of the tests", None)
}

fn gate_with(secret: &[u8], public_origin: Option<&str>) -> Gate {
    let time = Duration::from_secs(1000);
    Gate::new(
        Keys::new(secret.to_vec()),
        public_origin.map(str::to_owned),
        Arc::new(Revoked::new(time)),
        time.as_secs(),
    )
}

fn visitor(number: u8) -> Session {
    Session {
        visitor: Visitor([number; 16]),
        ..Session::new()
    }
}

fn head(headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn new_visitor(gate: &Gate) -> (Session, String) {
    match gate.pass(Way::Page(&head(&[]))).unwrap() {
        Admission::Page {
            session,
            set_cookie: Some(cookie),
        } => (session, cookie),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_visitor_gets_a_cookie_and_is_known_by_it() {
    let gate = gate();
    let (session, cookie) = new_visitor(&gate);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let again = gate.pass(Way::Page(&head(&[("cookie", &format!("a=b; {pair}"))])));
    match again.unwrap() {
        Admission::Page {
            session: known,
            set_cookie: None,
        } => assert_eq!(known.visitor, session.visitor),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cookie_that_is_not_ours_is_replaced() {
    let gate = gate();
    let (session, cookie) = new_visitor(&gate);
    let value = cookie
        .split(';')
        .next()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let other = gate_with(b"another secret", None);
    assert!(matches!(
        other.pass(Way::Page(&head(&[(
            "cookie",
            &format!("relive_session={value}")
        )]))),
        Ok(Admission::Page {
            set_cookie: Some(_),
            ..
        })
    ));
    for at in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let header = format!("relive_session={forged}");
        match gate.pass(Way::Page(&head(&[("cookie", &header)]))).unwrap() {
            Admission::Page {
                session: found,
                set_cookie,
            } => {
                // The last letter of base64 carries bits that say nothing.
                let same = found.visitor == session.visitor;
                assert!(set_cookie.is_some() || same, "{forged}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn only_pages_of_the_same_origin_connect() {
    let table = [
        (Some("http://localhost:3000"), "localhost:3000", true),
        (Some("http://LOCALHOST:3000"), "localhost:3000", true),
        (Some("http://example.com"), "example.com", true),
        (Some("http://example.com:80"), "example.com", true),
        (Some("https://example.com"), "example.com:443", true),
        (Some("https://example.com"), "example.com", true),
        (Some("http://[::1]:3000"), "[::1]:3000", true),
        (Some("http://[::1]"), "[::1]", true),
        (None, "example.com", false),
        (Some("null"), "example.com", false),
        (Some(""), "example.com", false),
        (Some("http://evil.com"), "example.com", false),
        (Some("http://example.com.evil.com"), "example.com", false),
        (Some("http://evilexample.com"), "example.com", false),
        (Some("http://example.com."), "example.com", false),
        (Some("http://example.com:81"), "example.com", false),
        (Some("http://user@example.com"), "example.com", false),
        (Some("http://example.com@evil.com"), "example.com", false),
        (Some("http://example.com/"), "example.com", false),
        (Some("http://example.com/path"), "example.com", false),
        (Some("http://example.com?x"), "example.com", false),
        (Some("file://example.com"), "example.com", false),
        (Some("example.com"), "example.com", false),
        (Some("http://example.com:"), "example.com", false),
        (Some("http://example.com"), "", false),
    ];
    for (origin, host, allowed) in table {
        let mut headers = vec![("host", host)];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let passed = gate().pass(Way::Connect(&head(&headers))).is_ok();
        assert_eq!(passed, allowed, "{origin:?} to {host}");
    }
    let twice = head(&[
        ("host", "example.com"),
        ("origin", "http://example.com"),
        ("origin", "http://evil.com"),
    ]);
    let refused = gate().pass(Way::Connect(&twice)).unwrap_err();
    assert_eq!(refused, Refusal::ForeignOrigin);
}

#[test]
fn the_public_origin_counts_where_there_is_one() {
    let gate = gate_with(&[1; 32], Some("https://example.com"));
    let connect = |origin| {
        gate.pass(Way::Connect(&head(&[
            ("host", "10.0.0.1:3000"),
            ("origin", origin),
        ])))
        .is_ok()
    };
    assert!(connect("https://example.com"));
    assert!(!connect("http://example.com"));
    assert!(!connect("http://10.0.0.1:3000"));
}

#[test]
fn a_token_is_good_for_its_owner_its_route_and_its_time() {
    let gate = gate();
    let (ours, _) = new_visitor(&gate);
    let mut ann = ours.clone();
    ann.login = Some(gate.log_in("ann"));
    let mut bob = ours.clone();
    bob.login = Some(gate.log_in("bob"));
    let token = gate.join_token([7; 16], &ours.owner(), "items", 1000);
    let join = |session: Option<&Session>, token: &str, route, now| {
        let way = Way::Join {
            session,
            token,
            route,
            now,
        };
        match gate.pass(way) {
            Ok(Admission::Join { ticket }) => Ok(ticket),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal),
        }
    };
    let refused = Err(Refusal::BadToken);
    assert_eq!(join(Some(&ours), &token, "items", 1000), Ok([7; 16]));
    let late = join(Some(&ours), &token, "items", 1001);
    assert_eq!(late, Err(Refusal::OldToken));
    assert_eq!(join(Some(&ours), &token, "admin", 1000), refused);
    assert_eq!(join(Some(&visitor(9)), &token, "items", 1000), refused);
    assert_eq!(
        join(Some(&ann), &token, "items", 1000),
        refused,
        "logged in since"
    );
    let no_cookie = join(None, &token, "items", 1000);
    assert_eq!(no_cookie, Err(Refusal::NoCookie));
    assert_eq!(join(Some(&ours), "", "items", 1000), refused);

    let of_ann = gate.join_token([8; 16], &ann.owner(), "items", 1000);
    assert_eq!(join(Some(&ann), &of_ann, "items", 1000), Ok([8; 16]));
    assert_eq!(
        join(Some(&ours), &of_ann, "items", 1000),
        refused,
        "not logged in"
    );
    assert_eq!(
        join(Some(&bob), &of_ann, "items", 1000),
        refused,
        "another user"
    );
    gate.revoked.log_out("ann");
    let logged_out = join(Some(&ann), &of_ann, "items", 1000);
    assert_eq!(logged_out, Err(Refusal::LoggedOut));

    let bytes: [u8; 40] = decode(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes;
        forged[bit / 8] ^= 1 << (bit % 8);
        let passed = join(Some(&ours), &encode(&forged), "items", 0);
        assert_eq!(passed, refused, "bit {bit}");
    }
}

#[test]
fn a_session_is_resumed_by_its_owner_only() {
    let gate = gate();
    let (ours, theirs) = (visitor(1), visitor(2));
    let mut ann = ours.clone();
    ann.login = Some(gate.log_in("ann"));
    let resume = |session: Option<&Session>, owner: &Session| {
        let owner = &owner.owner();
        gate.pass(Way::Resume { session, owner }).map(drop)
    };
    assert_eq!(resume(Some(&ours), &ours), Ok(()));
    assert_eq!(resume(Some(&ann), &ann), Ok(()));
    let foreign = Err(Refusal::ForeignSession);
    assert_eq!(resume(Some(&theirs), &ours), foreign);
    assert_eq!(resume(Some(&ann), &ours), foreign);
    assert_eq!(resume(Some(&ours), &ann), foreign);
    assert_eq!(resume(None, &ours), Err(Refusal::NoCookie));
    gate.revoked.log_out("ann");
    assert_eq!(resume(Some(&ann), &ann), Err(Refusal::LoggedOut));
}

#[test]
fn a_session_with_a_log_in_and_values_comes_back_as_it_was() {
    let gate = gate();
    let mut session = Session::new();
    session.login = Some(gate.log_in("ann"));
    session.values.insert("theme".into(), "dark".into());
    let cookie = gate.set_cookie(&session).unwrap();
    assert!(cookie.contains("; Max-Age=1000"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let request = head(&[("cookie", pair)]);
    let found = gate.session(&request).unwrap();
    assert_eq!(found.owner(), session.owner());
    assert_eq!(found.get::<String>("theme").as_deref(), Some("dark"));
    assert_eq!(found.get::<u8>("theme"), None);
    assert_eq!(found.get::<String>("other"), None);
    gate.revoked.log_out("ann");
    assert!(gate.session(&request).is_none());
}

#[test]
fn a_session_that_a_cookie_cannot_hold_is_an_error_that_names_the_value() {
    let mut session = Session::new();
    session.values.insert("small".into(), "x".into());
    session
        .values
        .insert("cart".into(), "x".repeat(4000).into());
    let error = gate().set_cookie(&session).unwrap_err();
    assert!(error.contains("`cart` with 4002 bytes"), "{error}");
}

#[test]
fn cookies_go_over_tls_only_where_the_application_is_reached_by_it() {
    let session = Session::new();
    let secure = gate_with(&[1; 32], Some("https://example.com"));
    assert!(secure.set_cookie(&session).unwrap().contains("; Secure"));
    let plain = gate_with(&[1; 32], Some("http://example.com"));
    assert!(!plain.set_cookie(&session).unwrap().contains("Secure"));
}

#[test]
fn what_changes_something_comes_from_a_page_of_ours() {
    let gate = gate();
    let (session, cookie) = new_visitor(&gate);
    let pair = cookie.split(';').next().unwrap();
    let token = gate.csrf_token(session.visitor);
    let foreign = gate.csrf_token(Visitor([9; 16]));
    let ours = [("cookie", pair), ("host", "example.com")];
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: [(Headers<'_>, Option<&str>, Option<Refusal>); 11] = [
        (&[], Some(&token), None),
        (&[("origin", "https://example.com")], Some(&token), None),
        (&[("sec-fetch-site", "same-origin")], Some(&token), None),
        (&[("sec-fetch-site", "none")], Some(&token), None),
        (
            &[("sec-fetch-site", "cross-site")],
            Some(&token),
            Some(Refusal::CrossSite),
        ),
        (
            &[("sec-fetch-site", "same-site")],
            Some(&token),
            Some(Refusal::CrossSite),
        ),
        (
            &[("origin", "https://evil.com")],
            Some(&token),
            Some(Refusal::ForeignOrigin),
        ),
        (
            &[("origin", "null")],
            Some(&token),
            Some(Refusal::ForeignOrigin),
        ),
        (&[], None, Some(Refusal::NoFormToken)),
        (&[], Some("x"), Some(Refusal::BadFormToken)),
        (&[], Some(&foreign), Some(Refusal::BadFormToken)),
    ];
    for (more, token, refusal) in table {
        let request = head(&[&ours[..], more].concat());
        let head = &request;
        let passed = gate.pass(Way::Change { head, token });
        assert_eq!(passed.err(), refusal, "{more:?} {token:?}");
    }
    let request = head(&[("host", "example.com")]);
    let passed = gate.pass(Way::Change {
        head: &request,
        token: Some(&token),
    });
    assert_eq!(passed.unwrap_err(), Refusal::NoCookie);
}

#[test]
fn flash_messages_are_for_the_visitor_and_of_our_making() {
    let gate = gate();
    let visitor = Visitor([1; 16]);
    let messages = [("info".to_owned(), "Hello, ¡é!".to_owned())];
    let cookie = gate.flash_cookie(visitor, &messages);
    let pair = cookie.split(';').next().unwrap();
    let request = head(&[("cookie", pair)]);
    assert_eq!(gate.flash(&request, visitor), messages);
    assert!(gate.flash(&request, Visitor([2; 16])).is_empty());
    let forged = head(&[(
        "cookie",
        "relive_flash=W1siaW5mbyIsIngiXV0.AAAAAAAAAAAAAAAAAAAAAA",
    )]);
    assert!(gate.flash(&forged, visitor).is_empty());

    let long = vec![("info".to_owned(), "x".repeat(1000)); 5];
    let cookie = gate.flash_cookie(visitor, &long);
    assert!(cookie.len() <= 4096);
    let pair = cookie.split(';').next().unwrap();
    let request = head(&[("cookie", pair)]);
    assert_eq!(
        gate.flash(&request, visitor).len(),
        2,
        "as many as there is room for"
    );
}
