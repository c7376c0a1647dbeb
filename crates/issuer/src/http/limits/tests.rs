use super::*;

fn limits() -> Limits {
    let proxies = ["127.0.0.0/8", "10.1.0.0/16"];
    let config = crate::config::tests::sample().running.limits;
    Limits::new(
        config,
        proxies.map(|text| Network::parse(text).unwrap()).into(),
    )
}

#[test]
fn the_client_is_the_last_address_that_is_none_of_the_countys() {
    for (peer, forwarded, client) in [
        // Nobody before us is trusted: the header is the client's own word.
        ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
        ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        // What a client has written before it reached the proxy counts for nothing.
        ("127.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        (
            "127.0.0.1",
            &["1.1.1.1", "198.51.100.1, 10.1.2.3"],
            "198.51.100.1",
        ),
        // Where nobody says whose request it is, it is that of whoever forwarded it last.
        ("127.0.0.1", &["nobody, 10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", &["198.51.100.1, nobody"], "127.0.0.1"),
        ("127.0.0.1", &[], "127.0.0.1"),
        ("127.0.0.1", &["10.1.2.4"], "10.1.2.4"),
        // What the client wrote itself may be anything.
        ("127.0.0.1", &["\u{e9}, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", &["\u{e9}", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", &["198.51.100.1, \u{e9}"], "127.0.0.1"),
        ("127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
        (
            "127.0.0.1",
            &["[2001:db8:1:2:3:4:5:6]:4711"],
            "2001:db8:1::",
        ),
        ("127.0.0.1", &["2001:db8:1:2:3:4:5:6"], "2001:db8:1::"),
        ("2001:db8:1:2:3:4:5:6", &[], "2001:db8:1::"),
        ("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
    ] {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(
                FORWARDED,
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        let found = limits().client(peer.parse().unwrap(), &headers);
        let client: IpAddr = client.parse().unwrap();
        assert_eq!(found, client, "{peer} {forwarded:?}");
    }
}

#[test]
fn every_place_that_costs_something_is_counted() {
    for (path, limit) in [
        ("/oauth/par", Some(Limit::Login)),
        ("/oauth/authorize", Some(Limit::Return)),
        ("/oauth/feide/callback", Some(Limit::Return)),
        ("/login/feide/callback", Some(Limit::Return)),
        ("/admin/login", Some(Limit::StaffLogin)),
        ("/min-side/login", Some(Limit::PersonLogin)),
        ("/oauth/token", Some(Limit::Token)),
        ("/openid4vci/nonce", Some(Limit::Nonce)),
        ("/openid4vci/credential", Some(Limit::Card)),
        ("/wallet/photo", Some(Limit::Card)),
        ("/admin", Some(Limit::Page)),
        ("/admin/person/1", Some(Limit::Page)),
        ("/min-side", Some(Limit::Page)),
        ("/administrator", None),
        ("/status-lists/1", None),
        ("/health/ready", None),
    ] {
        assert_eq!(at(path).map(|(limit, _)| limit), limit, "{path}");
    }
}
