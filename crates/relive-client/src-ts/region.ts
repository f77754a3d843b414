// One live region: its session, its document, and what is said about it over the connection.

import { joined as connected, reconnect, send, stop } from "./connection";
import { createDocument } from "./document";
import { run } from "./effects";
import { morphChildren } from "./morph";
import { address } from "./navigation";
import { describe } from "./numbering";
import { type Answered, createOutbox, type Entry } from "./outbox";
import { parse } from "./parse";
import { apply, undisturbed } from "./patch";
import { type Markup, type Message, type Op, OpCode, Outcome, type Payload, ToPage, ToServer, type Value, VERSION } from "./protocol";
import { fetchRoot } from "./refetch";
import { reloadHelped, reloadOnce } from "./reload";
import { announce, counters, report, warn } from "./report";

/** More full repairs than this within the time are no repair: the page is loaded again. */
const FULL_REPAIRS = 3;
const REPAIR_TIME = 10_000;

const TOO_LARGE = "too_large";

export type Region = ReturnType<typeof createRegion>;

export function createRegion(number: number, root: Element, token: string) {
  const page = createDocument(root);
  const outbox = createOutbox(send, (reference) => onError(reference, TOO_LARGE, "over 64 KiB"));
  let joined = false;
  /** The last update that was applied. */
  let seq = 0;
  let session: Value = null;
  let joins = 0;
  /** Nodes whose HTML was asked for and has not come. */
  const awaited = new Set<number>();
  /** How often the whole content was asked for within the time. */
  let repairs = 0;

  const join = (): void => {
    if (joins++) counters.rejoins++;
    const resume = session && [session, seq, outbox.last()];
    send([ToServer.Join, VERSION, number, token, address(), ...describe(root), resume]);
  };

  const flush = (): void => {
    if (joined) outbox.send();
  };

  const put = (entry: Entry): void => {
    counters.events++;
    outbox.add(entry, seq);
    flush();
  };

  const reload = (reason: string): void => {
    stop();
    reloadOnce(reason);
  };

  const refill = (html: Markup, first: number, keepEdited: boolean): void =>
    undisturbed(page, () => {
      morphChildren(root, parse(html, root), keepEdited);
      page.renumber(first);
    });

  const ask = (node: number): unknown => send([ToServer.Resync, number, node]);

  /** Asks for the HTML of one node (0: of everything), unless that is on its way. */
  const repair = (node: number): void => {
    if (awaited.has(node) || awaited.has(0)) return;
    counters.resyncs++;
    if (!node) {
      if (++repairs > FULL_REPAIRS) {
        reload("resync");
        return;
      }
      setTimeout(() => repairs--, REPAIR_TIME);
    }
    awaited.add(node);
    ask(node);
  };

  /** Returns what has to be repaired. */
  const patch = (ops: Op[]): number[] => {
    const lost: number[] = [];
    apply(page, ops, (node, error) => {
      warn(error);
      lost.push(page.ancestor(node));
    });
    return lost;
  };

  /** The session is gone: the page fetches itself again and joins the one that comes with it. */
  const restart = async (): Promise<void> => {
    try {
      const fresh = await fetchRoot(page);
      if (!fresh) return;
      token = fresh;
      session = null;
      seq = 0;
      page.renumber();
    } catch (error) {
      warn(error);
    }
    // Over a new connection: the present one does not know a cookie that came with the page.
    reconnect();
  };

  const onError = (reference: number | null, kind: string, message: string): void => {
    if (kind === "not_joined") {
      // The session is gone, and what it did not take is not answered: it goes to the next one.
      reconnect();
      return;
    }
    report(kind, message);
    // What never went out was not seen: a field keeps what the user put there.
    const [settled] = outbox.settle([reference], kind !== TOO_LARGE);
    announce(settled?.element ?? root, "relive:error", { kind, message, event: settled?.name });
    settled?.answered?.(kind);
    // A field may have to follow its attribute again.
    patch([]);
  };

  /** The join was refused, or the session is over: each reason says how to go on. */
  const onEnd = (reason: string, retry?: number): void => {
    joined = false;
    if (/busy|shutdown/.test(reason)) reconnect(retry ?? 0);
    else if (/stale|evicted/.test(reason)) void restart();
    else if (reason === "failed") {
      stop();
      onError(null, reason, reason);
    } else reload(reason);
  };

  // One for each message; the fields are those of docs/protocol.md.
  const handlers: { [type: number]: (...fields: never[]) => void } = {
    [ToPage.Joined](_: number, outcome: Outcome, secret: string, last: number, __: number, ___: number, first: number, html: Markup | null) {
      session = secret;
      joined = true;
      if (outcome !== Outcome.Resumed) seq = last;
      const fresh = outcome === Outcome.Mounted || outcome === Outcome.Adopted;
      if (fresh) outbox.restart(seq);
      // A session that knows of a repair answers with the HTML. One that does not was never asked, since the
      // connection was lost; but what the page left out meanwhile, it said that it had.
      if (html === null && !fresh) awaited.forEach(ask);
      else awaited.clear();
      if (html !== null) refill(html, first, outcome === Outcome.Mounted);
      else if (fresh) page.renumber();
      connected();
      reloadHelped();
      flush();
    },

    [ToPage.Update](update: number, answers: number[], effects: Value[][], ops: Op[]) {
      // What the server answers, it has seen: this comes first, so that its values may go into the fields.
      const settled = outbox.settle(answers);
      if (update > seq + 1) repair(0);
      // While the whole content is on its way, it brings these changes, too. What is no part of it (effects, rows of
      // streams) comes again after it, since it was not acknowledged.
      if (!awaited.has(0)) {
        let lost: number[] = [];
        if (!update || update > seq) {
          if (update) {
            seq = update;
            counters.patches++;
          }
          lost = patch(ops);
          effects.forEach(run);
        }
        if (update) send([ToServer.Ack, number, update]);
        // After the acknowledgement: the other operations are done.
        lost.forEach(repair);
      }
      for (const { answered } of settled) answered?.(null);
    },

    [ToPage.Error]: onError,

    [ToPage.Redirect](url: string, _mode: string, replace: boolean) {
      stop();
      location[replace ? "replace" : "assign"](url);
    },

    [ToPage.Html](last: number, _: number, node: number, first: number, html: Markup) {
      seq = last;
      if (node) {
        awaited.delete(node);
        patch([[OpCode.Replace, node, first, html]]).forEach(repair);
      } else {
        awaited.clear();
        refill(html, first, false);
      }
    },

    [ToPage.Renumber]() {
      page.renumber();
    },

    [ToPage.Refused]: onEnd,
    [ToPage.Ended]: onEnd,
  };

  return {
    root,
    document: page,
    carries: outbox.carries,
    join,
    joined: () => joined,
    seq: () => seq,

    /** The connection is lost. */
    lost(): void {
      joined = false;
      outbox.unsend();
    },

    leave(): void {
      if (joined) send([ToServer.Leave, number, "left"]);
    },

    /** Calls a handler. `source` is the form or field whose values the payload has, as they were at `time`. */
    event(
      name: string,
      payload: Payload,
      element?: Element,
      source?: Element,
      time = 0,
      answered?: Answered,
    ): void {
      const make = (reference: number, seq: number) => [ToServer.Event, number, reference, name, payload, seq];
      put({ name, make, element, source, time, answered });
    },

    /** Asks for another address of the same view. */
    visit: (url: string, answered: Answered): void =>
      put({ name: url, make: (reference) => [ToServer.Visit, number, reference, url], answered }),

    /** Takes a message; one of an unknown kind throws. */
    receive([type, ...fields]: Message): void {
      handlers[type as number]!(...(fields.slice(1) as never[]));
    },
  };
}
