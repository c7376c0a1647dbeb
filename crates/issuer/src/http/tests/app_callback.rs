//! Where a login on a phone ends when the phone did not open the app.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::header;

use super::World;

const ANSWER: &str =
    "/app/callback?code=secret-code&state=secret-state&iss=https%3A%2F%2Fbevis.fjordviken.example";

#[tokio::test]
async fn the_page_leads_into_the_app_with_the_same_answer_in_three_languages() {
    let world = World::new().await;
    for (accept, language, button) in [
        ("nb-NO", "nb", "Åpne Lommebevis"),
        ("nn-NO,nb;q=0.9", "nn", "Opne Lommebevis"),
        ("en", "en", "Open Lommebevis"),
        ("de", "nb", "Åpne Lommebevis"),
    ] {
        let answer = world
            .get(ANSWER, &[("accept-language", accept)])
            .await
            .expect(200);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY).to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(!policy.contains("script") && !policy.contains("unsafe"));
        let page = answer.text();
        assert!(page.contains(&format!("<html lang=\"{language}\">")));
        assert!(page.contains(button), "{page}");
        assert!(!page.contains("<script") && !page.contains("http-equiv"));
        // Once, in the link: neither in a title nor in a text that a person would read out.
        assert_eq!(page.matches("secret-code").count(), 1);
        assert!(page.contains(
            "href=\"no.lommebevis.app:/callback?code=secret-code&amp;state=secret-state&amp;iss=https%3A%2F%2Fbevis.fjordviken.example\""
        ));
    }
}

#[tokio::test]
async fn what_is_no_answer_to_a_login_leads_nowhere() {
    let world = World::new().await;
    for query in [
        "",
        "?",
        "?code=a&code=b",
        "?code=a&error=b",
        "?state=s",
        "?next=javascript:alert(1)",
    ] {
        let answer = world
            .get(&format!("/app/callback{query}"), &[])
            .await
            .expect(400);
        let page = answer.text();
        assert!(
            page.contains("LB-LOGIN-400") && !page.contains("href"),
            "{query}"
        );
    }
    let hostile = "/app/callback?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&state=%27%22%3C";
    let page = world.get(hostile, &[]).await.expect(200).text();
    assert!(
        !page.contains("<script") && !page.contains("alert(1)<"),
        "{page}"
    );
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_code_is_in_no_log() {
    let world = World::new().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    world.get(ANSWER, &[]).await.expect(200);
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/app/callback"), "{log}");
    assert!(!log.contains("secret-"), "{log}");
}
