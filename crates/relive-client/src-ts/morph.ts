// Brings live nodes in line with newly parsed ones and keeps every node that can stay. Patches do not need this: it
// is for content that comes whole (a join, a repair, the page fetched again) and for rows that are sent again.

import { textChanged } from "./document";
import { attributeChanged, wasEdited } from "./fields";
import { isElement, isOpaque } from "./numbering";
import { LOADING } from "./outbox";
import { keyOf, setAttribute } from "./parse";
import { move } from "./reorder";

/**
 * Makes the children of `live` like those of `fresh`, whose nodes it may take over. With `keepEdited`, fields that
 * the user changed show what they show, whatever the new HTML says: its session has not seen them.
 */
export function morphChildren(live: Element, fresh: Node, keepEdited: boolean): void {
  const keyed = byKey(live);
  let cursor: ChildNode | null = live.firstChild;
  for (const node of [...fresh.childNodes]) {
    const match = findMatch(node, cursor, keyed);
    if (!match) {
      live.insertBefore(node, cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else move(live, match, cursor);
    keyed.delete(keyOf(match));
    morph(match, node, keepEdited);
  }
  while (cursor) {
    const next: ChildNode | null = cursor.nextSibling;
    live.removeChild(cursor);
    cursor = next;
  }
  if (!keepEdited || !wasEdited(live)) textChanged(live);
}

export function byKey(parent: Element): Map<string | null, Element> {
  const keyed = new Map<string | null, Element>();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (key !== null && !keyed.has(key)) keyed.set(key, child);
  }
  return keyed;
}

/** How far to look for a node without a key. */
const LOOK_AHEAD = 50;

/** A live child at or after `cursor` that can become `node`: the one with its key, or the next of its kind without. */
function findMatch(node: Node, cursor: ChildNode | null, keyed: Map<string | null, Element>): ChildNode | null {
  const key = keyOf(node);
  let match = key === null ? cursor : (keyed.get(key) ?? null);
  let tries = LOOK_AHEAD;
  while (match && !(keyOf(match) === key && isAlike(match, node))) {
    match = key === null && --tries ? match.nextSibling : null;
  }
  return match;
}

const isAlike = (live: Node, fresh: Node): boolean =>
  live.nodeName === fresh.nodeName && (live as Element).namespaceURI === (fresh as Element).namespaceURI;

export function morph(live: Node, fresh: Node, keepEdited: boolean): void {
  if (isElement(live)) morphElement(live, fresh as Element, keepEdited);
  // Setting the same text would take a selection away.
  else if (live.nodeValue !== fresh.nodeValue) live.nodeValue = fresh.nodeValue;
}

function morphElement(live: Element, fresh: Element, keepEdited: boolean): void {
  const opaque = isOpaque(live);
  // What stands in a template cannot be compared, and has no state to lose.
  if (opaque !== isOpaque(fresh) || live.nodeName === "TEMPLATE") {
    live.parentNode?.replaceChild(fresh, live);
    return;
  }
  morphAttributes(live, fresh, keepEdited);
  if (!opaque) morphChildren(live, fresh, keepEdited);
  else {
    // What is inside belongs to somebody else; only containers that collect rows take the ones that are new.
    const mode = live.getAttribute("dj-update");
    // A session that is new has all rows of its streams in its page.
    if (mode === "stream" && keepEdited) morphChildren(live, fresh, true);
    else if (mode && mode !== "ignore") keepRows(live, fresh, mode === "prepend", keepEdited);
  }
}

export function morphAttributes(live: Element, fresh: Element, keepEdited: boolean): void {
  for (const { name } of [...live.attributes]) {
    if (!fresh.hasAttribute(name) && name !== LOADING) {
      live.removeAttribute(name);
      valueChanged(live, name, keepEdited);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (live.getAttribute(name) !== value && name !== LOADING) {
      setAttribute(live, name, value);
      valueChanged(live, name, keepEdited);
    }
  }
}

function valueChanged(element: Element, name: string, keepEdited: boolean): void {
  if (!(keepEdited && wasEdited(element.closest("select") ?? element))) attributeChanged(element, name);
}

/** Hands rows to a container that keeps its children: a row whose key is there is brought in line, others go in. */
export function keepRows(container: Element, rows: Node, prepend: boolean, keepEdited: boolean): void {
  const keyed = byKey(container);
  const start = prepend ? container.firstChild : null;
  let added = false;
  for (const node of [...rows.childNodes]) {
    const match = keyed.get(keyOf(node));
    if (match && isAlike(match, node)) {
      morph(match, node, keepEdited);
      added = false;
    } else if (isElement(node) || added || (node as CharacterData).data.trim()) {
      // The space after a row that was there already is there already, too.
      container.insertBefore(node, start);
      added = true;
    }
  }
}
