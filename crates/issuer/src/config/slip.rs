//! `[slip]`: slips of paper.

use super::Reader;

/// `[slip]`
#[derive(Clone, Copy, Debug)]
pub struct SlipConfig {
    /// So many slips may be printed for one person on one day.
    pub per_person_and_day: u64,
}

impl Default for SlipConfig {
    fn default() -> Self {
        Self {
            per_person_and_day: 5,
        }
    }
}

impl SlipConfig {
    pub(super) fn read(r: &mut Reader) -> Self {
        let usual = Self::default().per_person_and_day;
        let usual = i64::try_from(usual).unwrap_or_default();
        let most = r.whole("slip.per_person_and_day", usual, 0, 100);
        Self {
            per_person_and_day: most.unsigned_abs(),
        }
    }
}
