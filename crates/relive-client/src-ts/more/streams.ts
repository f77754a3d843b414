// Streams: containers whose rows only the page has. A row is a child element, known by its key, with what follows it up
// to the next one.

import type { LiveDocument } from "../document";
import { OpCode, type StreamOp } from "../protocol";
import { core } from "./index";

export function stream(page: LiveDocument, op: StreamOp): void {
  const container = page.get(op[1]) as Element;
  const rows = container.children;
  switch (op[0]) {
    case OpCode.StreamInsert:
      put(page, container, op[3], op[2]);
      break;
    case OpCode.StreamUpdate:
      put(page, container, op[2]);
      break;
    case OpCode.StreamDelete:
      for (const row of rows) {
        if (core.keyOf(row) === op[2]) {
          remove(row);
          break;
        }
      }
      break;
    case OpCode.StreamReset:
      container.replaceChildren();
      break;
    case OpCode.StreamLimit: {
      const limit = op[2];
      (limit < 0 ? [...rows].slice(0, limit) : [...rows].slice(limit)).forEach(remove);
    }
  }
}

/** Brings rows in line that are there; the others go before the row at index `at`, if that is said. */
function put(page: LiveDocument, container: Element, html: string, at?: number): void {
  const content = core.parse(html, container);
  const keyed = core.byKey(container);
  let stays = true;
  for (const node of [...content.childNodes]) {
    if (core.isElement(node)) {
      const match = keyed.get(core.keyOf(node));
      stays = !match && at !== undefined;
      if (match) core.morph(match, node, false);
    }
    // What follows a row goes with it.
    if (!stays) node.remove();
  }
  page.place(content, container, container.children[at as number] ?? null);
}

function remove(row: Element): void {
  let next = row.nextSibling;
  while (next && !core.isElement(next)) {
    next.remove();
    next = row.nextSibling;
  }
  row.remove();
}
