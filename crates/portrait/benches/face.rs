//! Finding and measuring a face, in a live view and at the end; and the two networks alone, against LiteRT where it is
//! installed.
//!
//! `LITERT_PYTHON=… cargo bench -p portrait`: a Python that has `ai-edge-litert` and `numpy` (else `python3`).

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may stop where a test may"
)]

#[path = "../tests/drawing/mod.rs"]
mod drawing;
#[path = "../../jose/benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use image::ImageFormat;
use portrait::{Depth, FaceFinder, Mode, Settings};
use tflite::{Model, Scratch};

const NETWORKS: [(&str, &str, f64); 2] = [
    (
        "detector",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/models/face_detection_short_range.tflite"
        ),
        3.0,
    ),
    (
        "mesh",
        concat!(env!("CARGO_MANIFEST_DIR"), "/models/face_landmark.tflite"),
        3.0,
    ),
];

fn benchmark(criterion: &mut Criterion) {
    compare();

    let frame = drawing::drawing(360, 480, 0.6);
    let mut jpeg = Cursor::new(Vec::new());
    frame.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let finder = FaceFinder::new();
    assert_eq!(finder.find(&frame, Depth::Live).len(), 1);
    let settings = Settings::default();
    let decode = || portrait::read(black_box(&jpeg), &settings).unwrap();

    let mut group = criterion.benchmark_group("face");
    group.sample_size(20);
    group.bench_function("make a finder", |bench| bench.iter(FaceFinder::new));
    group.bench_function("live frame, decode", |bench| bench.iter(decode));
    group.bench_function("live frame, decode and find", |bench| {
        bench.iter(|| finder.find(&decode(), Depth::Live));
    });
    group.bench_function("live frame, decode, find and measure", |bench| {
        bench.iter(|| portrait::check(&finder, &decode(), Mode::Live));
    });
    for (width, height) in [(480, 640), (960, 1280), (1200, 1600)] {
        let picture = drawing::drawing(width, height, 0.6);
        group.bench_function(format!("final check, {width} x {height}"), |bench| {
            bench.iter(|| portrait::check(&finder, black_box(&picture), Mode::Final));
        });
    }
    group.finish();
    if let Some(peak) = peak_memory() {
        ratio::size("most memory of all this", peak);
    }
}

/// The two networks, here and with LiteRT in turn.
fn compare() {
    let mut scratch = Scratch::default();
    let before = peak_memory();
    let models = NETWORKS.map(|(_, file, _)| Model::parse(&std::fs::read(file).unwrap()).unwrap());
    let inputs = models.each_ref().map(|model| -> Vec<f32> {
        let count = model.inputs()[0].iter().product::<usize>();
        (0..count).map(|at| (at % 251) as f32 / 250.0).collect()
    });
    let mut run = |index: usize, rounds| {
        ratio::medians(
            rounds,
            [&mut || {
                let outputs = models[index].run(&[&inputs[index]], &mut scratch);
                black_box(outputs.unwrap().len());
            }],
        )[0]
    };
    for index in 0..NETWORKS.len() {
        run(index, 20);
    }
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        ratio::size("memory for both networks", after.saturating_sub(before));
    }
    let Some(mut foreign) = Foreign::start() else {
        return;
    };
    let mut sums = [Duration::ZERO; 2];
    for (index, (name, _, goal)) in NETWORKS.into_iter().enumerate() {
        // In turn, and of many short rounds the best: what else the machine does takes more from the longer one.
        let (mut own, mut other) = (Duration::MAX, Duration::MAX);
        for _ in 0..100 {
            own = own.min(run(index, 10));
            other = other.min(foreign.median_of(index, 10).unwrap());
        }
        ratio::at_most(&format!("{name}, against LiteRT"), own, other, goal);
        sums[0] += own;
        sums[1] += other;
    }
    ratio::at_most("both, against LiteRT", sums[0], sums[1], 3.0);
    ratio::size("most memory of LiteRT's process", foreign.peak);
}

/// The most bytes that this process had in memory so far.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// LiteRT at work in a process of its own.
struct Foreign {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    peak: usize,
}

impl Foreign {
    /// Starts it, or says that it is left out.
    fn start() -> Option<Self> {
        let python = std::env::var("LITERT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let process = Command::new(python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/benches/foreign/litert.py"
            ))
            .args(NETWORKS.map(|(_, file, _)| file))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut foreign = process.ok().and_then(|mut process| {
            Some(Self {
                input: process.stdin.take()?,
                output: BufReader::new(process.stdout.take()?),
                process,
                peak: 0,
            })
        })?;
        if foreign.median_of(0, 20).is_none() {
            println!("LiteRT is left out: it is not installed");
            return None;
        }
        Some(foreign)
    }

    fn median_of(&mut self, network: usize, rounds: usize) -> Option<Duration> {
        writeln!(self.input, "{network} {rounds}").ok()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).ok()?;
        let (time, peak) = answer.trim().split_once(' ')?;
        self.peak = peak.parse().ok()?;
        time.parse().ok().map(Duration::from_nanos)
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
