// Numbers ↔ nodes of one live root. An operation finds its node by number at once; nodes that others put there
// have no number and do no harm.

import { attributeChanged } from "./fields";
import { morphChildren } from "./morph";
import { isCounted, isElement, isOpaque } from "./numbering";

/** A node that an operation needs is not in the page, or not as the server knows it. */
export class Lost extends Error {
  constructor(readonly node: number) {
    super("node " + node);
  }
}

export class LiveDocument {
  /** The newly inserted element that asks for the focus, if any. */
  autofocus: HTMLElement | null = null;
  private nodes = new Map<number, Node>();
  /** A node's parent never changes (operations move among siblings): what to ask for when the node is lost. */
  private parents = new Map<number, number>();
  private next = 1;
  private sweepAt = 0;

  constructor(readonly root: Element) {}

  /** Numbers everything anew in document order from `first`. */
  renumber(first: number): void {
    this.root.normalize();
    this.nodes = new Map([[0, this.root]]);
    this.parents = new Map();
    this.number(first, this.root.childNodes, 0);
    this.sweepAt = this.nodes.size;
  }

  /** Brings the content of the root in line with `content`, and numbers it anew from `first`. */
  refill(content: DocumentFragment, first: number, keepEdited: boolean): void {
    morphChildren(this.root, content, keepEdited);
    this.renumber(first);
  }

  get size(): number {
    return this.nodes.size;
  }

  /** The node with this number; throws `Lost` where the page does not have it. */
  get(number: number): Node {
    const node = this.nodes.get(number);
    if (!node?.isConnected) throw new Lost(number);
    return node;
  }

  element(number: number): Element {
    const node = this.get(number);
    if (!isElement(node)) throw new Lost(number);
    return node;
  }

  text(number: number): CharacterData {
    const node = this.get(number);
    if (isElement(node)) throw new Lost(number);
    return node as CharacterData;
  }

  /** A node's parent, which is an element in the page. */
  parent(number: number): Element {
    const { parentNode } = this.get(number);
    if (number === 0 || !parentNode || !isElement(parentNode)) throw new Lost(number);
    return parentNode;
  }

  /** The number of a node's parent; 0 where that is not known. */
  parentNumber(number: number): number {
    return this.parents.get(number) ?? 0;
  }

  /** The nearest element above a lost node that is still in the page; 0 where that is not known. */
  ancestor(lost: number): number {
    let number = this.parentNumber(lost);
    while (number && !this.nodes.get(number)?.isConnected) number = this.parentNumber(number);
    return number;
  }

  /** Inserts parsed nodes under a parent with the number `owner`, and numbers them from `first`. */
  insert(content: DocumentFragment, parent: Element, before: Node | null, first: number, owner: number): void {
    this.number(first, content.childNodes, owner);
    this.place(content, parent, before);
  }

  /** Inserts nodes that have their numbers already. */
  place(content: DocumentFragment, parent: Element, before: Node | null): void {
    this.autofocus ??= content.querySelector<HTMLElement>("[autofocus]");
    parent.insertBefore(content, before);
    this.textChanged(parent);
  }

  /** The text inside a textarea is its value's attribute, so to speak. */
  textChanged(parent: Node | null): void {
    if (parent instanceof HTMLTextAreaElement) attributeChanged(parent, "value");
  }

  /** Numbers nodes and what is inside them; returns the number after the last. */
  number(first: number, nodes: Iterable<Node>, parent: number): number {
    this.next = first;
    for (const node of nodes) this.add(node, parent);
    return this.next;
  }

  private add(node: Node, parent: number): void {
    if (!isCounted(node)) return;
    const number = this.next++;
    this.nodes.set(number, node);
    this.parents.set(number, parent);
    if (isElement(node) && !isOpaque(node)) {
      for (let child = node.firstChild; child; child = child.nextSibling) this.add(child, number);
    }
  }

  /** The node with this number, in the page or not: for nodes that are about to be inserted. */
  peek(number: number): Node | undefined {
    return this.nodes.get(number);
  }

  /**
   * Forgets removed nodes. It looks at all of them, but only after as many were added as there were, so that its
   * cost is a constant for each node added, and removed nodes take no more memory than the page itself.
   */
  sweep(): void {
    if (this.nodes.size < 2 * this.sweepAt + 1000) return;
    for (const [number, node] of this.nodes) {
      if (node.isConnected) continue;
      this.nodes.delete(number);
      this.parents.delete(number);
    }
    this.sweepAt = this.nodes.size;
  }
}
