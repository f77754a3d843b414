// Applies a patch. Each operation applies to the tree as the ones before it left it: there is one order, as sent.

import { type LiveDocument, Lost } from "./document";
import { attributeChanged, settle } from "./fields";
import { keepRows } from "./morph";
import { build, parse, setAttribute } from "./parse";
import { type Op, OpCode, type Slot } from "./protocol";
import { move, permute } from "./reorder";

/**
 * Applies operations in order. One that finds the page other than the server knows it is left out, and its node
 * reported; the others are applied, since each names its nodes by number.
 */
export function apply(page: LiveDocument, ops: Op[], onLost: (node: number, error: unknown) => void): void {
  undisturbed(page, () => {
    for (const op of ops) {
      try {
        one(page, op);
      } catch (error) {
        onLost(error instanceof Lost ? error.node : Number(op[1]), error);
      }
    }
  });
}

let patching = false;
/** Whether what happens now is a patch's doing and not the user's. */
export const isPatching = (): boolean => patching;

/** Changes the page so that the focus, the caret and what the user typed survive. */
export function undisturbed(page: LiveDocument, change: () => void): void {
  const active = document.activeElement as HTMLInputElement | null;
  const { selectionStart, selectionEnd } = active ?? {};
  page.autofocus = null;
  patching = true;
  try {
    change();
    page.sweep();
    if (active?.isConnected && document.activeElement !== active) {
      active.focus({ preventScroll: true });
      if (selectionStart != null) active.setSelectionRange(selectionStart, selectionEnd ?? selectionStart);
    }
  } finally {
    patching = false;
  }
  settle();
  // A form that appears may ask for the focus, but not take it from a field that the user is in.
  const wish = page.autofocus as HTMLElement | null;
  if (wish?.isConnected && !document.activeElement?.matches("input,textarea,select,[contenteditable]")) {
    wish.focus();
  }
}

function one(page: LiveDocument, op: Op): void {
  switch (op[0]) {
    case OpCode.Text: {
      const node = page.text(op[1]);
      node.data = op[2];
      page.textChanged(node.parentNode);
      break;
    }
    case OpCode.Splice: {
      const node = page.text(op[1]);
      if (node.length !== op[2]) throw new Lost(op[1]);
      node.replaceData(op[3], op[4], op[5]);
      page.textChanged(node.parentNode);
      break;
    }
    case OpCode.Attribute: {
      const element = page.element(op[1]);
      setAttribute(element, op[2], op[3]);
      attributeChanged(element, op[2]);
      break;
    }
    case OpCode.RemoveAttribute: {
      const element = page.element(op[1]);
      element.removeAttribute(op[2]);
      attributeChanged(element, op[2]);
      break;
    }
    case OpCode.Before: {
      const parent = page.parent(op[1]);
      page.insert(parse(op[3], parent), parent, page.get(op[1]), op[2], page.parentNumber(op[1]));
      break;
    }
    case OpCode.Append: {
      const parent = page.element(op[1]);
      page.insert(parse(op[3], parent), parent, null, op[2], op[1]);
      break;
    }
    case OpCode.MoveBefore: {
      const reference = page.get(op[2]);
      if (page.parent(op[1]) !== reference.parentNode) throw new Lost(op[1]);
      move(page.parent(op[1]), page.get(op[1]), reference);
      break;
    }
    case OpCode.MoveToEnd:
      move(page.parent(op[1]), page.get(op[1]), null);
      break;
    case OpCode.Permute: {
      const nodes = op[1].map((number) => page.get(number));
      if (op[1][0] === undefined) break;
      const parent = page.parent(op[1][0]);
      for (const number of op[1]) if (page.parent(number) !== parent) throw new Lost(number);
      permute(parent, nodes);
      break;
    }
    case OpCode.Remove: {
      const parent = page.parent(op[1]);
      parent.removeChild(page.get(op[1]));
      page.textChanged(parent);
      break;
    }
    case OpCode.RemoveRange:
      removeRange(page, op[1], op[2]);
      break;
    case OpCode.Replace:
      replace(page, op[1], op[2], op[3]);
      break;
    case OpCode.Content: {
      const element = page.element(op[1]);
      element.replaceChildren();
      page.insert(parse(op[3], element), element, null, op[2], op[1]);
      break;
    }
    case OpCode.Rows:
      rows(page, op[1], op[2], op[3], op[4], op[5], op[6], op[7]);
      break;
    case OpCode.Keep: {
      const container = page.element(op[1]);
      keepRows(container, parse(op[3], container), op[2] === "prepend", false);
      break;
    }
    case OpCode.Tree:
      page.insert(build(op[4]), page.element(op[1]), place(page, op[2]), op[3], op[1]);
      break;
    default:
      throw new Error("unknown operation " + op);
  }
}

/** Replaces a node by HTML: an operation, and the answer to a request for one node. */
export function replace(page: LiveDocument, number: number, first: number, html: string): void {
  const parent = page.parent(number);
  const old = page.get(number);
  page.insert(parse(html, parent), parent, old, first, page.parentNumber(number));
  parent.removeChild(old);
}

const place = (page: LiveDocument, before: number): Node | null => (before ? page.get(before) : null);

function removeRange(page: LiveDocument, from: number, to: number): void {
  const parent = page.parent(from);
  if (page.parent(to) !== parent) throw new Lost(to);
  // A range that would run backwards is empty.
  const range = document.createRange();
  range.setStartBefore(page.get(from));
  range.setEndAfter(page.get(to));
  range.deleteContents();
  page.textChanged(parent);
}

function rows(
  page: LiveDocument,
  owner: number,
  before: number,
  first: number,
  html: string,
  separator: string,
  slots: Slot[],
  columns: string[][],
): void {
  const parent = page.element(owner);
  const reference = place(page, before);
  const content = parse(html, parent);
  const template = content.firstChild;
  if (!template) throw new Lost(owner);
  // Only clones go into the page: a clone of what was there once would have what a user typed.
  content.replaceChildren(template.cloneNode(true));
  const count = columns[0]?.length ?? 0;
  const starts: number[] = [];
  let next = page.number(first, content.childNodes, owner);
  for (let row = 0; row < count; row++) {
    const added: Node[] = separator ? [content.ownerDocument.createTextNode(separator)] : [];
    added.push(template.cloneNode(true));
    starts.push(next + added.length - 1);
    next = page.number(next, added, owner);
    content.append(...added);
  }
  for (const [offset, name, column, prefix, suffix] of slots) {
    const values = columns[column] as string[];
    starts.forEach((start, row) => {
      const node = page.peek(start + offset);
      const value = prefix + values[row] + suffix;
      if (name === null) (node as CharacterData).data = value;
      else setAttribute(node as Element, name, value);
    });
  }
  page.place(content, parent, reference);
}
