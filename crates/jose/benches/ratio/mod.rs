//! Times of several things in turn, so that a busy machine slows all of them alike and their ratio means something.
//! Benchmarks of other crates include this file too.

#![allow(dead_code, reason = "each benchmark uses its own part of this")]
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::time::{Duration, Instant};

/// Runs all of `things` in turn, `rounds` times, and gives the median time of each.
pub(crate) fn medians<const N: usize>(
    rounds: usize,
    mut things: [&mut dyn FnMut(); N],
) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    let warm_up = rounds / 10;
    for round in 0..warm_up + rounds {
        for (thing, times) in things.iter_mut().zip(&mut times) {
            let start = Instant::now();
            thing();
            let time = start.elapsed();
            if round >= warm_up {
                times.push(time);
            }
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

/// How `time` compares to `raw`, beside the goal for it.
pub(crate) fn at_most(what: &str, time: Duration, raw: Duration, goal: f64) {
    let ratio = time.as_secs_f64() / raw.as_secs_f64();
    let verdict = if ratio <= goal { "met" } else { "MISSED" };
    println!("{what}: {time:.1?} / {raw:.1?} = {ratio:.2} (goal: at most {goal}, {verdict})");
}

/// How many times `time` goes into `other`, beside the goal for it.
pub(crate) fn faster(what: &str, time: Duration, other: Duration, goal: f64) {
    let ratio = other.as_secs_f64() / time.as_secs_f64();
    let verdict = if ratio >= goal { "met" } else { "MISSED" };
    println!("{what}: {other:.1?} / {time:.1?} = {ratio:.2} (goal: at least {goal}, {verdict})");
}

/// How large something is.
pub(crate) fn size(what: &str, bytes: usize) {
    println!("{what}: {bytes} bytes");
}
