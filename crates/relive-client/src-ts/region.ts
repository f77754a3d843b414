// One live region: its session, its document, and what is said about it over the connection.

import { joined as connected, reconnect, send, stop } from "./connection";
import { createDocument } from "./document";
import { run } from "./effects";
import { keepFlash } from "./flash";
import { after, more, need } from "./more";
import { morphChildren } from "./morph";
import { address, depart, LEFT, load } from "./navigation";
import { describe } from "./numbering";
import { type Answered, createOutbox, type Entry } from "./outbox";
import { parse } from "./parse";
import { apply, undisturbed } from "./patch";
import { type Around, Effect, type Markup, type Message, type Op, OpCode, Outcome, type Payload, ToPage, ToServer, type Value, VERSION } from "./protocol";
import { reloadHelped, reloadOnce } from "./reload";
import { announce, counters, report, warn } from "./report";

/** More full repairs than this within the time are no repair: the page is loaded again. */
const FULL_REPAIRS = 3;
const REPAIR_TIME = 10_000;

const TOO_LARGE = "too_large";

/** What a join may be answered with. */
const ANSWERS = new Set([ToPage.Joined, ToPage.Redirect, ToPage.Refused]);

export type Region = ReturnType<typeof createRegion>;

export function createRegion(number: number, root: Element, token: string) {
  const page = createDocument(root);
  const outbox = createOutbox(send, (reference) => onError(reference, TOO_LARGE, TOO_LARGE));
  let joined = false;
  /** The last update that was applied. */
  let seq = 0;
  let session: Value = null;
  let joins = 0;
  /** Nodes whose HTML was asked for and has not come. */
  const awaited = new Set<number>();
  /** How often the whole content was asked for within the time. */
  let repairs = 0;
  /** Whether the page has fetched itself again and has not joined since. */
  let refetched = false;
  /** The messages that go along to another view, whose session has not been joined yet. */
  let landing: Value[][] | null = null;

  const join = (): void => {
    if (joins++) counters.rejoins++;
    const resume = session && [session, seq, outbox.last()];
    send([ToServer.Join, VERSION, number, token, address(), ...describe(root), resume]);
  };

  const flush = (): void => {
    if (joined) outbox.send();
  };

  const put = (entry: Entry): void => {
    if (landing) {
      entry.answered?.(LEFT);
      return;
    }
    counters.events++;
    outbox.add(entry, seq);
    flush();
  };

  const reload = (reason: string): void => {
    stop();
    reloadOnce(reason);
  };

  const refill = (html: Markup, first: number): void =>
    undisturbed(page, () => {
      morphChildren(root, parse(html, root), false);
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

  /** The page goes elsewhere, by loading it. */
  const leaveFor = (url: string, replace: boolean): void => {
    stop();
    if (landing?.length) keepFlash(landing);
    load(url, replace);
  };

  /** The page goes to another view: over this connection, where the server gives a token. */
  const redirect = (url: string, _mode: string, replace: boolean, next: string | null, flash: Value[][]): void => {
    if (next === null) {
      leaveFor(url, replace);
      return;
    }
    need();
    send([ToServer.Leave, number, LEFT]);
    depart(url, replace);
    joined = false;
    landing = flash;
    token = next;
    session = null;
    seq = 0;
    awaited.clear();
    for (const { answered } of outbox.clear()) answered?.(LEFT);
    join();
  };

  /** The session is gone: the page fetches itself again and joins the one that comes with it. */
  const restart = async (): Promise<void> => {
    try {
      const fresh = await more!.fetchRoot(page);
      if (!fresh) return;
      token = fresh;
      session = null;
      seq = 0;
      page.renumber();
    } catch (error) {
      warn(error);
    }
    // Over a new connection: the present one does not know a cookie that came with the page. The server is there, so this
    // is not the next of many attempts, unless the page goes round in circles.
    reconnect(0, refetched);
    refetched = true;
  };

  const onError = (reference: number | null, kind: string, message: string): void => {
    if (kind === "not_joined") {
      // The session is gone, and what it did not take is not answered: it goes to the next one.
      reconnect();
      return;
    }
    // What never went out was not seen: a field keeps what the user put there.
    const [settled] = outbox.settle([reference], kind !== TOO_LARGE);
    // An address that this view does not have is no error: another one may have it, or the browser loads it.
    if (kind !== "not_found") {
      report(kind, message);
      announce(settled?.element ?? root, "relive:error", { kind, message, event: settled?.name });
    }
    settled?.answered?.(kind);
    // A field may have to follow its attribute again.
    patch([]);
  };

  /** The join was refused, or the session is over: each reason says how to go on. */
  const onEnd = (reason: string, retry?: number): void => {
    joined = false;
    if (/busy|shutdown/.test(reason)) reconnect(retry ?? 0);
    // What HTTP says of the address is for the user to see.
    else if (landing) leaveFor(location.href, true);
    else if (/stale|evicted/.test(reason)) {
      need();
      after(() => void restart());
    }
    else if (reason === "failed") {
      stop();
      onError(null, reason, reason);
    } else reload(reason);
  };

  // One for each message; the fields are those of docs/protocol.md.
  const handlers: { [type: number]: (...fields: never[]) => void } = {
    [ToPage.Joined](_: number, outcome: Outcome, secret: string, last: number, __: number, ___: number, first: number, html: Markup | null, around: Around | null) {
      if (landing && around?.[0] !== root.localName) {
        leaveFor(location.href, true);
        return;
      }
      session = secret;
      joined = true;
      if (outcome !== Outcome.Resumed) seq = last;
      const fresh = outcome === Outcome.Mounted || outcome === Outcome.Adopted;
      if (fresh) outbox.restart(seq);
      // A session that knows of a repair answers with the HTML. One that does not was never asked, since the
      // connection was lost; but what the page left out meanwhile, it said that it had.
      if (html === null && !fresh) awaited.forEach(ask);
      else awaited.clear();
      if (around) more!.surround(root, around);
      const arrival = landing;
      landing = null;
      if (arrival) more!.arrive(page, html as Markup, first, around as Around, arrival);
      else if (html === null) {
        if (fresh) page.renumber();
      } else if (outcome === Outcome.Mounted) more!.remount(page, html, first);
      else refill(html, first);
      connected();
      refetched = false;
      reloadHelped();
      flush();
    },

    [ToPage.Update](update: number, answers: number[], effects: Value[][], ops: Op[]) {
      // What the server answers, it has seen: this comes first, so that its values may go into the fields.
      const settled = outbox.settle(answers);
      if (update > seq + 1) repair(0);
      // While the whole content is on its way, it brings these changes, too. What is no part of it (effects, rows of
      // streams) comes again after it, since it was not acknowledged.
      const taken = !awaited.has(0);
      const isNew = taken && (!update || update > seq);
      let lost: number[] = [];
      if (isNew) {
        if (update) {
          seq = update;
          counters.patches++;
        }
        lost = patch(ops);
      }
      // What came with the patch may have hooks that the effects are for.
      after(() => {
        const away = isNew && effects.find(([kind]) => kind === Effect.Redirect);
        if (isNew) for (const effect of effects) if (effect !== away) run(effect);
        if (taken && update) send([ToServer.Ack, number, update]);
        // After the acknowledgement: the other operations are done.
        lost.forEach(repair);
        for (const { answered } of settled) answered?.(null);
        if (away) redirect(...(away.slice(1) as Parameters<typeof redirect>));
      });
    },

    [ToPage.Error]: onError,

    [ToPage.Redirect](url: string, _mode: string, replace: boolean) {
      leaveFor(url, replace);
    },

    [ToPage.Html](last: number, _: number, node: number, first: number, html: Markup) {
      seq = last;
      if (node) {
        awaited.delete(node);
        patch([[OpCode.Replace, node, first, html]]).forEach(repair);
      } else {
        awaited.clear();
        refill(html, first);
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
      if (joined) send([ToServer.Leave, number, LEFT]);
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

    /** Asks for another address of the same view, or for another view. */
    visit: (url: string, navigate: boolean, answered: Answered): void =>
      put({ name: url, make: (reference) => [ToServer.Visit, number, reference, url, navigate], answered }),

    /** Takes a message; one of an unknown kind throws. */
    receive([type, ...fields]: Message): void {
      // The view that was left may have been saying something.
      if (landing && !ANSWERS.has(type as ToPage)) return;
      handlers[type as number]!(...(fields.slice(1) as never[]));
    },
  };
}
