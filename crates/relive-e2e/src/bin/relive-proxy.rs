//! The proxy as a command: `cargo xtask proxy`.

use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs};
use std::num::NonZeroU64;
use std::time::Duration;

use relive_e2e::proxy::{Conditions, Options, Proxy};
use tokio::io::{AsyncBufReadExt, BufReader};

const HELP: &str = include_str!("relive-proxy.txt");

/// What the command line asks for.
#[derive(Debug, PartialEq)]
struct Arguments {
    listen: SocketAddr,
    to: SocketAddr,
    options: Options,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        print!("{HELP}");
        return;
    }
    let outcome = parse(&arguments).and_then(|arguments| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("the runtime does not start: {error}"))?;
        runtime.block_on(run(&arguments))
    });
    if let Err(message) = outcome {
        eprintln!("proxy: {message}");
        std::process::exit(1);
    }
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    let Arguments {
        listen,
        to,
        options,
    } = *arguments;
    let proxy = Proxy::listen(listen, to, options)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    say(&format!("http://{} → {to}", proxy.address()));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = obey(&proxy, &line).unwrap_or_else(|message| message);
        say(&answer);
    }
    // Nobody at the other end of standard input: run until killed.
    std::future::pending().await
}

/// Prints a line at once, and goes on where nobody reads it.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Does what one line of standard input says.
fn obey(proxy: &Proxy, line: &str) -> Result<String, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["stall"] => proxy.stall(),
        ["resume"] => proxy.resume(),
        ["cut"] => proxy.cut_all(),
        ["refuse"] => proxy.refuse(),
        ["accept"] => proxy.accept(),
        ["delay", delay] => proxy.set_delay(milliseconds("delay", delay)?, Duration::ZERO),
        ["delay", delay, jitter] => {
            proxy.set_delay(
                milliseconds("delay", delay)?,
                milliseconds("jitter", jitter)?,
            );
        }
        ["counters"] => return Ok(format!("{:?}", proxy.counters())),
        [] => return Ok(String::new()),
        _ => return Err(format!("no such command: {line}")),
    }
    Ok(format!("{line}: done"))
}

fn parse(arguments: &[String]) -> Result<Arguments, String> {
    let (mut listen, mut to, mut options) = (None, None, Options::default());
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| format!("{name} needs a value (see --help)"))?;
        match name.as_str() {
            "--listen" => listen = Some(address(name, value)?),
            "--to" => to = Some(address(name, value)?),
            "--seed" => options.seed = number(name, value)?,
            _ => {
                let up = !name.contains("-down");
                let down = !name.contains("-up");
                let plain = name.replacen("-down", "", 1).replacen("-up", "", 1);
                if up {
                    set(&mut options.up, &plain, name, value)?;
                }
                if down {
                    set(&mut options.down, &plain, name, value)?;
                }
            }
        }
    }
    let listen = listen.ok_or("--listen ADDR is missing (see --help)")?;
    let to = to.ok_or("--to ADDR is missing (see --help)")?;
    Ok(Arguments {
        listen,
        to,
        options,
    })
}

fn set(conditions: &mut Conditions, plain: &str, name: &str, value: &str) -> Result<(), String> {
    match plain {
        "--delay" => conditions.delay = milliseconds(name, value)?,
        "--jitter" => conditions.jitter = milliseconds(name, value)?,
        "--rate" => {
            let rate = NonZeroU64::new(number(name, value)?);
            conditions.rate = Some(rate.ok_or_else(|| format!("{name} must be more than 0"))?);
        }
        "--stall-after" => conditions.stall_after = Some(number(name, value)?),
        "--cut-after" => conditions.cut_after = Some(number(name, value)?),
        _ => return Err(format!("no such option: {name} (see --help)")),
    }
    Ok(())
}

fn number(name: &str, value: &str) -> Result<u64, String> {
    value
        .parse()
        .map_err(|_| format!("{name} takes a whole number, not {value:?}"))
}

fn milliseconds(name: &str, value: &str) -> Result<Duration, String> {
    number(name, value).map(Duration::from_millis)
}

fn address(name: &str, value: &str) -> Result<SocketAddr, String> {
    let found = value
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next());
    found.ok_or_else(|| format!("{name} takes an address like 127.0.0.1:3000, not {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Arguments, String> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        parse(&words)
    }

    #[test]
    fn options_hold_for_both_directions_or_for_the_one_that_they_name() {
        let parsed = parse_line(
            "--listen 127.0.0.1:0 --to 127.0.0.1:3000 --delay 100 --jitter-up 5 --rate-down 9 \
             --cut-down-after 70 --stall-up-after 80 --seed 3",
        );
        let delay = Duration::from_millis(100);
        let up = Conditions {
            delay,
            jitter: Duration::from_millis(5),
            stall_after: Some(80),
            ..Conditions::default()
        };
        let down = Conditions {
            delay,
            rate: NonZeroU64::new(9),
            cut_after: Some(70),
            ..Conditions::default()
        };
        let expected = Arguments {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            to: SocketAddr::from(([127, 0, 0, 1], 3000)),
            options: Options { up, down, seed: 3 },
        };
        assert_eq!(parsed, Ok(expected));
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("--listen 127.0.0.1:0", "--to ADDR is missing (see --help)"),
            (
                "--listen here",
                "--listen takes an address like 127.0.0.1:3000, not \"here\"",
            ),
            ("--delay", "--delay needs a value (see --help)"),
            ("--delay soon", "--delay takes a whole number, not \"soon\""),
            ("--rate 0", "--rate must be more than 0"),
            ("--stal 4", "no such option: --stal (see --help)"),
        ];
        for (line, expected) in cases {
            assert_eq!(parse_line(line), Err(expected.to_owned()), "{line}");
        }
    }
}
