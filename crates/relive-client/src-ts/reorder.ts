// Moving nodes so that they stay what they are: the focus, playing media, scrolled boxes and frames survive.

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
  const scrolled =
    node instanceof Element
      ? [node, ...node.querySelectorAll("*")]
          .filter((element) => element.scrollTop || element.scrollLeft)
          .map((element) => [element, element.scrollLeft, element.scrollTop] as const)
      : [];
  parent.insertBefore(node, before);
  for (const [element, left, top] of scrolled) {
    element.scrollLeft = left;
    element.scrollTop = top;
  }
}

/** Lets siblings trade places: they take the places that they had together, in the order listed. */
export function permute(parent: Element, listed: Node[]): void {
  // All siblings from the first listed one to the last. From any of them, look in both directions at once.
  const missing = new Set(listed);
  const start = listed[0];
  if (!start) return;
  const span: Node[] = [start];
  missing.delete(start);
  let back = start.previousSibling;
  let forth = start.nextSibling;
  const behind: Node[] = [];
  const ahead: Node[] = [];
  let [keepBehind, keepAhead] = [0, 0];
  while (missing.size) {
    if (!back && !forth) throw new Error("not siblings");
    if (back) {
      behind.push(back);
      if (missing.delete(back)) keepBehind = behind.length;
      back = back.previousSibling;
    }
    if (forth) {
      ahead.push(forth);
      if (missing.delete(forth)) keepAhead = ahead.length;
      forth = forth.nextSibling;
    }
  }
  span.unshift(...behind.slice(0, keepBehind).reverse());
  for (const node of ahead.slice(0, keepAhead)) span.push(node);

  const isListed = new Set(listed);
  let turn = 0;
  const wanted = span.map((node) => (isListed.has(node) ? (listed[turn++] as Node) : node));
  arrange(parent, span, wanted);
}

/** Brings `span` (adjacent siblings) into the order `wanted` with the fewest moves of elements. */
function arrange(parent: Element, span: Node[], wanted: Node[]): void {
  const places = new Map(span.map((node, place) => [node, place]));
  const place = (node: Node) => places.get(node) as number;
  let next = (span[span.length - 1] as Node).nextSibling;

  // Whoever holds the focus stays, and so do the most elements that can stay with it. Text is cheap to move.
  const focused = wanted.findIndex((node) => node.contains(document.activeElement));
  const anchor = focused < 0 ? -1 : place(wanted[focused] as Node);
  const staying = longestIncreasing(
    wanted
      .filter(
        (node, i) =>
          node.nodeType === 1 && (focused < 0 || Math.sign(i - focused) === Math.sign(place(node) - anchor)),
      )
      .map(place),
  );

  for (let i = wanted.length - 1; i >= 0; i--) {
    const node = wanted[i] as Node;
    if (!staying.has(place(node))) move(parent, node, next);
    next = node as ChildNode;
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
