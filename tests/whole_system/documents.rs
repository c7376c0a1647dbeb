//! What is written down is what is built.

use std::collections::BTreeSet;
use std::path::Path;

use whole_system::stage::repository;

/// Every support code in a text: `LB-`, an area, three digits.
fn codes(text: &str, found: &mut BTreeSet<String>) {
    for (start, _) in text.match_indices("LB-") {
        let code: String = text[start..]
            .chars()
            .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '-')
            .collect();
        if wallet::problem::is_support_code(&code) {
            found.insert(code);
        }
    }
}

fn codes_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                codes_below(&path, found);
            }
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            codes(&std::fs::read_to_string(&path).unwrap_or_default(), found);
        }
    }
}

#[test]
fn every_support_code_that_anybody_can_meet_is_in_the_list() {
    let root = repository();
    let mut met = BTreeSet::new();
    for folder in [
        "crates/issuer/src",
        "crates/wallet/src",
        "src-tauri/src",
        "ui/src",
    ] {
        codes_below(&root.join(folder), &mut met);
    }
    assert!(met.len() > 50, "{met:?}");
    let mut listed = BTreeSet::new();
    let list = std::fs::read_to_string(root.join("docs/support-codes.md")).unwrap();
    codes(&list, &mut listed);
    let missing: Vec<_> = met.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "not in docs/support-codes.md: {missing:?}"
    );
}

#[test]
fn every_reason_of_a_verdict_is_in_the_list() {
    let root = repository();
    let types = std::fs::read_to_string(root.join("ui/src/lib/bindings.ts")).unwrap();
    let (_, after) = types.split_once("export type Reason = ").unwrap();
    let (reasons, _) = after.split_once(";\n").unwrap();
    let kinds: Vec<&str> = reasons
        .split("\"kind\": \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    let list = std::fs::read_to_string(root.join("docs/verify.md")).unwrap();
    for kind in kinds {
        assert!(
            list.contains(&format!("`{kind}`")),
            "not in docs/verify.md: {kind}"
        );
    }
}
