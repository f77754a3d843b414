// Events and visits on their way: numbered in the order in which the user made them, kept until each is answered.

import { seen } from "./fields";
import type { Message } from "./protocol";
import { announce, warn } from "./report";

/** More than this many unanswered events are refused, visibly. */
const LIMIT = 100;
/** The attribute of an element that waits for an answer. (Not a class: the server sets `class` as a whole.) */
export const LOADING = "data-dj-loading";

/** Called with the answer, once its update is applied: `null`, or the kind of error; `refused`: it never went out. */
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
  answered?: Answered | undefined;
}

interface Waiting extends Entry {
  reference: number;
  seq: number;
}

/** `post` sends a message, or returns `null` where it is too large: then `refuse` settles its reference. */
export function createOutbox(post: (message: Message) => boolean | null, refuse: (reference: number) => void) {
  let entries: Waiting[] = [];
  let last = 0;
  /** The last reference that was sent on this connection. */
  let sent = 0;

  return {
    /** The last reference that was given out. */
    last: () => last,

    /** Takes an entry, unless there are too many: then the page is told. */
    add(entry: Entry, seq: number): void {
      const { name, element, answered } = entry;
      if (entries.length < LIMIT) {
        entries.push({ ...entry, reference: ++last, seq });
        element?.setAttribute(LOADING, "");
      } else {
        warn("dj-overflow", name);
        announce(element ?? document, "dj-overflow", name);
        answered?.("refused");
      }
    },

    /** Sends what has not been sent on this connection, in order. */
    send(): void {
      for (const { reference, make, seq } of entries) {
        if (reference <= sent) continue;
        const posted = post(make(reference, seq));
        if (posted) sent = reference;
        else if (posted === null) refuse(reference);
      }
    },

    /** The connection is lost: what is not answered goes out again, under the same reference. */
    unsend(): void {
      sent = 0;
    },

    /** Another view knows nothing of what this one was asked; the caller runs `answered`. */
    clear(): Entry[] {
      const left = entries;
      entries = [];
      last = sent = 0;
      return left;
    },

    /** A new session counts from 1. */
    restart(seq: number): void {
      last = sent = 0;
      for (const entry of entries) {
        entry.reference = ++last;
        entry.seq = seq;
      }
    },

    /**
     * Takes out what is answered, or else was never sent; the caller runs `answered` when the answer is in the page.
     */
    settle(references: unknown[], wasSent = true): Entry[] {
      const settled = entries.filter(({ reference }) => references.includes(reference));
      entries = entries.filter((entry) => !settled.includes(entry));
      for (const { element, source, time } of settled) {
        if (source && wasSent) seen(source, time as number);
        if (!entries.some((other) => other.element === element)) element?.removeAttribute(LOADING);
      }
      return settled;
    },

    /** Whether an event with this field's value is not answered yet. */
    carries: (field: Element): boolean =>
      entries.some(({ source }) => source && (source === field || source === (field as HTMLInputElement).form)),
  };
}
