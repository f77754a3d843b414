use http::Request;

use super::*;

fn gate() -> Gate {
    Gate::new(Keys::new(b"a secret of the tests".to_vec()), None)
}

fn head(headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn new_visitor(gate: &Gate) -> (Visitor, String) {
    match gate.pass(Way::Page(&head(&[]))).unwrap() {
        Admission::Page {
            visitor,
            set_cookie: Some(cookie),
        } => (visitor, cookie),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_visitor_gets_a_cookie_and_is_known_by_it() {
    let gate = gate();
    let (visitor, cookie) = new_visitor(&gate);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let again = gate.pass(Way::Page(&head(&[("cookie", &format!("a=b; {pair}"))])));
    assert_eq!(
        again,
        Ok(Admission::Page {
            visitor,
            set_cookie: None
        })
    );
}

#[test]
fn a_cookie_that_is_not_ours_is_replaced() {
    let gate = gate();
    let (visitor, cookie) = new_visitor(&gate);
    let value = cookie
        .split(';')
        .next()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let other = Gate::new(Keys::new(b"another secret".to_vec()), None);
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
                visitor: found,
                set_cookie,
            } => {
                // The last letter of base64 carries bits that say nothing.
                assert!(set_cookie.is_some() || found == visitor, "{forged}");
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
    assert_eq!(
        gate().pass(Way::Connect(&twice)),
        Err(Refusal::ForeignOrigin)
    );
}

#[test]
fn the_public_origin_counts_where_there_is_one() {
    let gate = Gate::new(Keys::new(vec![1; 32]), Some("https://example.com".into()));
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
fn a_token_is_good_for_its_visitor_its_route_and_its_time() {
    let gate = gate();
    let (visitor, _) = new_visitor(&gate);
    let token = gate.join_token([7; 16], visitor, "items", 1000);
    let join = |visitor, token: &str, route, now| {
        gate.pass(Way::Join {
            visitor,
            token,
            route,
            now,
        })
    };
    assert_eq!(
        join(Some(visitor), &token, "items", 1000),
        Ok(Admission::Join {
            visitor,
            ticket: [7; 16]
        })
    );
    assert_eq!(
        join(Some(visitor), &token, "items", 1001),
        Err(Refusal::OldToken)
    );
    assert_eq!(
        join(Some(visitor), &token, "admin", 1000),
        Err(Refusal::BadToken)
    );
    assert_eq!(
        join(Some(Visitor([9; 16])), &token, "items", 1000),
        Err(Refusal::BadToken)
    );
    assert_eq!(join(None, &token, "items", 1000), Err(Refusal::NoCookie));
    assert_eq!(
        join(Some(visitor), "", "items", 1000),
        Err(Refusal::BadToken)
    );

    let bytes: [u8; 40] = decode(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes;
        forged[bit / 8] ^= 1 << (bit % 8);
        let passed = join(Some(visitor), &encode(&forged), "items", 0);
        assert_eq!(passed, Err(Refusal::BadToken), "bit {bit}");
    }
}

#[test]
fn a_session_is_resumed_by_its_owner_only() {
    let (ours, theirs) = (Visitor([1; 16]), Visitor([2; 16]));
    let resume = |visitor| {
        gate().pass(Way::Resume {
            visitor,
            owner: ours,
        })
    };
    assert_eq!(resume(Some(ours)), Ok(Admission::Resume));
    assert_eq!(resume(Some(theirs)), Err(Refusal::ForeignSession));
    assert_eq!(resume(None), Err(Refusal::NoCookie));
}
