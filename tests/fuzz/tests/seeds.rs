//! Every seed through its target, without libFuzzer.

use fuzz::{TARGETS, seeds};

#[test]
fn seeds_keep_every_law_and_are_what_their_names_say() {
    let mut wrong = Vec::new();
    for (name, run) in TARGETS {
        for (file, content) in seeds::of(name) {
            let accepted = run(&content);
            let expected = match file.split('-').next() {
                Some("good") => true,
                Some("bad") => false,
                _ => continue,
            };
            if accepted != expected {
                wrong.push(format!("{name}/{file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not as their names say: {wrong:#?}");
}

#[test]
fn the_seeds_stay_few_and_small() {
    let sizes = TARGETS.map(|(name, _)| {
        let seeds = seeds::of(name);
        assert!(seeds.len() > 5, "{name} has hardly any seeds");
        seeds
            .iter()
            .map(|(_, content)| content.len())
            .sum::<usize>()
    });
    assert!(sizes.iter().sum::<usize>() < 1 << 20);
}

#[test]
fn any_bytes_at_all_are_answered() {
    for (_, run) in TARGETS {
        for content in [
            &b""[..],
            b"\0",
            b"{",
            b"{}",
            b"[]",
            b"\n",
            b"\xff\xff\xff\xff",
            b"~",
            b"..",
            b"#",
        ] {
            run(content);
        }
    }
}
