//! What `#[relive::main]` stands for.

use std::future::Future;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Runs a program's `main` to its end.
pub fn run<T>(main: impl Future<Output = T>) -> T {
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(main),
        Err(error) => panic!("the runtime cannot be started: {error}"),
    }
}

fn log() {
    let wanted = std::env::var("RELIVE_LOG").unwrap_or_default();
    let (targets, problem) = match wanted.parse::<Targets>() {
        Ok(targets) if !wanted.is_empty() => (targets, None),
        Ok(_) => (Targets::new().with_default(LevelFilter::WARN), None),
        Err(error) => (Targets::new().with_default(LevelFilter::WARN), Some(error)),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .without_time();
    // An application that has set a subscriber of its own keeps it.
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .try_init();
    if let Some(error) = problem {
        tracing::warn!("RELIVE_LOG=\"{wanted}\" is not understood: {error}");
    }
}
