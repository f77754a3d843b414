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

/// Many small documents are updated before the clock is read again: it needs as long as one of them.
fn update(group: &mut BenchmarkGroup<'_, WallTime>, workload: &Workload) {
    let base = Document::parse(&workload.old).unwrap();
    let mut documents = vec![base.clone(); if workload.old.len() < 10_000 { 32 } else { 1 }];
    let mut buffer = Vec::new();
    group.bench_function("update", |bencher| {
        bencher.iter_custom(|iterations| {
            let mut total = Duration::ZERO;
            let mut left = iterations as usize;
            while left > 0 {
                let count = left.min(documents.len());
                documents[..count]
                    .iter_mut()
                    .for_each(|document| document.clone_from(&base));
                let start = Instant::now();
                for document in &mut documents[..count] {
                    buffer.clear();
                    let mut sink =
                        Operations::new(Format::MessagePack, std::mem::take(&mut buffer));
                    let stats =
                        document.update(black_box(&workload.new), &Hints::default(), &mut sink);
                    buffer = sink.finish();
                    black_box(stats).unwrap();
                }
                total += start.elapsed();
                left -= count;
            }
            total
        });
    });
}

fn memcmp(group: &mut BenchmarkGroup<'_, WallTime>, workload: &Workload) {
    let copy = workload.old.clone();
    group.bench_function("memcmp", |bencher| {
        bencher.iter(|| black_box(workload.old.as_bytes()) == black_box(copy.as_bytes()));
    });
}

criterion_group!(benches, differ);
criterion_main!(benches);
