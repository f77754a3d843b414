// Events and visits on their way: numbered in the order in which the user made them, kept until each is answered.

import { seen } from "./fields";
import type { Message } from "./protocol";

/** More than this many unanswered events are refused, visibly. */
const LIMIT = 100;
const LOADING = "data-dj-loading";

/** Called with the answer, once its update is applied: `null`, or the kind of error. */
export type Answered = (failed: string | null) => void;

export interface Entry {
  /** What this is called in a warning. */
  name: string;
  /** The message with this reference, made when the page had applied update `seq`. */
  make: (reference: number, seq: number) => Message;
  /** The element that waits for the answer. */
  element?: Element | undefined;
  /** The form or field whose values the message has, and of when. */
  source?: Element | undefined;
  time?: number;
  answered?: Answered;
}

interface Waiting extends Entry {
  reference: number;
  seq: number;
  sent: boolean;
}

export function createOutbox(post: (message: Message) => boolean) {
  let entries: Waiting[] = [];
  let last = 0;

  return {
    /** The last reference that was given out. */
    last: () => last,

    /** Takes an entry, unless there are too many: then the page is told. */
    add(entry: Entry, seq: number): boolean {
      const { name, element } = entry;
      if (entries.length >= LIMIT) {
        console.warn(`relive: ${LIMIT} events wait for an answer; refused: ${name}`);
        (element ?? document).dispatchEvent(new CustomEvent("dj-overflow", { bubbles: true, detail: name }));
        return false;
      }
      entries.push({ ...entry, reference: ++last, seq, sent: false });
      element?.setAttribute(LOADING, "");
      return true;
    },

    /** Sends what has not been sent on this connection, in order. */
    send(): void {
      for (const entry of entries) entry.sent ||= post(entry.make(entry.reference, entry.seq));
    },

    /** The connection is lost: what is not answered goes out again, under the same reference. */
    unsend(): void {
      for (const entry of entries) entry.sent = false;
    },

    /** A new session counts from 1. */
    restart(seq: number): void {
      last = 0;
      for (const entry of entries) {
        entry.reference = ++last;
        entry.seq = seq;
      }
    },

    /** Takes out what is answered; the caller runs `answered` when the answer is in the page. */
    settle(references: unknown[]): Entry[] {
      const isSettled = ({ reference }: Waiting) => references.includes(reference);
      const settled = entries.filter(isSettled);
      entries = entries.filter((entry) => !isSettled(entry));
      for (const { element, source, time } of settled) {
        if (source) seen(source, time as number);
        if (!entries.some((other) => other.element === element)) element?.removeAttribute(LOADING);
      }
      return settled;
    },

    /** Whether an event with this field's value is not answered yet. */
    carries: (field: Element): boolean =>
      entries.some(({ source }) => source && (source === field || source === (field as HTMLInputElement).form)),
  };
}
