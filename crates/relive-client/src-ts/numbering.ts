// What counts as a node, and in which order: the one definition that page and server share (docs/protocol.md,
// "Numbers" and "Checksum").

/** Whether an element's inside belongs to somebody else: it has a number, its inside has none. */
export function isOpaque(element: Element): boolean {
  // `getAttribute`, not `.id`: a form's own properties are hidden by fields of that name.
  return (
    (element.getAttribute("dj-update") ?? "replace") !== "replace" ||
    element.hasAttribute("dj-root") ||
    element.getAttribute("id") === "dj-flash-container" ||
    // In capitals: those of HTML, not of SVG.
    /^(NOSCRIPT|TEMPLATE)$/.test(element.nodeName)
  );
}

export const isElement = (node: Node): node is Element => node.nodeType === 1;

/**
 * Visits the nodes inside `parent` in document order. `visit` gets a node and what it returned for the node's parent
 * (`number` for the outermost); `add` gets what the checksum takes of each.
 */
export function walk(
  parent: Node,
  number: number,
  visit: (node: Node, parent: number) => number,
  add: (x: number) => void = () => undefined,
): void {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const own = visit(node, number);
    if (isElement(node)) {
      add(1);
      for (let i = 0; i < node.localName.length; i++) add(node.localName.charCodeAt(i));
      if (isOpaque(node)) add(4);
      else {
        walk(node, own, visit, add);
        add(2);
      }
    } else if (node.nodeType === 3) {
      add(3);
      add((node as Text).length);
    } else add(8);
  }
}

/** Number of nodes inside `root`, and the checksum over their structure. */
export function describe(root: Element): [nodes: number, checksum: number] {
  let nodes = 0;
  let hash = 0x811c9dc5;
  walk(
    root,
    0,
    () => nodes++,
    (x) => {
      hash = Math.imul(hash ^ x, 0x01000193);
    },
  );
  return [nodes, hash >>> 0];
}
