//! Waiting a moment when the issuer has no room, as on a school's first day.

use std::time::Duration;

use crate::{
    CallError, Wallet,
    issuer::Proof,
    platform::{Request, Response},
};

/// How often a step of a login is tried again that the issuer had no room for.
const PATIENCE: u32 = 4;
/// No such try is waited for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Wallet {
    /// As [`Wallet::send`], for the steps of a login: on a school's first day many come at once, and who is told to wait a
    /// moment (RFC 9110 §10.2.3) waits, a little longer than told and each for another time, rather than be shown a fault.
    pub(crate) async fn send_patiently(
        &self,
        request: Request,
        proof: Proof<'_>,
    ) -> Result<Response, CallError> {
        for tries in 0..PATIENCE {
            let answer = self.send(request.clone(), proof).await?;
            let Some(pause) = pause(&answer, tries, self.some_share()?) else {
                return Ok(answer);
            };
            tokio::time::sleep(pause).await;
        }
        self.send(request, proof).await
    }

    /// A random number from 0 up to 255.
    fn some_share(&self) -> Result<u8, CallError> {
        let mut share = [0];
        self.platform
            .random
            .fill(&mut share)
            .map_err(|_| CallError::Crypto)?;
        Ok(share[0])
    }
}

/// How long to wait before asking again; none when the answer is no "not now", or one for longer than anybody waits. Each
/// try waits up to twice as long as the one before, and `share` of 256 says how much of that.
fn pause(answer: &Response, tries: u32, share: u8) -> Option<Duration> {
    if answer.status != 429 {
        return None;
    }
    let told: u64 = answer.header("retry-after")?.trim().parse().ok()?;
    let told = Some(Duration::from_secs(told)).filter(|told| *told <= LONGEST_PAUSE)?;
    let more = told * 2_u32.pow(tries.min(PATIENCE)) * u32::from(share) / 256;
    Some((told + more).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        Response {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn who_is_told_to_wait_waits_that_long_at_least_and_not_as_long_as_all_others() {
        let told = |status, seconds| answer(status, &[("Retry-After", seconds)]);
        let millis = |answer: &Response, tries, share| {
            pause(answer, tries, share).map(|pause| pause.as_millis())
        };
        for (tries, share, waits) in [
            (0, 0, 2_000),
            (0, 128, 3_000),
            (1, 128, 4_000),
            (2, 128, 6_000),
            (3, 255, 10_000),
        ] {
            assert_eq!(millis(&told(429, "2"), tries, share), Some(waits));
        }
        for refused in [
            told(429, "60"),
            told(429, "18446744073709551615"),
            told(429, "Sun, 22 Nov 2026 08:00:00 GMT"),
            told(503, "2"),
            told(200, "2"),
            answer(429, &[]),
        ] {
            assert_eq!(millis(&refused, 0, 255), None);
        }
    }
}
