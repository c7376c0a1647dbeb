//! Reasons that staff give.

/// The longest, in signs; as the commands have it.
const LONGEST: usize = 500;

/// What was written as a reason; none when there is nothing in it, or too much. A browser sends a line's end as two signs.
pub(super) fn reason(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    (1..=LONGEST)
        .contains(&text.chars().count())
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_as_long_as_the_field_let_it_be() {
        let lines = "ni tegn..\r\n".repeat(50);
        assert_eq!(reason(&lines).map(|text| text.chars().count()), Some(499));
        assert_eq!(reason(&"x".repeat(501)), None);
        assert_eq!(reason(" \r\n "), None);
    }
}
