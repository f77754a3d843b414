//! The differ on the workloads, each beside comparing the old HTML with an equal copy of itself.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use relive_protocol::{Format, Operations};
use relive_vdom::workloads::{self, Workload};
use relive_vdom::{Document, Hints};

fn differ(criterion: &mut Criterion) {
    for workload in workloads::standard().into_iter().chain(workloads::harder()) {
        let mut group = criterion.benchmark_group(workload.name);
        group
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(2));
        group.sample_size(30);
        update(&mut group, &workload);
        memcmp(&mut group, &workload);
        if matches!(workload.name, "W1" | "outside") {
            group.bench_function("parse", |bencher| {
                bencher.iter(|| Document::parse(black_box(&workload.old)));
            });
        }
        group.finish();
    }
}

/// Before each measured call, the document is made anew from a copy. Many small documents are updated before the clock is
/// read again: it needs as long as one of them.
fn update(group: &mut BenchmarkGroup<'_, WallTime>, workload: &Workload) {
    let mut buffer = Vec::new();
    measured(group, "update", workload, |document, _| {
        buffer.clear();
        let mut sink = Operations::new(Format::MessagePack, std::mem::take(&mut buffer));
        let stats = document.update(black_box(&workload.new), &Hints::default(), &mut sink);
        buffer = sink.finish();
        black_box(stats).unwrap();
    });
}

/// The same between the calls, so that caches are as warm or as cold.
fn memcmp(group: &mut BenchmarkGroup<'_, WallTime>, workload: &Workload) {
    let equal = workload.old.clone();
    measured(group, "memcmp", workload, |_, copy| {
        black_box(black_box(&*copy) == black_box(equal.as_bytes()));
    });
}

fn measured(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    workload: &Workload,
    mut call: impl FnMut(&mut Document, &mut Vec<u8>),
) {
    let base = (
        Document::parse(&workload.old).unwrap(),
        workload.old.clone().into_bytes(),
    );
    let mut copies = vec![base.clone(); if workload.old.len() < 10_000 { 32 } else { 1 }];
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let mut total = Duration::ZERO;
            let mut left = iterations as usize;
            while left > 0 {
                let count = left.min(copies.len());
                for copy in &mut copies[..count] {
                    copy.0.clone_from(&base.0);
                    copy.1.clone_from(&base.1);
                }
                let start = Instant::now();
                copies[..count]
                    .iter_mut()
                    .for_each(|(document, copy)| call(document, copy));
                total += start.elapsed();
                left -= count;
            }
            total
        });
    });
}

criterion_group!(benches, differ);
criterion_main!(benches);
