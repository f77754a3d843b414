//! One direction on its own, in virtual time: to the millisecond, and without waiting.

use std::num::NonZeroU64;

use tokio::io::{DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::*;
use crate::proxy::Options;

/// A pipe under test: what goes into `input` comes out of `output`.
struct Rig {
    input: DuplexStream,
    output: DuplexStream,
    shared: Arc<Shared>,
    end: JoinHandle<Result<(), Cut>>,
}

fn rig(conditions: Conditions, seed: u64) -> Rig {
    let shared = Arc::new(Shared::new(Options {
        seed,
        ..Options::both(conditions)
    }));
    // Large enough that the pipe, and not the test's own ends, decides when bytes arrive.
    let (input, from) = duplex(8 << 20);
    let (to, output) = duplex(8 << 20);
    let end = tokio::spawn(Pipe::new(&shared, 0, Direction::Down).run(from, to));
    Rig {
        input,
        output,
        shared,
        end,
    }
}

impl Rig {
    /// Sends `count` chunks of 100 bytes, each on its own, and returns when each arrived, in milliseconds.
    async fn arrivals(&mut self, count: u8) -> Vec<u128> {
        let start = Instant::now();
        let mut arrivals = Vec::new();
        for number in 0..count {
            self.input.write_all(&[number; 100]).await.unwrap();
            // Lets the pipe read each chunk before the next is there.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        }
        for number in 0..count {
            let mut chunk = [0; 100];
            self.output.read_exact(&mut chunk).await.unwrap();
            assert_eq!(chunk, [number; 100], "the order of bytes is kept");
            arrivals.push(start.elapsed().as_millis());
        }
        arrivals
    }

    /// What has arrived after some time.
    async fn arrived_after(&mut self, time: Duration) -> usize {
        tokio::time::sleep(time).await;
        let mut arrived = 0;
        let mut buffer = vec![0; 4 << 20];
        while let Ok(Ok(length)) =
            tokio::time::timeout(Duration::ZERO, self.output.read(&mut buffer)).await
        {
            arrived += length;
            if length == 0 {
                break;
            }
        }
        arrived
    }
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[tokio::test(start_paused = true)]
async fn delay_holds_each_byte_for_the_same_time() {
    let mut rig = rig(
        Conditions {
            delay: milliseconds(150),
            ..Conditions::default()
        },
        0,
    );
    // The timer's grain is a millisecond, rounded up.
    for arrival in rig.arrivals(3).await {
        assert!((150..=151).contains(&arrival), "{arrival} ms");
    }
    assert_eq!(rig.shared.counters().down_bytes, 300);
}

#[tokio::test(start_paused = true)]
async fn jitter_varies_within_its_limit_keeps_order_and_follows_the_seed() {
    let conditions = Conditions {
        delay: milliseconds(100),
        jitter: milliseconds(80),
        ..Conditions::default()
    };
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let mut rig = rig(conditions, seed);
        let mut arrivals = Vec::new();
        for _ in 0..20 {
            // One at a time: then no chunk waits for the one before it.
            arrivals.extend(rig.arrivals(1).await);
        }
        assert!(
            arrivals.iter().all(|arrival| (100..=181).contains(arrival)),
            "{arrivals:?}"
        );
        assert!(
            arrivals.iter().max() > arrivals.iter().min(),
            "{arrivals:?}"
        );
        let together = rig.arrivals(50).await;
        assert!(together.is_sorted(), "{together:?}");
        seen.push((arrivals, together));
    }
    assert_eq!(seen[0], seen[1], "the same seed gives the same times");
    assert_ne!(seen[0], seen[2], "another seed gives other times");
}

#[tokio::test(start_paused = true)]
async fn rate_limits_bytes_for_each_second() {
    let rate = NonZeroU64::new(10_000);
    let mut rig = rig(
        Conditions {
            rate,
            ..Conditions::default()
        },
        0,
    );
    rig.input.write_all(&vec![7; 30_000]).await.unwrap();
    for second in 1..=3_u64 {
        let arrived = rig.arrived_after(milliseconds(1000)).await;
        // A piece of a fiftieth of a second may fall on either side.
        assert!(
            (9_600..=10_400).contains(&arrived),
            "second {second}: {arrived} bytes"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn stall_point_holds_bytes_back_until_resumed() {
    let mut rig = rig(
        Conditions {
            stall_after: Some(250),
            ..Conditions::default()
        },
        0,
    );
    rig.input.write_all(&[7; 1000]).await.unwrap();
    assert_eq!(rig.arrived_after(milliseconds(10)).await, 250);
    assert_eq!(rig.arrived_after(milliseconds(60_000)).await, 0);
    rig.shared
        .state
        .send_modify(|state| state.down.stall_after = None);
    assert_eq!(rig.arrived_after(milliseconds(10)).await, 750);
}

#[tokio::test(start_paused = true)]
async fn stall_by_hand_holds_also_what_is_under_way() {
    let mut rig = rig(
        Conditions {
            delay: milliseconds(50),
            ..Conditions::default()
        },
        0,
    );
    rig.input.write_all(&[7; 400]).await.unwrap();
    tokio::time::sleep(milliseconds(25)).await;
    rig.shared.state.send_modify(|state| state.stalled = true);
    assert_eq!(rig.arrived_after(milliseconds(60_000)).await, 0);
    rig.shared.state.send_modify(|state| state.stalled = false);
    assert_eq!(rig.arrived_after(milliseconds(1)).await, 400);
}

#[tokio::test(start_paused = true)]
async fn cut_comes_after_exactly_the_given_byte() {
    for point in [0_u64, 1, 99, 100, 101, 65_537] {
        let mut rig = rig(
            Conditions {
                cut_after: Some(point),
                ..Conditions::default()
            },
            0,
        );
        rig.input.write_all(&vec![7; 100_000]).await.unwrap();
        let mut arrived = Vec::new();
        rig.output.read_to_end(&mut arrived).await.unwrap();
        assert_eq!(arrived.len() as u64, point);
        assert_eq!(rig.end.await.unwrap(), Err(Cut));
    }
}

#[tokio::test(start_paused = true)]
async fn armed_cut_counts_from_the_moment_it_was_armed_and_happens_once() {
    let mut rig = rig(Conditions::default(), 0);
    rig.arrivals(3).await;
    rig.shared.arm(Direction::Down, 42);
    rig.input.write_all(&[7; 1000]).await.unwrap();
    let mut arrived = Vec::new();
    rig.output.read_to_end(&mut arrived).await.unwrap();
    assert_eq!(arrived.len(), 42);
    assert_eq!(rig.end.await.unwrap(), Err(Cut));
    assert_eq!(rig.shared.left(Direction::Down), u64::MAX, "spent");
}

#[tokio::test(start_paused = true)]
async fn cut_by_hand_ends_a_pipe_whatever_it_waits_for() {
    let waits = [
        Conditions::default(),
        Conditions {
            delay: milliseconds(60_000),
            ..Conditions::default()
        },
        Conditions {
            stall_after: Some(10),
            ..Conditions::default()
        },
        Conditions {
            rate: NonZeroU64::new(1),
            ..Conditions::default()
        },
    ];
    for conditions in waits {
        let mut rig = rig(conditions, 0);
        rig.input.write_all(&[7; 1000]).await.unwrap();
        tokio::time::sleep(milliseconds(20)).await;
        rig.shared.state.send_modify(|state| state.cuts += 1);
        let end = tokio::time::timeout(milliseconds(1), rig.end).await;
        assert_eq!(
            end.expect("ends at once").unwrap(),
            Err(Cut),
            "{conditions:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn end_of_input_comes_after_all_bytes_and_as_late_as_they() {
    let mut rig = rig(
        Conditions {
            delay: milliseconds(70),
            ..Conditions::default()
        },
        0,
    );
    rig.input.write_all(&[7; 5]).await.unwrap();
    rig.input.shutdown().await.unwrap();
    let start = Instant::now();
    let mut arrived = Vec::new();
    rig.output.read_to_end(&mut arrived).await.unwrap();
    assert_eq!(arrived, [7; 5]);
    assert!(
        (70..=71).contains(&start.elapsed().as_millis()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(rig.end.await.unwrap(), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_bound_is_under_way() {
    let mut rig = rig(
        Conditions {
            stall_after: Some(0),
            ..Conditions::default()
        },
        0,
    );
    // The pipe stops reading when its queue is full, so the sender cannot get rid of more.
    let endless = async {
        let mut taken = 0_usize;
        loop {
            taken += rig.input.write(&[7; CHUNK]).await.unwrap();
            if taken >= 32 << 20 {
                break;
            }
        }
    };
    assert!(
        tokio::time::timeout(milliseconds(1000), endless)
            .await
            .is_err(),
        "32 MB were taken"
    );
    rig.shared
        .state
        .send_modify(|state| state.down.cut_after = Some(0));
    rig.shared
        .state
        .send_modify(|state| state.down.stall_after = None);
    assert_eq!(rig.end.await.unwrap(), Err(Cut));
}
