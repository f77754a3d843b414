// One live region: its session, its document, and what is said about it over the connection.

import { joined as connected, reconnect, send, stop } from "./connection";
import { createDocument } from "./document";
import { run } from "./effects";
import { morphChildren } from "./morph";
import { describe } from "./numbering";
import { type Answered, createOutbox, type Entry } from "./outbox";
import { parse } from "./parse";
import { apply, undisturbed } from "./patch";
import { type Message, type Op, OpCode, Outcome, type Payload, ToPage, ToServer, type Value, VERSION } from "./protocol";
import { fetchRoot } from "./refetch";
import { reloadHelped, reloadOnce } from "./reload";

/** More full repairs than this within the time are no repair: the page is loaded again. */
const FULL_REPAIRS = 3;
/** Past this many repairs within the time, the whole is repaired. */
const REPAIRS = 20;
const REPAIR_TIME = 10_000;

export interface Counters {
  /** Repairs that were asked for. */
  resyncs: number;
  /** Joins after the first. */
  rejoins: number;
  /** Updates that were applied. */
  patches: number;
  /** Events and visits that were made. */
  events: number;
  /** Errors that the server reported, and messages that could not be used. */
  errors: number;
}

export type Region = ReturnType<typeof createRegion>;

export function createRegion(number: number, root: Element, token: string, counters: Counters) {
  const page = createDocument(root);
  const outbox = createOutbox(send);
  let joined = false;
  /** The last update that was applied. */
  let seq = 0;
  let epoch = 0;
  let session: Value = null;
  let joins = 0;
  /** Nodes whose HTML was asked for. */
  let awaited = new Set<number>();
  let repairs: [time: number, node: number][] = [];

  const join = (): void => {
    awaited.clear();
    if (joins++) counters.rejoins++;
    const resume = session === null ? null : [session, seq, outbox.last()];
    send([ToServer.Join, VERSION, number, token, location.pathname + location.search, ...describe(root), resume]);
  };

  const flush = (): void => {
    if (joined) outbox.send();
  };

  const put = (entry: Entry): boolean => {
    const taken = outbox.add(entry, seq);
    if (taken) counters.events++;
    flush();
    return taken;
  };

  const reload = (reason: string): void => {
    stop();
    reloadOnce(reason);
  };

  /** One thing that fails does not take the rest along. */
  const guard = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      counters.errors++;
      console.error("relive:", error);
    }
  };

  const refill = (html: string, first: number, keepEdited: boolean): void =>
    undisturbed(page, () => {
      morphChildren(root, parse(html, root), keepEdited);
      page.renumber(first);
    });

  /** Asks for the HTML of one node (0: of everything). */
  const repair = (node: number): void => {
    const time = Date.now();
    repairs = repairs.filter(([then]) => time - then < REPAIR_TIME);
    if (repairs.length >= REPAIRS) node = 0;
    if (awaited.has(node) || awaited.has(0)) return;
    counters.resyncs++;
    if (!node && repairs.filter(([, other]) => !other).length >= FULL_REPAIRS) {
      reload("resync");
      return;
    }
    repairs.push([time, node]);
    awaited.add(node);
    send([ToServer.Resync, number, node]);
  };

  const patch = (ops: Op[]): void =>
    apply(page, ops, (node, error) => {
      console.warn("relive: repairing the page:", error);
      repair(page.ancestor(node));
    });

  const onJoined = ([, , , outcome, secret, last, , newEpoch, first, html]: Message): void => {
    session = secret as string;
    epoch = newEpoch as number;
    joined = true;
    if (outcome !== Outcome.Resumed) seq = last as number;
    const fresh = outcome === Outcome.Mounted || outcome === Outcome.Adopted;
    if (fresh) outbox.restart(seq);
    if (html !== null) refill(html as string, first as number, outcome === Outcome.Mounted);
    else if (fresh) page.renumber();
    connected();
    reloadHelped();
    flush();
  };

  const onUpdate = (update: number, answers: number[], effects: Value[][], ops: Op[]): void => {
    // What the server answers, it has seen: this comes first, so that its values may go into the fields.
    const settled = outbox.settle(answers);
    if (!update || update > seq) {
      if (update > seq + 1) repair(0);
      if (update) {
        seq = update;
        counters.patches++;
      }
      // While the whole content is on its way, it brings these changes, too.
      if (!awaited.has(0)) patch(ops);
      for (const effect of effects) guard(() => run(effect));
    }
    for (const { answered } of settled) guard(() => answered?.(null));
    if (update) send([ToServer.Ack, number, update]);
  };

  const onError = (reference: Value, kind: string, message: string): void => {
    counters.errors++;
    console.error(`relive: ${kind}: ${message}`);
    const [settled] = outbox.settle([reference]);
    const detail = { kind, message, event: settled?.name ?? null };
    (settled?.element ?? root).dispatchEvent(new CustomEvent("relive:error", { bubbles: true, detail }));
    settled?.answered?.(kind);
  };

  const onHtml = (last: number, newEpoch: number, node: number, first: number, html: string): void => {
    awaited.delete(node);
    seq = Math.max(seq, last);
    epoch = newEpoch;
    if (node) patch([[OpCode.Replace, node, first, html]]);
    else refill(html, first, false);
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
      join();
    } catch (error) {
      console.warn("relive: cannot fetch the page again:", error);
      reconnect();
    }
  };

  return {
    root,
    document: page,
    carries: outbox.carries,
    join,
    joined: () => joined,
    seq: () => seq,
    epoch: () => epoch,

    /** The connection is lost. */
    lost(): void {
      joined = false;
      outbox.unsend();
    },

    leave(reason: string): void {
      if (joined) send([ToServer.Leave, number, reason]);
    },

    /** Calls a handler. `source` is the form or field whose values the payload has, as they were at `time`. */
    event(
      name: string,
      payload: Payload,
      element?: Element,
      source?: Element,
      time = 0,
      answered: Answered = () => undefined,
    ): boolean {
      const make = (reference: number, seq: number) => [ToServer.Event, number, reference, name, payload, seq];
      return put({ name, make, element, source, time, answered });
    },

    /** Asks for another address of the same view. */
    visit: (url: string, answered: Answered): boolean =>
      put({ name: url, make: (reference) => [ToServer.Visit, number, reference, url], answered }),

    receive(message: Message): void {
      // The fields that each message has are those of docs/protocol.md.
      const [type, , a, b, c, d, e] = message as [ToPage, number, any, any, any, any, any];
      if (type === ToPage.Joined) onJoined(message);
      else if (type === ToPage.Update) onUpdate(a, b, c, d);
      else if (type === ToPage.Error) onError(a, b, c);
      else if (type === ToPage.Redirect) {
        stop();
        if (c) location.replace(a);
        else location.assign(a);
      } else if (type === ToPage.Html) onHtml(a, b, c, d, e);
      else if (type === ToPage.Renumber) {
        epoch = a;
        page.renumber();
      } else if (type === ToPage.Refused) {
        joined = false;
        if (a === "busy") reconnect(b ?? 0);
        else if (a === "stale") void restart();
        else reload(a);
      } else if (type === ToPage.Ended) {
        if (a === "logged_out") reload(a);
        else reconnect();
      } else throw new Error("unknown message " + type);
    },
  };
}
