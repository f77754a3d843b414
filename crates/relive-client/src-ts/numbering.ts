// What counts as a node, and in which order: the one definition that page and server share (docs/protocol.md,
// "Numbers" and "Checksum").

export const HTML = "http://www.w3.org/1999/xhtml";

/** Whether an element's inside belongs to somebody else: it has a number, its inside has none. */
export function isOpaque(element: Element): boolean {
  // `getAttribute`, not `.id`: a form's own properties are hidden by fields of that name.
  const update = element.getAttribute("dj-update");
  return (
    (update !== null && update !== "replace") ||
    element.hasAttribute("dj-root") ||
    element.getAttribute("id") === "dj-flash-container" ||
    ((element.localName === "noscript" || element.localName === "template") && element.namespaceURI === HTML)
  );
}

export const isElement = (node: Node): node is Element => node.nodeType === 1;

/** Elements, text and comments have numbers; there is nothing else in a parsed page but odd cases that scripts make. */
export const isCounted = (node: Node): boolean =>
  node.nodeType === 1 || node.nodeType === 3 || node.nodeType === 8;

/** Number of nodes inside `root`, and the checksum over their structure. */
export function describe(root: Element): [nodes: number, checksum: number] {
  let nodes = 0;
  let hash = 0x811c9dc5;
  const add = (x: number): void => {
    hash = Math.imul(hash ^ x, 0x01000193);
  };
  const inside = (parent: Node): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (!isCounted(node)) continue;
      nodes++;
      if (isElement(node)) {
        const name = node.localName;
        add(1);
        for (let i = 0; i < name.length; i++) add(name.charCodeAt(i));
        if (isOpaque(node)) add(4);
        else {
          inside(node);
          add(2);
        }
      } else if (node.nodeType === 3) {
        add(3);
        add((node as Text).length);
      } else add(8);
    }
  };
  inside(root);
  return [nodes, hash >>> 0];
}
