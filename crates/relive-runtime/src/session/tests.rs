//! The core, without any task: the table of `docs/session.md`, and schedules of messages.

use std::time::Duration;

use bytes::Bytes;
use relive_protocol::{ErrorKind, Format, Map, Outcome, Resume, ToPage};

use super::core::{Core, MISSED, State};
use super::message::{Call, Direct, Input, Output, PageTree, Ran, Rendered};
use crate::disconnect::Disconnect;
use crate::event::Payload;
use crate::limits::Limits;

const PAGE: PageTree = PageTree {
    nodes: 3,
    checksum: 7,
};

fn limits() -> Limits {
    Limits {
        max_unacknowledged: 2,
        max_queued_calls: 4,
        max_coalesced: 3,
        ..Limits::default()
    }
}

fn event(reference: u32) -> Input {
    Input::Event {
        reference,
        name: "go".into(),
        payload: Map::new(),
    }
}

fn visit(reference: u32) -> Input {
    Input::Visit {
        reference,
        url: "/".into(),
        navigate: false,
    }
}

fn info() -> Input {
    Input::Info {
        event: "tick".into(),
        data: Payload::from(serde_json::Value::Null),
    }
}

fn direct() -> Input {
    Input::Direct(Direct::Push {
        name: "beep".into(),
        payload: serde_json::Value::Null,
    })
}

fn resume(seq: u32) -> Input {
    let resume = Resume {
        session: "s".into(),
        seq,
        reference: 0,
    };
    Input::Join {
        page: PAGE,
        resume: Some(resume),
    }
}

fn join() -> Input {
    Input::Join {
        page: PAGE,
        resume: None,
    }
}

/// A core with what came out of it since it was last looked at.
struct Play {
    core: Core,
}

impl Play {
    fn new(state: State) -> Self {
        let mut play = Play {
            core: Core::parked(&limits(), true, false),
        };
        let inputs = match state {
            State::Parked => vec![],
            State::Live => vec![join()],
            State::Detached => vec![join(), Input::Lost],
            // A call is under way, which the end waits for.
            State::Ending => vec![join(), event(1), Input::Leave],
            State::Ended => vec![join(), Input::Leave],
        };
        for input in inputs {
            play.core.input(input);
        }
        play.outputs();
        assert_eq!(play.core.state(), state);
        play
    }

    fn live() -> Self {
        Play::new(State::Live)
    }

    /// Two events were answered by updates, which the page has not acknowledged.
    fn with_two_updates() -> Self {
        let mut play = Play::live();
        for (reference, frame) in [(1, "one"), (2, "two")] {
            play.give(event(reference));
            play.give(Input::Ran(Ran::Done));
            play.frame(frame);
        }
        play
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.core.output()).collect()
    }

    fn give(&mut self, input: Input) -> Vec<String> {
        self.core.input(input);
        self.outputs().iter().map(word).collect()
    }

    fn frame(&mut self, text: &'static str) -> Vec<String> {
        self.give(Input::Rendered(Rendered::Update(Bytes::from_static(
            text.as_bytes(),
        ))))
    }
}

fn words(outputs: Vec<Output>) -> Vec<String> {
    outputs.iter().map(word).collect()
}

/// An output in a word or two, as the table of the documentation has it.
fn word(output: &Output) -> String {
    match output {
        Output::Run(Call::Event { reference, .. }) => format!("run event {reference}"),
        Output::Run(Call::Visit { reference, .. }) => format!("run visit {reference}"),
        Output::Run(Call::Info { event, .. }) if event == MISSED => "run missed".into(),
        Output::Run(Call::Info { .. }) => "run info".into(),
        Output::Run(Call::Direct(_)) => "run direct".into(),
        Output::Run(Call::Task { number }) => format!("run task {number}"),
        Output::Run(Call::Remount) => "run mount".into(),
        Output::Run(Call::Check) => "run hooks".into(),
        Output::StartTasks => "start tasks".into(),
        Output::Render { seq, answers } => format!("render {seq} for {answers:?}"),
        Output::Joined { outcome, .. } => format!("joined ({outcome:?})").to_lowercase(),
        Output::Html { .. } => "html".into(),
        Output::Send(ToPage::Error {
            kind, reference, ..
        }) => match reference {
            Some(reference) => format!("error {} for {reference}", kind.wire()),
            None => format!("error {}", kind.wire()),
        },
        Output::Send(ToPage::Refused { reason, .. }) => format!("refused ({reason})"),
        Output::Send(ToPage::Update { answers, .. }) => format!("answers {answers:?}"),
        Output::Send(ToPage::Ended { reason, .. }) => format!("ended ({reason})"),
        Output::Send(ToPage::Redirect { url, mode, .. }) => format!("redirect to {url} ({mode})"),
        Output::Send(other) => format!("{other:?}"),
        Output::Frame(bytes) => format!("frame {}", String::from_utf8_lossy(bytes)),
        Output::Timer(Some(_)) => "timer".into(),
        Output::Timer(None) => "no timer".into(),
        Output::End(reason) => format!("end ({reason:?})").to_lowercase(),
    }
}

/// Walks the table of states and messages in `docs/session.md`, cell by cell.
#[test]
fn every_state_answers_every_message_as_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/session.md");
    let text = std::fs::read_to_string(path).unwrap();
    let states = [
        State::Parked,
        State::Live,
        State::Detached,
        State::Ending,
        State::Ended,
    ];
    type Row = (&'static str, fn() -> Input);
    let messages: [Row; 19] = [
        ("Join", join),
        ("Join to resume", || resume(0)),
        ("Event", || event(5)),
        ("Visit", || visit(5)),
        ("Ack", || Input::Ack { seq: 0 }),
        ("Resync", || Input::Resync { node: 0 }),
        ("Leave", || Input::Leave),
        ("Lost", || Input::Lost),
        ("Info", info),
        ("Check", || Input::Check),
        ("Missed", || Input::Missed(2)),
        ("Direct", direct),
        ("Update", || Input::Update),
        ("Tasks wait", || Input::TasksWait),
        ("Task", || Input::Task { number: 3 }),
        ("Time-out", || Input::TimeOut),
        ("Stop (shutdown)", || Input::Stop(Disconnect::Shutdown)),
        ("Stop (evicted)", || Input::Stop(Disconnect::Evicted)),
        ("Stop (logged out)", || Input::Stop(Disconnect::LoggedOut)),
    ];
    for (name, message) in messages {
        let mut row = vec![name.to_owned()];
        for state in states {
            let mut play = Play::new(state);
            let words = play.give(message());
            let after = format!("{:?}", play.core.state()).to_lowercase();
            let mut cell = if play.core.state() == state {
                String::new()
            } else {
                format!("→ {after}")
            };
            if !words.is_empty() {
                cell.push_str(if cell.is_empty() { "" } else { ": " });
                cell.push_str(&words.join(", "));
            }
            row.push(if cell.is_empty() { "–".into() } else { cell });
        }
        let line = format!("| {} |", row.join(" | "));
        assert!(
            text.contains(&line),
            "docs/session.md should have the row\n{line}"
        );
    }
}

#[test]
fn a_log_out_drops_what_waits_and_what_is_under_way() {
    let mut play = Play::live();
    assert_eq!(play.give(event(1)), ["run event 1"]);
    play.give(event(2));
    play.give(info());
    let end = ["ended (logged_out)", "end (loggedout)"];
    assert_eq!(play.give(Input::Stop(Disconnect::LoggedOut)), end);
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());

    // A call that was told to be run, and is not running yet, is taken back; so is a render.
    let mut play = Play::live();
    play.core.input(event(1));
    play.core.input(Input::Stop(Disconnect::LoggedOut));
    assert_eq!(words(play.outputs()), end);
    let mut play = Play::live();
    play.give(event(1));
    play.core.input(Input::Ran(Ran::Done));
    play.core.input(Input::Stop(Disconnect::LoggedOut));
    assert_eq!(words(play.outputs()), end);
}

#[test]
fn hooks_run_before_all_that_waits_and_once_for_all_who_ask() {
    let mut play = Play::live();
    play.give(event(1));
    for input in [event(2), info(), Input::Check, Input::Check] {
        assert!(play.give(input).is_empty());
    }
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [1]"]);
    assert_eq!(play.frame("one"), ["frame one", "run hooks"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 2 for []"]);
    assert_eq!(play.frame("two"), ["frame two", "run event 2"]);
}

#[test]
fn a_hook_that_halts_or_fails_ends_the_session() {
    let halted = ["redirect to /log-in/ (page)", "end (halted)"];
    let failed = ["ended (evicted)", "end (evicted)"];
    let table = [
        (Ran::Halted("/log-in/".into()), halted),
        (Ran::Unchecked, failed),
    ];
    for (ran, words) in table {
        let mut play = Play::live();
        play.give(Input::Check);
        play.give(event(1));
        assert_eq!(play.give(Input::Ran(ran)), words);
    }
}

#[test]
fn an_event_is_run_rendered_and_answered_once() {
    let mut play = Play::live();
    assert_eq!(play.give(event(1)), ["run event 1"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [1]"]);
    assert_eq!(play.frame("one"), ["frame one"]);
    // A page that was not sure sends it again: it is not run, and answered as done.
    assert_eq!(play.give(event(1)), ["answers [1]"]);
}

#[test]
fn a_repeated_event_that_is_under_way_is_not_answered_twice() {
    let mut play = Play::live();
    play.give(event(1));
    assert!(play.give(event(2)).is_empty());
    for reference in [1, 2] {
        assert!(
            play.give(event(reference)).is_empty(),
            "{reference} is running or queued"
        );
    }
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [1]"]);
    assert_eq!(play.frame("one"), ["frame one", "run event 2"]);
}

#[test]
fn a_repeated_event_gets_its_old_error() {
    let mut play = Play::live();
    play.give(event(1));
    let refused = Ran::Refused(ErrorKind::InvalidParams, "no".into());
    assert_eq!(
        play.give(Input::Ran(refused)),
        ["error invalid_params for 1"]
    );
    assert_eq!(play.give(event(1)), ["error invalid_params for 1"]);
}

#[test]
fn events_run_in_order_one_after_another() {
    let mut play = Play::live();
    assert_eq!(play.give(event(1)), ["run event 1"]);
    assert!(play.give(visit(2)).is_empty());
    assert!(play.give(event(3)).is_empty());
    play.give(Input::Ran(Ran::Done));
    assert_eq!(play.frame("a"), ["frame a", "run visit 2"]);
    play.give(Input::Ran(Ran::Done));
    assert_eq!(play.frame("b"), ["frame b", "run event 3"]);
}

#[test]
fn nothing_changed_is_an_answer_too() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(Input::Ran(Ran::Done));
    assert_eq!(
        play.give(Input::Rendered(Rendered::Unchanged)),
        ["answers [1]"]
    );
}

#[test]
fn a_slow_page_gets_one_render_for_all_that_waited() {
    let mut play = Play::with_two_updates();
    // Two are unacknowledged, which is the limit.
    assert_eq!(play.give(event(3)), ["run event 3"]);
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(play.give(event(4)), ["run event 4"]);
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(play.give(Input::Ack { seq: 1 }), ["render 3 for [3, 4]"]);
}

#[test]
fn an_acknowledgement_of_what_was_never_sent_counts_for_nothing() {
    let mut play = Play::live();
    play.give(Input::Ack { seq: u32::MAX });
    play.give(event(1));
    play.give(Input::Ran(Ran::Done));
    assert_eq!(play.frame("one"), ["frame one"]);
    play.give(Input::Lost);
    assert_eq!(
        play.give(resume(0)),
        ["joined (resumed)", "frame one", "no timer"]
    );
}

#[test]
fn messages_that_wait_together_share_a_render() {
    let mut play = Play::live();
    assert_eq!(play.give(info()), ["run info"]);
    play.give(info());
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["run info"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for []"]);
    play.frame("x");
    // But not for ever: after `max_coalesced` of them there is a render between.
    assert_eq!(play.give(info()), ["run info"]);
    for _ in 0..4 {
        play.give(info());
    }
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["run info"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["run info"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 2 for []"]);
}

#[test]
fn with_temporary_fields_every_change_is_rendered_before_the_next_call() {
    let mut play = Play {
        core: Core::parked(&limits(), false, false),
    };
    play.give(join());
    play.give(info());
    play.give(info());
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for []"]);
    assert_eq!(play.frame("a"), ["frame a", "run info"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 2 for []"]);
    play.frame("b");
    // The page is slow: the next call waits for it.
    play.give(info());
    play.give(info());
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(play.give(Input::Ack { seq: 2 }), ["render 3 for []"]);
}

#[test]
fn a_full_queue_answers_events_and_counts_messages() {
    let mut play = Play::live();
    play.give(event(1));
    for reference in 2..=5 {
        assert!(play.give(event(reference)).is_empty());
    }
    assert_eq!(play.give(event(6)), ["error overloaded for 6"]);
    assert_eq!(play.give(event(6)), ["error overloaded for 6"]);
    for _ in 0..6 {
        assert!(play.give(info()).is_empty());
    }
    let mut words = Vec::new();
    for _ in 0..10 {
        words.extend(play.give(Input::Ran(Ran::Done)));
        words.extend(play.give(Input::Rendered(Rendered::Unchanged)));
    }
    words.retain(|word| word.starts_with("run"));
    assert_eq!(
        words[..4],
        ["run event 2", "run event 3", "run event 4", "run event 5"]
    );
    assert_eq!(words[4..8], ["run info"; 4]);
    // When the queue is empty, the view learns what it missed.
    assert_eq!(words[8..], ["run missed"]);
}

#[test]
fn a_busy_topic_leaves_room_for_events() {
    let mut play = Play::live();
    for _ in 0..10 {
        play.give(info());
    }
    assert!(play.give(event(1)).is_empty(), "it is accepted");
}

#[test]
fn missed_messages_are_told_when_there_is_room() {
    let mut play = Play::live();
    assert_eq!(play.give(Input::Missed(3)), ["run missed"]);
    assert!(play.give(Input::Missed(0)).is_empty());
}

#[test]
fn while_a_handler_awaits_the_page_may_go_and_come_back() {
    let mut play = Play::live();
    play.give(event(1));
    assert_eq!(play.give(Input::Lost), ["timer"]);
    // The call goes on; there is nobody to render for.
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(
        play.give(resume(0)),
        ["joined (resumed)", "no timer", "render 1 for [1]"]
    );
}

#[test]
fn a_page_that_missed_updates_gets_exactly_those() {
    let mut play = Play::with_two_updates();
    play.give(Input::Lost);
    assert_eq!(
        play.give(resume(1)),
        ["joined (resumed)", "frame two", "no timer"]
    );
    play.give(Input::Lost);
    assert_eq!(play.give(resume(2)), ["joined (resumed)", "no timer"]);
}

#[test]
fn a_page_whose_updates_are_gone_or_never_were_gets_everything() {
    for seq in [0, 9] {
        let mut play = Play::live();
        play.give(event(1));
        play.give(Input::Ran(Ran::Done));
        play.frame("one");
        play.give(Input::Ack { seq: 1 });
        play.give(Input::Lost);
        assert_eq!(
            play.give(resume(seq)),
            ["joined (rebuilt)", "no timer"],
            "{seq}"
        );
    }
}

#[test]
fn frames_of_another_form_or_region_are_not_sent_again() {
    for (format, region) in [(Format::Json, 0), (Format::MessagePack, 1)] {
        let mut play = Play::live();
        play.give(event(1));
        play.give(Input::Ran(Ran::Done));
        play.frame("one");
        play.give(Input::Lost);
        play.core.write_for(format, region);
        assert_eq!(play.give(resume(0)), ["joined (rebuilt)", "no timer"]);
    }
}

#[test]
fn a_page_may_come_back_before_its_loss_is_noticed() {
    let mut play = Play::live();
    assert_eq!(play.give(resume(0)), ["joined (resumed)", "no timer"]);
    assert_eq!(play.core.state(), State::Live);
}

#[test]
fn a_panic_answers_the_event_and_mounts_the_view_again() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(event(2));
    assert_eq!(
        play.give(Input::Ran(Ran::Panicked)),
        ["error panicked for 1", "run mount"]
    );
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for []"]);
    assert_eq!(play.frame("anew"), ["frame anew", "run event 2"]);
}

#[test]
fn a_view_that_cannot_be_mounted_again_ends() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(Input::Ran(Ran::Panicked));
    play.core.give_up();
    let words: Vec<_> = play.outputs().iter().map(word).collect();
    assert_eq!(words, ["timer", "ended (failed)", "end (failed)"]);
}

#[test]
fn a_view_that_is_as_before_its_panic_is_rendered_and_not_mounted() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(event(2));
    assert_eq!(
        play.give(Input::Ran(Ran::Restored)),
        ["error panicked for 1", "render 1 for []"]
    );
    let words = play.give(Input::Rendered(Rendered::Unchanged));
    assert_eq!(words, ["run event 2"]);
}

#[test]
fn a_handler_that_was_undone_needs_no_render() {
    let mut play = Play::live();
    play.give(event(1));
    let words = play.give(Input::Ran(Ran::Undone("no".into())));
    assert_eq!(words, ["error handler_failed for 1"]);
}

#[test]
fn a_render_that_panics_goes_back_then_mounts_then_leaves_it_at_that() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(Input::Ran(Ran::Done));
    let panicked = |restored| {
        Input::Rendered(Rendered::Panicked {
            message: "no".into(),
            restored,
        })
    };
    assert_eq!(
        play.give(panicked(true)),
        ["error render_failed for 1", "render 1 for []"]
    );
    assert_eq!(
        play.give(panicked(false)),
        ["error render_failed", "run mount"]
    );
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for []"]);
    assert_eq!(play.give(panicked(false)), ["error render_failed"]);
    // The next event has its chance, and after a good render all is as before.
    play.give(event(2));
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [2]"]);
    play.frame("good");
    play.give(event(3));
    play.give(Input::Ran(Ran::Done));
    assert_eq!(
        play.give(panicked(false)),
        ["error render_failed for 3", "run mount"]
    );
}

#[test]
fn tasks_start_when_the_page_has_the_state_that_they_were_started_in() {
    let mut play = Play::live();
    play.give(event(1));
    assert!(play.give(Input::TasksWait).is_empty());
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [1]"]);
    assert_eq!(play.frame("loading"), ["frame loading", "start tasks"]);
    assert_eq!(play.give(Input::Task { number: 1 }), ["run task 1"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 2 for []"]);
}

#[test]
fn tasks_wait_for_a_slow_page() {
    let mut play = Play::with_two_updates();
    play.give(event(3));
    play.give(Input::TasksWait);
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(play.give(Input::Ack { seq: 1 }), ["render 3 for [3]"]);
    assert_eq!(play.frame("three"), ["frame three", "start tasks"]);
}

#[test]
fn tasks_of_a_parked_session_wait_for_its_page() {
    for changed in [false, true] {
        let mut play = Play {
            core: Core::parked(&limits(), true, changed),
        };
        assert_eq!(play.give(Input::TasksWait), ["timer"]);
        let words = play.give(join());
        if changed {
            let joined = ["joined (adopted)", "no timer", "render 1 for []"];
            assert_eq!(words, joined);
            assert_eq!(play.frame("it"), ["frame it", "start tasks"]);
        } else {
            let joined = ["joined (adopted)", "no timer", "start tasks"];
            assert_eq!(words, joined);
        }
    }
}

#[test]
fn tasks_of_a_page_that_is_away_wait_for_nothing() {
    let mut play = Play::new(State::Detached);
    play.give(info());
    play.give(Input::TasksWait);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["start tasks"]);
}

#[test]
fn a_result_that_counts_no_more_changes_nothing() {
    let mut play = Play::live();
    assert_eq!(play.give(Input::Task { number: 1 }), ["run task 1"]);
    assert!(play.give(Input::Ran(Ran::Skipped)).is_empty());
}

#[test]
fn updates_that_are_asked_for_while_a_handler_runs_become_one_render() {
    let mut play = Play::live();
    play.give(event(1));
    for _ in 0..3 {
        assert!(play.give(Input::Update).is_empty());
    }
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["render 1 for [1]"]);
    assert_eq!(play.frame("one"), ["frame one"]);
}

#[test]
fn messages_of_handles_are_never_dropped_and_share_renders() {
    let mut play = Play::live();
    play.give(event(1));
    for _ in 0..6 {
        play.give(direct());
        play.give(info());
    }
    let mut words = Vec::new();
    for _ in 0..20 {
        words.extend(play.give(Input::Ran(Ran::Done)));
        words.extend(play.give(Input::Rendered(Rendered::Unchanged)));
    }
    let count = |word: &str| words.iter().filter(|known| *known == word).count();
    // Their handles count how many wait; broadcasts beyond the bound are missed.
    assert_eq!((count("run direct"), count("run info")), (6, 4));
    let worked_off = words.iter().take_while(|word| *word != "run missed");
    let renders = worked_off.filter(|word| word.starts_with("render"));
    assert!(renders.count() < 10, "{words:?}");
}

#[test]
fn a_failing_handler_keeps_what_it_changed() {
    let mut play = Play::live();
    play.give(event(1));
    let words = play.give(Input::Ran(Ran::Failed("no".into())));
    assert_eq!(words, ["error handler_failed for 1", "render 1 for []"]);
}

#[test]
fn a_render_that_fails_answers_with_an_error() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(Input::Ran(Ran::Done));
    let words = play.give(Input::Rendered(Rendered::Failed("no".into())));
    assert_eq!(words, ["error render_failed for 1"]);
    assert_eq!(play.give(event(2)), ["run event 2"]);
}

#[test]
fn what_a_page_asked_for_before_it_left_is_done() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(event(2));
    play.give(info());
    play.give(Input::Leave);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["run event 2"]);
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["end (left)"]);
}

#[test]
fn what_was_run_is_answered_before_the_goodbye_so_that_no_other_session_runs_it() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(event(2));
    assert_eq!(play.give(Input::Stop(Disconnect::Shutdown)), ["timer"]);
    // Its page keeps it for the session that comes next.
    assert!(play.give(event(3)).is_empty());
    assert_eq!(play.give(Input::Ran(Ran::Done)), ["run event 2"]);
    assert_eq!(
        play.give(Input::Ran(Ran::Done)),
        ["answers [1, 2]", "ended (shutdown)", "end (shutdown)"]
    );
}

#[test]
fn a_call_that_a_shutdown_cuts_is_an_error_and_what_waits_is_not() {
    let mut play = Play::live();
    play.give(event(1));
    play.give(event(2));
    play.give(Input::Stop(Disconnect::Shutdown));
    assert_eq!(
        play.give(Input::TimeOut),
        [
            "error handler_failed for 1",
            "ended (shutdown)",
            "end (shutdown)"
        ]
    );
}

#[test]
fn a_call_that_does_not_end_is_given_up_with_the_session() {
    let mut play = Play::new(State::Ending);
    assert_eq!(play.give(Input::TimeOut), ["end (left)"]);
}

#[test]
fn the_times_are_those_of_the_limits() {
    let timer = |play: &mut Play| {
        play.outputs().into_iter().find_map(|output| match output {
            Output::Timer(after) => after,
            _ => None,
        })
    };
    let mut play = Play {
        core: Core::parked(&limits(), true, false),
    };
    assert_eq!(timer(&mut play), Some(Duration::from_secs(30)));
    play.core.input(join());
    assert_eq!(timer(&mut play), None);
    play.core.input(Input::Lost);
    assert_eq!(timer(&mut play), Some(Duration::from_secs(120)));
}

/// A page with one update, which asks for the HTML of a node, and a core that has sent everything.
fn repaired() -> Play {
    let mut play = Play::live();
    play.give(event(1));
    play.give(Input::Ran(Ran::Done));
    play.frame("one");
    assert_eq!(play.give(Input::Resync { node: 4 }), ["html"]);
    play.core.renumbered();
    play
}

#[test]
fn a_page_whose_html_may_be_lost_gets_everything_when_it_comes_back() {
    // Nobody knows whether the HTML arrived: it is not acknowledged, and its numbers are new.
    let mut play = repaired();
    play.give(Input::Lost);
    assert_eq!(play.give(resume(1)), ["joined (rebuilt)", "no timer"]);
    play.core.rebuilt();
    // That may be lost in the same way.
    play.give(Input::Lost);
    assert_eq!(play.give(resume(1)), ["joined (rebuilt)", "no timer"]);
}

#[test]
fn an_update_after_the_html_shows_that_it_arrived() {
    let mut play = repaired();
    play.give(event(2));
    play.give(Input::Ran(Ran::Done));
    play.frame("two");
    play.give(Input::Lost);
    assert_eq!(play.give(resume(2)), ["joined (resumed)", "no timer"]);
}

#[test]
fn full_html_makes_room_for_what_waited() {
    let mut play = Play::with_two_updates();
    play.give(event(3));
    assert!(play.give(Input::Ran(Ran::Done)).is_empty());
    assert_eq!(play.give(Input::Resync { node: 0 }), ["html"]);
    // The updates before it will never be acknowledged if the page came back for it.
    play.core.renumbered();
    let words: Vec<_> = play.outputs().iter().map(word).collect();
    assert_eq!(words, ["render 3 for [3]"]);
}

#[test]
fn a_page_mounted_over_its_connection_gets_all_html() {
    let mut core = Core::mounted(&limits(), true);
    core.input(join());
    let joined =
        std::iter::from_fn(|| core.output()).find(|output| matches!(output, Output::Joined { .. }));
    let expected = Output::Joined {
        outcome: Outcome::Mounted,
        seq: 0,
        reference: 0,
        compare: None,
        full: true,
    };
    assert_eq!(joined, Some(expected));
}
