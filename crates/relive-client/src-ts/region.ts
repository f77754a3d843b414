// One live region: its session, its document, and what is said about it over the connection.

import type { Connection } from "./connection";
import { LiveDocument } from "./document";
import { run } from "./effects";
import { now } from "./fields";
import { describe } from "./numbering";
import { Outbox } from "./outbox";
import { parse } from "./parse";
import { apply, replace, undisturbed } from "./patch";
import { type Message, type Op, Outcome, type Payload, ToPage, ToServer, type Value, VERSION } from "./protocol";
import { refetch } from "./refetch";
import { reloadHelped, reloadOnce } from "./reload";

/** More full repairs than this within the time are no repair: the page is loaded again. */
const FULL_REPAIRS = 3;
/** Past this many repairs of parts within the time, the whole is repaired. */
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

export class Region {
  readonly document: LiveDocument;
  readonly outbox = new Outbox();
  joined = false;
  /** The last update that was applied. */
  seq = 0;
  epoch = 0;
  private session: Value = null;
  private token: string;
  private joins = 0;
  /** Nodes whose HTML was asked for. */
  private awaited = new Set<number>();
  private repairs: [time: number, full: boolean][] = [];

  constructor(
    readonly number: number,
    readonly root: Element,
    token: string,
    private readonly connection: Connection,
    private readonly counters: Counters,
  ) {
    this.token = token;
    this.document = new LiveDocument(root);
    this.document.renumber(1);
  }

  join(): void {
    this.awaited.clear();
    if (this.joins++) this.counters.rejoins++;
    const resume = this.session === null ? null : [this.session, this.seq, this.outbox.last];
    const url = location.pathname + location.search;
    this.connection.send([ToServer.Join, VERSION, this.number, this.token, url, ...describe(this.root), resume]);
  }

  /** The page was fetched again: it belongs to another session now. */
  restart(token: string): void {
    this.token = token;
    this.session = null;
    this.seq = 0;
    this.document.renumber(1);
  }

  /** The connection is lost. */
  lost(): void {
    this.joined = false;
    this.outbox.unsend();
  }

  leave(reason: string): void {
    if (this.joined) this.connection.send([ToServer.Leave, this.number, reason]);
  }

  /** Calls a handler. `source` is the form or field whose values the payload has. */
  event(name: string, payload: Payload, element: Element | null, source: Element | null, time = now()): boolean {
    return this.put(name, payload, "", element, source, time, null);
  }

  visit(url: string, answered: (failed: string | null) => void): boolean {
    return this.put(null, {}, url, null, null, 0, answered);
  }

  private put(
    name: string | null,
    payload: Payload,
    url: string,
    element: Element | null,
    source: Element | null,
    time: number,
    answered: ((failed: string | null) => void) | null,
  ): boolean {
    const taken = this.outbox.add({ name, payload, url, seenSeq: this.seq, element, source, time, answered });
    if (taken) this.counters.events++;
    this.flush();
    return taken;
  }

  private flush(): void {
    if (this.joined) this.outbox.send(this.number, (message) => this.connection.send(message));
  }

  receive(message: Message): void {
    switch (message[0]) {
      case ToPage.Joined:
        this.onJoined(message);
        break;
      case ToPage.Update:
        this.onUpdate(message[2] as number, message[3] as number[], message[4] as Value[][], message[5] as Op[]);
        break;
      case ToPage.Error:
        this.onError(message[2] as number | null, String(message[3]), String(message[4]));
        break;
      case ToPage.Redirect:
        this.connection.stop();
        if (message[4]) location.replace(String(message[2]));
        else location.assign(String(message[2]));
        break;
      case ToPage.Html:
        this.onHtml(message);
        break;
      case ToPage.Renumber:
        this.epoch = message[2] as number;
        this.document.renumber(1);
        break;
      case ToPage.Refused:
        this.onRefused(String(message[2]), (message[3] as number | null) ?? 0);
        break;
      case ToPage.Ended:
        if (message[2] === "logged_out") this.reload("logged_out");
        else this.connection.reconnect();
        break;
      default:
        throw new Error("unknown message " + message[0]);
    }
  }

  private onJoined(message: Message): void {
    const [, , , outcome, session, seq, , epoch, first, html] = message;
    this.session = session ?? null;
    this.epoch = epoch as number;
    this.joined = true;
    const fresh = outcome === Outcome.Mounted || outcome === Outcome.Adopted;
    if (outcome !== Outcome.Resumed) this.seq = seq as number;
    if (fresh) this.outbox.restart(this.seq);
    if (typeof html === "string") this.refill(html, first as number, outcome === Outcome.Mounted);
    else if (fresh && this.joins > 1) this.document.renumber(1);
    this.connection.joined();
    reloadHelped();
    this.flush();
  }

  private refill(html: string, first: number, keepEdited: boolean): void {
    undisturbed(this.document, () => this.document.refill(parse(html, this.root), first, keepEdited));
  }

  private onUpdate(seq: number, answers: number[], effects: Value[][], ops: Op[]): void {
    // What the server answers, it has seen: this comes first, so that its values may go into the fields.
    const settled = this.outbox.settle(answers);
    if (seq === 0 || seq > this.seq) {
      if (seq > this.seq + 1) this.repair(0);
      if (seq) {
        this.seq = seq;
        this.counters.patches++;
      }
      // While the whole content is on its way, it brings these changes, too.
      if (!this.awaited.has(0)) {
        apply(this.document, ops, (node, error) => {
          console.warn("relive: repairing the page:", error);
          this.repair(this.document.ancestor(node));
        });
      }
      for (const effect of effects) this.guard(() => run(effect));
    }
    for (const { answered } of settled) this.guard(() => answered?.(null));
    if (seq) this.connection.send([ToServer.Ack, this.number, seq]);
  }

  private onHtml(message: Message): void {
    const [, , seq, epoch, node, first, html] = message as [
      number,
      number,
      number,
      number,
      number,
      number,
      string,
    ];
    this.awaited.delete(node);
    this.seq = Math.max(this.seq, seq);
    this.epoch = epoch;
    if (node === 0) this.refill(html, first, false);
    else {
      try {
        undisturbed(this.document, () => replace(this.document, node, first, html));
      } catch {
        this.repair(0);
      }
    }
  }

  private onError(reference: number | null, kind: string, text: string): void {
    this.counters.errors++;
    const [settled] = this.outbox.settle(reference === null ? [] : [reference]);
    console.error(`relive: ${kind}: ${text}`);
    const detail = { kind, message: text, event: settled?.name ?? null };
    (settled?.element ?? this.root).dispatchEvent(new CustomEvent("relive:error", { bubbles: true, detail }));
    settled?.answered?.(kind);
  }

  private onRefused(reason: string, retry: number): void {
    this.joined = false;
    if (reason === "busy") this.connection.reconnect(retry);
    else if (reason === "stale") {
      refetch(this).then(
        (fetched) => {
          if (fetched) this.join();
        },
        (error: unknown) => {
          console.warn("relive: cannot fetch the page again:", error);
          this.connection.reconnect();
        },
      );
    } else this.reload(reason);
  }

  /** Asks for the HTML of one node (0: of everything). */
  private repair(node: number): void {
    const time = Date.now();
    this.repairs = this.repairs.filter(([then]) => time - then < REPAIR_TIME);
    if (this.repairs.length >= REPAIRS) node = 0;
    if (this.awaited.has(node) || this.awaited.has(0)) return;
    this.counters.resyncs++;
    if (node === 0 && this.repairs.filter(([, full]) => full).length >= FULL_REPAIRS) {
      this.reload("resync");
      return;
    }
    this.repairs.push([time, node === 0]);
    this.awaited.add(node);
    this.connection.send([ToServer.Resync, this.number, node]);
  }

  private reload(reason: string): void {
    this.connection.stop();
    reloadOnce(reason);
  }

  /** One thing that fails does not take the rest along. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.counters.errors++;
      console.error("relive:", error);
    }
  }
}
