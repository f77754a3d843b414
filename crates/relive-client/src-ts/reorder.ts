// Moving nodes so that they stay what they are: the focus, playing media, scrolled boxes and frames survive.

type Mover = ParentNode & Node & { moveBefore?: (node: Node, before: Node | null) => void };

/** Moves `node` before `before` (`null`: to the end) of its own parent. */
export function move(parent: Mover, node: Node, before: Node | null): void {
  if (node === before || node.nextSibling === before) return;
  // For nodes that are not in a document there is only the other way.
  if (parent.moveBefore && parent.isConnected) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}
