// The second part of the client (`more/`): what most pages never need. It is fetched when the first message or page
// asks for it, and all that the server says meanwhile waits, so that nothing overtakes anything.

import { isOpen } from "./connection";
import { regionOf } from "./events";
import { putFlash } from "./flash";
import type { More } from "./more/index";
import { byKey, morph, morphAttributes, morphChildren } from "./morph";
import { arrived } from "./navigation";
import { isElement } from "./numbering";
import { keyOf, parse, setAttribute } from "./parse";
import { undisturbed } from "./patch";
import { Effect, type Message, type Op, OpCode, Outcome, ToPage, type Value } from "./protocol";
import { reloadOnce } from "./reload";
import { move } from "./reorder";
import { report, warn } from "./report";

/** What the second part has of the first. */
const core = {
  arrived,
  byKey,
  isElement,
  keyOf,
  morph,
  morphAttributes,
  morphChildren,
  move,
  parse,
  putFlash,
  region: (element: Element) => regionOf(element),
  report,
  setAttribute,
  undisturbed,
  warn,
};
export type Core = typeof core;

/** So many attempts while the server can be reached; then it is a server that no longer has this build's files. */
const ATTEMPTS = 4;
const RETRY = 500;

// Only while the script itself runs does the browser say where it came from.
export const { src } = (document.currentScript ?? {}) as HTMLScriptElement;

/** The second part, once it is there. */
export let more: More | undefined;
let waiting: (() => void)[] | undefined;
let attempt = 0;

/** Runs a job now, or when the second part is there and all jobs before this one are done. */
export function after(job: () => void): void {
  if (waiting) waiting.push(job);
  else job();
}

/** Fetches the second part, unless it is there or on its way. */
export function need(): void {
  if (more || waiting) return;
  waiting = [];
  load();
}

function load(): void {
  // The two parts of a build have one hash. A browser may keep the failure of an address for good: each try is another.
  import(src.replace(/(.*relive-)/, "$1more-") + (attempt++ ? "?" + attempt : "")).then(
    (module: { default: (from: Core) => More }) => provide(module.default),
    () => {
      if (attempt < ATTEMPTS || !isOpen()) setTimeout(load, RETRY * attempt);
      else reloadOnce("more");
    },
  );
}

/** The second part is there. */
export function provide(make: (from: Core) => More): void {
  more = make(core);
  const jobs = waiting ?? [];
  waiting = undefined;
  for (const job of jobs) {
    try {
      job();
    } catch (error) {
      report(error);
    }
  }
}

/** What is inside `root` may have changed: hooks look for their elements, and the second part may have become needed. */
export function changed(root: Element): void {
  if (more) more.changed();
  else if (root.querySelector("[dj-hook],[dj-debounce],[dj-throttle]")) need();
}

/** Events that are held back go out now. */
export const flush = (): void => more?.flush();

/** The operations and effects of the second part, as bits. */
const STREAMS = 0b11111 << OpCode.StreamInsert;
const OPERATIONS = (1 << OpCode.Permute) | STREAMS | (1 << OpCode.Tree);
const EFFECTS = 1 << Effect.Meta;

export const isMoreOperation = (op: Op): number => (1 << op[0]) & OPERATIONS;
const isMoreEffect = (effect: Value[]): number => (1 << (effect[0] as number)) & EFFECTS;

/** Fetches the second part where a message needs it; the message itself comes by way of `after`. */
export function prepare(message: Message): void {
  const [type, , , , effects, ops] = message as [ToPage, Value, Value, Value, Value[][], Op[]];
  const isNeeded =
    type === ToPage.Update
      ? ops.some(isMoreOperation) || effects.some(isMoreEffect)
      : // A session that is new, or the content of a join or a repair where no HTML text says it.
        type !== ToPage.Error && (Array.isArray(message[6]) || Array.isArray(message[9]) || (type === ToPage.Joined && message[3] === Outcome.Mounted));
  if (isNeeded) need();
}
