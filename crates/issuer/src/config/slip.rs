//! `[slip]`: slips of paper.

use super::Reader;

/// `[slip]`
#[derive(Clone, Copy, Debug)]
pub struct SlipConfig {
    /// So many slips may be printed for one person on one day.
    pub per_person_and_day: u64,
    /// Their codes are links, which any phone's camera opens, and which browsers keep in their history.
    pub as_link: bool,
}

impl Default for SlipConfig {
    fn default() -> Self {
        Self {
            per_person_and_day: 5,
            as_link: true,
        }
    }
}

impl SlipConfig {
    pub(super) fn read(r: &mut Reader) -> Self {
        let usual = Self::default();
        let most = i64::try_from(usual.per_person_and_day).unwrap_or_default();
        let most = r.whole("slip.per_person_and_day", most, 0, 100);
        Self {
            per_person_and_day: most.unsigned_abs(),
            as_link: r.or("slip.as_link", usual.as_link),
        }
    }
}
