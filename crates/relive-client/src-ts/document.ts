// Numbers ↔ nodes of one live root. An operation finds its node by number at once; nodes that others put there
// have no number and do no harm.

import { attributeChanged } from "./fields";
import { walk } from "./numbering";

export type LiveDocument = ReturnType<typeof createDocument>;

export function createDocument(root: Element) {
  let nodes = new Map<number, Node>();
  /** A node's parent never changes (operations move among siblings): what to ask for when the node is lost. */
  let parents = new Map<number, number>();
  let sweepAt = 0;

  const page = {
    root,
    /** The newly inserted element that asks for the focus, if any. */
    autofocus: null as HTMLElement | null,

    /** How many nodes have numbers, the root included. */
    size: () => nodes.size,

    /** Numbers everything anew in document order. */
    renumber(first = 1): void {
      root.normalize();
      nodes = new Map([[0, root]]);
      parents = new Map();
      page.number(first, root, 0);
      sweepAt = nodes.size;
    },

    /** Numbers what is inside `content`, whose parent has or will have the number `owner`; returns the next number. */
    number(first: number, content: Node, owner: number): number {
      walk(content, owner, (node, parent) => {
        nodes.set(first, node);
        parents.set(first, parent);
        return first++;
      });
      return first;
    },

    /** The node with this number; throws where the page does not have it. */
    get(number: number): Node {
      const node = nodes.get(number);
      if (!node?.isConnected) throw new Error("node " + number);
      return node;
    },

    /** The node with this number, in the page or not: for nodes that are about to be inserted. */
    peek: (number: number) => nodes.get(number),

    /** The number of a node's parent; 0 where that is not known. */
    parent: (number: number): number => parents.get(number) ?? 0,

    /** The nearest element above a lost node that is still in the page; 0 where that is not known. */
    ancestor(lost: number): number {
      do lost = page.parent(lost);
      while (lost && !nodes.get(lost)?.isConnected);
      return lost;
    },

    /** Inserts nodes that have their numbers. */
    place(content: DocumentFragment, parent: Element, before: Node | null): void {
      page.autofocus ??= content.querySelector<HTMLElement>("[autofocus]");
      parent.insertBefore(content, before);
      textChanged(parent);
    },

    /**
     * Forgets removed nodes. It looks at all of them, but only after as many were added as there were, so that its
     * cost is a constant for each node added, and removed nodes take no more memory than the page itself.
     */
    sweep(): void {
      if (nodes.size < 2 * sweepAt + 1000) return;
      for (const [number, node] of nodes) {
        if (!node.isConnected) {
          nodes.delete(number);
          parents.delete(number);
        }
      }
      sweepAt = nodes.size;
    },
  };
  page.renumber();
  return page;
}

/** The text inside a textarea is its value's attribute, so to speak. */
export function textChanged(parent: Element | null): void {
  if (parent?.localName === "textarea") attributeChanged(parent, "value");
}
