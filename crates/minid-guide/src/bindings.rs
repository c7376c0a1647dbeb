//! `ui/src/minid/bindings.ts` is generated from the types of this crate; the test below fails when the two differ.

use ts_rs::TS as _;

use crate::{
    ClassCounts, ClassPlan, ClassWords, CountsProblem, Deadline, Facts, Kept, NumberCheck,
    PlanEvent, PlanEventKind, PupilPhase, PupilPlan, PupilWords, Span, Words,
};

fn bindings() -> String {
    let config = ts_rs::Config::new();
    macro_rules! declare {
        ($($name:ident),+ $(,)?) => {
            [$(format!("export {}\n", $name::decl(&config))),+].concat()
        };
    }
    let types = declare![
        Facts,
        NumberCheck,
        PlanEventKind,
        PlanEvent,
        PupilPhase,
        PupilPlan,
        Deadline,
        Span,
        ClassPlan,
        ClassCounts,
        CountsProblem,
        Kept,
        Words,
        PupilWords,
        ClassWords,
    ];
    format!(
        "// Made from crates/minid-guide; after a change there: UPDATE_BINDINGS=1 cargo test -p minid-guide --features bindings bindings\n{types}"
    )
}

#[test]
fn the_screens_bindings_are_made_from_these_types() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../ui/src/minid/bindings.ts"
    );
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(path, bindings()).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(
        kept == bindings(),
        "ui/src/minid/bindings.ts is out of date; run: UPDATE_BINDINGS=1 cargo test -p minid-guide --features bindings bindings"
    );
}
