// The operation `permute`: as few of the siblings as can be are moved, and not the one with the focus.

import type { LiveDocument } from "../document";
import type { OpCode } from "../protocol";
import { core } from "./index";

/** Lets siblings trade places: they take the places that they had together, in the order listed. */
export function permute(page: LiveDocument, [, numbers]: [OpCode.Permute, number[]]): void {
  const listed = numbers.map(page.get);
  const parent = listed[0]?.parentNode as Element;
  // What stands from the first of them to the last.
  const places = new Map<Node, number>();
  const missing = new Set(listed);
  let next = parent.firstChild as Node;
  for (; missing.size; next = next.nextSibling as Node) {
    if (missing.delete(next) || places.size) places.set(next, places.size);
  }
  const trading = new Set(listed);
  let turn = 0;
  const wanted = [...places.keys()].map((node) => (trading.has(node) ? (listed[turn++] as Node) : node));

  // Whoever holds the focus stays, and so do the most elements that can stay with it. Text is cheap to move.
  const place = (node: Node) => places.get(node) as number;
  let focus = document.activeElement as Node;
  while (focus && focus.parentNode !== parent) focus = focus.parentNode as Node;
  const focused = wanted.indexOf(focus);
  const anchor = places.get(focus) ?? -1;
  const staying = longestIncreasing(
    wanted
      .filter((node, i) => core.isElement(node) && (i === focused || (i - focused) * (place(node) - anchor) > 0))
      .map(place),
  );
  for (const node of wanted.reverse()) {
    if (!staying.has(place(node))) core.move(parent, node, next);
    next = node;
  }
}

type Chain = [last: number, before: Chain | undefined];

/** The members of a longest increasing subsequence of distinct numbers. */
export function longestIncreasing(numbers: number[]): Set<number> {
  // The increasing chain of each length whose last number is the smallest.
  const chains: Chain[] = [];
  for (const x of numbers) {
    let low = 0;
    let high = chains.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((chains[middle] as Chain)[0] < x) low = middle + 1;
      else high = middle;
    }
    chains[low] = [x, chains[low - 1]];
  }
  const members = new Set<number>();
  for (let chain = chains[chains.length - 1]; chain; chain = chain[1]) members.add(chain[0]);
  return members;
}
