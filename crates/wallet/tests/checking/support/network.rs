use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use wallet::platform::{Http, HttpError, Request, Response};

use super::County;

type Act = Box<dyn FnMut(&str) + Send>;

/// The way between checker and county, which can be cut, and on which answers can be swapped.
pub(crate) struct Network {
    county: Arc<County>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cut: bool,
    instead: BTreeMap<String, (u16, String)>,
    during: Option<Act>,
    asked: Vec<String>,
}

impl Network {
    pub(crate) fn new(county: Arc<County>) -> Self {
        Self {
            county,
            state: Mutex::default(),
        }
    }

    pub(crate) fn cut(&self) {
        self.state.lock().unwrap().cut = true;
    }

    pub(crate) fn mend(&self) {
        let mut state = self.state.lock().unwrap();
        state.cut = false;
        state.instead.clear();
    }

    /// At this address something else is answered from now on.
    pub(crate) fn answer_instead(&self, url: &str, status: u16, body: impl Into<String>) {
        let mut state = self.state.lock().unwrap();
        state.instead.insert(url.into(), (status, body.into()));
    }

    /// Happens while each answer is on its way.
    pub(crate) fn during(&self, act: impl FnMut(&str) + Send + 'static) {
        self.state.lock().unwrap().during = Some(Box::new(act));
    }

    /// The addresses that were asked for since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let url = request.url.as_str().to_owned();
        let mut state = self.state.lock().unwrap();
        state.asked.push(url.clone());
        if let Some(during) = &mut state.during {
            during(&url);
        }
        if state.cut {
            return Err(HttpError::Unreachable);
        }
        let (status, body) = match state.instead.get(&url) {
            Some((status, body)) => (*status, body.clone()),
            None => match self.county.get(&url) {
                Some(body) => (200, body),
                None => (404, String::new()),
            },
        };
        if body.len() > request.max_answer {
            return Err(HttpError::TooLarge);
        }
        let date = self.county.date();
        Ok(Response {
            status,
            headers: vec![("Date".into(), date)],
            body: body.into_bytes(),
        })
    }
}
