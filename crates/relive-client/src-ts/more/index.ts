// The second part of the client: a module that the first one fetches when it needs it. It shares nothing with the
// first but what that hands over (`from`), so that no code is in both.

import type { LiveDocument } from "../document";
import type { Core } from "../more";
import { arrive, surround } from "./arrival";
import { changed, pushed, startHooks, watch } from "./hooks";
import { Effect, OpCode, type TreeNode } from "../protocol";
import { setMeta } from "./metadata";
import { fetchRoot, remount } from "./refetch";
import { flush, flushField, rate } from "./rates";
import { permute } from "./permute";
import { stream } from "./streams";
import { build, tree } from "./tree";

export let core: Core;

/** What the first part calls. */
export interface More {
  /** By number. */
  operations: { [code: number]: (page: LiveDocument, op: never) => void };
  /** By number. */
  effects: { [kind: number]: (...values: never[]) => void };
  build(nodes: TreeNode[]): DocumentFragment;
  arrive: typeof arrive;
  surround: typeof surround;
  fetchRoot: typeof fetchRoot;
  remount: typeof remount;
  watch: typeof watch;
  changed: typeof changed;
  pushed: typeof pushed;
  flush: typeof flush;
  flushField: typeof flushField;
  rate: typeof rate;
}

export default function provide(from: Core): More {
  core = from;
  startHooks();
  return {
    operations: {
      [OpCode.Permute]: permute,
      [OpCode.StreamInsert]: stream,
      [OpCode.StreamDelete]: stream,
      [OpCode.StreamReset]: stream,
      [OpCode.StreamLimit]: stream,
      [OpCode.StreamUpdate]: stream,
      [OpCode.Tree]: tree,
    },
    effects: { [Effect.Meta]: setMeta },
    build,
    arrive,
    surround,
    fetchRoot,
    remount,
    watch,
    changed,
    pushed,
    flush: () => flush(),
    flushField,
    rate,
  };
}
