// Events and visits on their way: numbered in the order in which the user made them, kept until each is answered.

import { seen } from "./fields";
import { type Message, type Payload, ToServer } from "./protocol";

/** More than this many unanswered events are refused, visibly. */
const LIMIT = 100;
const LOADING = "data-dj-loading";

export interface Entry {
  reference: number;
  sent: boolean;
  /** The handler; `null`: a visit. */
  name: string | null;
  payload: Payload;
  url: string;
  /** The last update that the page had when this was made. */
  seenSeq: number;
  /** The element that waits for the answer. */
  element: Element | null;
  /** The form or field whose values the payload has, and of when. */
  source: Element | null;
  time: number;
  /** Called once with the answer: after its update is applied. */
  answered: ((failed: string | null) => void) | null;
}

export class Outbox {
  /** The last reference that was given out. */
  last = 0;
  private entries: Entry[] = [];

  /** Takes an entry, unless there are too many: then the page is told. */
  add(entry: Omit<Entry, "reference" | "sent">): boolean {
    if (this.entries.length >= LIMIT) {
      console.warn(`relive: ${LIMIT} events wait for an answer; refused: ${entry.name ?? entry.url}`);
      (entry.element ?? document).dispatchEvent(
        new CustomEvent("dj-overflow", { bubbles: true, detail: entry.name }),
      );
      return false;
    }
    this.entries.push({ ...entry, reference: ++this.last, sent: false });
    entry.element?.setAttribute(LOADING, "");
    return true;
  }

  /** Sends what has not been sent on this connection, in order. */
  send(region: number, send: (message: Message) => boolean): void {
    for (const entry of this.entries) {
      if (entry.sent) continue;
      const { reference, name, payload, url, seenSeq } = entry;
      entry.sent = send(
        name === null
          ? [ToServer.Visit, region, reference, url]
          : [ToServer.Event, region, reference, name, payload, seenSeq],
      );
      if (!entry.sent) break;
    }
  }

  /** The connection is lost: what is not answered goes out again, under the same reference. */
  unsend(): void {
    for (const entry of this.entries) entry.sent = false;
  }

  /** A new session counts from 1 and has seen nothing. */
  restart(seq: number): void {
    this.last = 0;
    for (const entry of this.entries) {
      entry.reference = ++this.last;
      entry.seenSeq = seq;
    }
  }

  /** Takes out what is answered; the caller runs `answered` when the answer is in the page. */
  settle(references: number[]): Entry[] {
    const settled = this.entries.filter((entry) => references.includes(entry.reference));
    this.entries = this.entries.filter((entry) => !settled.includes(entry));
    for (const { element, source, time } of settled) {
      if (source) seen(source, time);
      if (element && !this.waitsFor(element)) element.removeAttribute(LOADING);
    }
    return settled;
  }

  /** Whether this element waits for an answer. */
  waitsFor(element: Element, name?: string): boolean {
    return this.entries.some((e) => e.element === element && (name === undefined || e.name === name));
  }

  /** Whether an event with this field's value is not answered yet. */
  carries(field: Element): boolean {
    const form = (field as HTMLInputElement).form;
    return this.entries.some(({ source }) => source && (source === field || source === form));
  }
}
