use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use wallet::platform::{Http, HttpError, Request, Response};

use super::Issuer;

type Act = Box<dyn FnOnce() + Send>;
type Change = Box<dyn FnMut(&str, &mut Response) + Send>;

/// The way between phone and issuer, which can be cut, lose answers, and change them.
pub(crate) struct Network {
    issuer: Arc<Issuer>,
    faults: Mutex<Faults>,
}

#[derive(Default)]
struct Faults {
    cut: bool,
    lose: Option<&'static str>,
    change: Option<Change>,
    meanwhile: Option<(&'static str, Act)>,
    asked: Vec<String>,
}

impl Network {
    pub(crate) fn new(issuer: Arc<Issuer>) -> Self {
        Self {
            issuer,
            faults: Mutex::default(),
        }
    }

    pub(crate) fn cut(&self) {
        self.faults.lock().unwrap().cut = true;
    }

    pub(crate) fn mend(&self) {
        let mut faults = self.faults.lock().unwrap();
        faults.cut = false;
        faults.change = None;
    }

    /// The issuer will get the next request to this path, but its answer will not come back.
    pub(crate) fn lose_next_answer_of(&self, path: &'static str) {
        self.faults.lock().unwrap().lose = Some(path);
    }

    /// Every answer passes through here, with the path it answers.
    pub(crate) fn change(&self, change: impl FnMut(&str, &mut Response) + Send + 'static) {
        self.faults.lock().unwrap().change = Some(Box::new(change));
    }

    /// Something happens while the next answer of this path is on its way.
    pub(crate) fn meanwhile(&self, path: &'static str, act: impl FnOnce() + Send + 'static) {
        self.faults.lock().unwrap().meanwhile = Some((path, Box::new(act)));
    }

    /// The paths that were asked for since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.faults.lock().unwrap().asked)
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let path = request.url.path().to_owned();
        let act = {
            let mut faults = self.faults.lock().unwrap();
            faults.meanwhile.take_if(|(at, _)| *at == path)
        };
        if let Some((_, act)) = act {
            act();
        }
        let mut faults = self.faults.lock().unwrap();
        faults.asked.push(path.clone());
        if faults.cut {
            return Err(HttpError::Unreachable);
        }
        let mut answer = self.issuer.answer(&request);
        if faults.lose == Some(path.as_str()) {
            faults.lose = None;
            return Err(HttpError::Broken);
        }
        if let Some(change) = &mut faults.change {
            change(&path, &mut answer);
        }
        if answer.body.len() > request.max_answer {
            return Err(HttpError::TooLarge);
        }
        Ok(answer)
    }
}
