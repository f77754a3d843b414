// Applies a patch. Each operation applies to the tree as the ones before it left it: there is one order, as sent.

import { type LiveDocument, textChanged } from "./document";
import { attributeChanged, FIELDS, settle } from "./fields";
import { keepRows } from "./morph";
import { changed, isMoreOperation, more } from "./more";
import { parse, setAttribute } from "./parse";
import { type Op, OpCode } from "./protocol";
import { move } from "./reorder";

/**
 * Applies operations in order. One that finds the page other than the server knows it is left out, and the number
 * of its first node reported; the others are applied, since each names its nodes by number.
 */
export function apply(page: LiveDocument, ops: Op[], onLost: (node: number, error: unknown) => void): void {
  undisturbed(page, () => {
    for (const op of ops) {
      try {
        one(page, op);
      } catch (error) {
        onLost([op[1]].flat()[0] as number, error);
      }
    }
  });
}

/** Boxes inside the page that were scrolled: when they are moved, they forget how far. */
const scrolled = new Set<Element>();
addEventListener("scroll", ({ target }) => target !== document && scrolled.add(target as Element), true);

let patching = false;
/** Whether what happens now is a patch's doing and not the user's. */
export const isPatching = (): boolean => patching;

/** Changes the page so that the focus, the caret and what the user typed survive. */
export function undisturbed(page: LiveDocument, change: () => void): void {
  const active = document.activeElement as HTMLInputElement | null;
  const { selectionStart: start, selectionEnd: end } = active ?? {};
  const scrolls = [...scrolled].map((box) => [box, box.scrollLeft, box.scrollTop] as const);
  page.autofocus = null;
  patching = true;
  more?.watch();
  try {
    change();
    page.sweep();
    for (const [box, left, top] of scrolls) {
      if (!box.isConnected) scrolled.delete(box);
      else if (!box.scrollLeft && !box.scrollTop) box.scrollTo(left, top);
    }
    if (active && document.activeElement !== active) {
      active.focus({ preventScroll: true });
      if (start != null) active.setSelectionRange(start, end as number);
    }
  } finally {
    patching = false;
  }
  settle();
  // A form that appears may ask for the focus, but not take it from a field that the user is in.
  const wish = page.autofocus as HTMLInputElement | null;
  if (wish && !document.activeElement?.matches(FIELDS + ",[contenteditable]")) {
    wish.focus();
    // Browsers put the caret before the text.
    if (wish.selectionEnd === 0) wish.setSelectionRange(1e9, 1e9);
  }
  changed(page.root);
}

function one(page: LiveDocument, op: Op): void {
  if (isMoreOperation(op)) {
    more?.operations[op[0]]!(page, op as never);
    return;
  }
  // An operation begins with the number of a node; of the other fields, each kind has its own. A node that is not of
  // the kind that the operation is for lacks the method that it calls: that is found out, and repaired.
  const [code, number, a, b, c, d] = op as [OpCode, number, any, any, any, any];
  const node = page.get(number) as Element & CharacterData;
  // The root's own place is not this region's to change.
  const parent = number ? (node.parentNode as Element) : null!;
  const insert = (content: DocumentFragment, into: Element, before: Node | null, first: number) => {
    page.number(first, content, into === node ? number : page.parent(number));
    page.place(content, into, before);
  };
  const place = (before: number) => before ? page.get(before) : null;

  switch (code) {
    case OpCode.Text:
      node.replaceData(0, node.length, a);
      break;
    case OpCode.Grow:
    case OpCode.Splice:
      if (node.length !== a) throw new Error("node " + number);
      if (code === OpCode.Grow) node.appendData(b);
      else node.replaceData(b, c, d);
      break;
    case OpCode.Attribute:
      setAttribute(node, a, b);
      attributeChanged(node, a);
      break;
    case OpCode.RemoveAttribute:
      node.removeAttribute(a);
      attributeChanged(node, a);
      break;
    case OpCode.Before:
      insert(parse(b, parent), parent, node, a);
      break;
    case OpCode.MoveBefore:
      move(parent, node, page.get(a));
      break;
    case OpCode.MoveToEnd:
      move(parent, node, null);
      break;
    case OpCode.Remove:
    case OpCode.RemoveRange: {
      const range: Node[] = [node];
      const last = code === OpCode.Remove ? node : page.get(a);
      // Nothing is removed before the last is found: a range that would run backwards throws at the end.
      for (let next: Node = node; next !== last; ) range.push((next = next.nextSibling as Node));
      for (const removed of range) parent.removeChild(removed);
      break;
    }
    case OpCode.Replace:
      insert(parse(b, parent), parent, node, a);
      parent.removeChild(node);
      break;
    case OpCode.Content:
    case OpCode.Append:
      if (code === OpCode.Content) node.replaceChildren();
      insert(parse(b, node), node, null, a);
      break;
    case OpCode.Rows:
      page.place(rows(page, node, op as Rows), node, place(a));
      break;
    case OpCode.Keep:
      keepRows(node, parse(b, node), a === "prepend", false);
      break;
    default:
      throw new Error("op " + code);
  }
  textChanged(parent);
}

type Rows = Extract<Op, [OpCode.Rows, ...unknown[]]>;

/** The rows of an operation, numbered. */
function rows(page: LiveDocument, parent: Element, op: Rows): DocumentFragment {
  const [, owner, , first, html, separator, slots, columns] = op;
  const content = parse(html, parent);
  const template = content.firstChild as Element;
  const count = (columns[0] as string[]).length + 1;
  // Only clones go into the page: a clone of what was there once would have what a user typed.
  content.replaceChildren(template.cloneNode(true));
  for (let row = 1; row < count; row++) {
    if (separator) content.append(separator);
    content.append(template.cloneNode(true));
  }
  // All rows have as many nodes as the first, and so the same distance from each other.
  const step = (page.number(first, content, owner) - first + (separator ? 1 : 0)) / count;
  for (const [offset, name, column, prefix, suffix] of slots) {
    (columns[column] as string[]).forEach((item, row) => {
      const node = page.peek(first + step * (row + 1) + offset);
      const value = prefix + item + suffix;
      if (name === null) (node as CharacterData).data = value;
      else setAttribute(node as Element, name, value);
    });
  }
  return content;
}
