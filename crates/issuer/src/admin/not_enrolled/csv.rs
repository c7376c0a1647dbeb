//! The list as a file that a spreadsheet opens.

/// A file of these rows: UTF-8 with a mark, semicolons, as Norwegian spreadsheets expect.
pub(super) fn file(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut file = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| written(cell)).collect();
        file.push_str(&cells.join(";"));
        file.push_str("\r\n");
    }
    file
}

/// A cell. One that a spreadsheet would take for a formula is told to be text: names come from outside.
fn written(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([';', '"', '\n', '\r', ',']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula_and_never_two_cells() {
        let rows = [vec![
            "=HYPERLINK(1)".into(),
            "Ås; \"Per\"".into(),
            "2STA".into(),
        ]];
        assert_eq!(
            file(rows),
            "\u{feff}'=HYPERLINK(1);\"Ås; \"\"Per\"\"\";2STA\r\n"
        );
    }
}
