//! The check of a code, for the browser.
use wasm_bindgen::prelude::*;
use verifier::*;
use chrono::DateTime;

#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct C { trust_list_key: jose::Jwk }
/// A checker.
#[wasm_bindgen]
pub struct Kontroll { county: C, checker: Option<Checker>, statuses: StatusCache }

#[wasm_bindgen]
impl Kontroll {
    /// New.
    #[wasm_bindgen(constructor)]
    pub fn new(county: &str) -> Result<Kontroll, JsError> {
        Ok(Self { county: C::from_json(county.as_bytes())?, checker: None, statuses: StatusCache::default() })
    }
    /// Trust.
    pub fn trust(&mut self, jws: &str, now: f64) -> Result<(), JsError> {
        let now = DateTime::from_timestamp(now as i64, 0).unwrap_or_default();
        let t = TrustList::verify(jws, &self.county.trust_list_key, now, None)?;
        self.statuses.add_jwt(jws, &t, now)?;
        self.checker = Some(Checker::new(t, self.statuses.clone(), Settings::default()));
        Ok(())
    }
    /// Check.
    pub fn check(&mut self, text: &str, now: f64) -> Option<String> {
        let now = DateTime::from_timestamp(now as i64, 0).unwrap_or_default();
        serde_json::to_string(&self.checker.as_mut()?.check(text, now)).ok()
    }
}
