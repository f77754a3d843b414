// Moving nodes so that they stay what they are: the focus, playing media, scrolled boxes and frames survive.

import { isElement } from "./numbering";

type Mover = ParentNode & Node & { moveBefore?: (node: Node, before: Node | null) => void };

/** Moves `node` before `before` (`null`: to the end) of its own parent. */
export function move(parent: Mover, node: Node, before: Node | null): void {
  if (node === before || node.nextSibling === before) return;
  if (parent.moveBefore) {
    try {
      parent.moveBefore(node, before);
      return;
    } catch {
      // Not in a document, for instance; the other way works everywhere.
    }
  }
  // A node that is put elsewhere the old way forgets how far it was scrolled.
  const scrolled = (isElement(node) ? [node, ...node.querySelectorAll("*")] : [])
    .map((element) => [element, element.scrollLeft, element.scrollTop] as const)
    .filter(([, left, top]) => left || top);
  parent.insertBefore(node, before);
  for (const [element, left, top] of scrolled) element.scrollTo(left, top);
}

/** Lets siblings trade places: they take the places that they had together, in the order listed. */
export function permute(listed: Node[]): void {
  const start = listed[0] as Node;
  const parent = start.parentNode as Element;
  // Find the first and the last of them: from any one, look in both directions at once.
  const missing = new Set<Node | null>(listed);
  missing.delete(start);
  let [first, last] = [start, start];
  for (let [back, forth]: (Node | null)[] = [start, start]; missing.size; ) {
    back = back && back.previousSibling;
    forth = forth && forth.nextSibling;
    if (back && missing.delete(back)) first = back;
    if (forth && missing.delete(forth)) last = forth;
    if (!back && !forth) throw new Error("not siblings");
  }
  // What stands from the first to the last, as it is and as it shall be.
  const places = new Map<Node, number>();
  for (let node = first; ; node = node.nextSibling as Node) {
    places.set(node, places.size);
    if (node === last) break;
  }
  const trading = new Set(listed);
  let turn = 0;
  const wanted = [...places.keys()].map((node) => (trading.has(node) ? (listed[turn++] as Node) : node));

  // Whoever holds the focus stays, and so do the most elements that can stay with it. Text is cheap to move.
  const place = (node: Node) => places.get(node) as number;
  const focused = wanted.findIndex((node) => node.contains(document.activeElement));
  const anchor = focused < 0 ? 0 : place(wanted[focused] as Node);
  const staying = longestIncreasing(
    wanted
      .filter((node, i) => isElement(node) && (focused < 0 || Math.sign(i - focused) === Math.sign(place(node) - anchor)))
      .map(place),
  );
  let next = last.nextSibling as Node | null;
  for (const node of wanted.reverse()) {
    if (!staying.has(place(node))) move(parent, node, next);
    next = node;
  }
}

/** The members of a longest increasing subsequence of distinct numbers. */
export function longestIncreasing(numbers: number[]): Set<number> {
  const tails: number[] = []; // tails[k]: index of the smallest number that ends a sequence of length k + 1
  const before: number[] = [];
  numbers.forEach((x, i) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[tails[middle] as number] as number) < x) low = middle + 1;
      else high = middle;
    }
    before[i] = low ? (tails[low - 1] as number) : -1;
    tails[low] = i;
  });
  const members = new Set<number>();
  for (let i = tails[tails.length - 1] ?? -1; i >= 0; i = before[i] as number) members.add(numbers[i] as number);
  return members;
}
