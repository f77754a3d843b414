// HTML that the server sends becomes nodes here and nowhere else. It is parsed in a document without a window:
// nothing in it runs, no image loads and no custom element is upgraded before it is inserted.

import { HTML, isElement } from "./numbering";
import type { TreeNode } from "./protocol";

const inert = document.implementation.createHTMLDocument("");

const NAMESPACES = [
  "",
  HTML,
  "http://www.w3.org/2000/svg",
  "http://www.w3.org/1998/Math/MathML",
] as const;

/** Parses `html` as what stands inside an element like `context`, so that rows, options and SVG come out right. */
export function parse(html: string, context: Element): DocumentFragment {
  const box = inert.createElementNS(context.namespaceURI, context.localName);
  box.innerHTML = html;
  // A document without a window has no scripting, and so parses what stands in `noscript`; a page has it as text.
  asText(box);
  const range = inert.createRange();
  range.selectNodeContents(box);
  const content = range.extractContents();
  content.normalize();
  return content;
}

/** Makes the inside of each `noscript` text, as it is in a page where scripts run. */
export function asText(parent: Element): void {
  for (const element of parent.querySelectorAll("noscript")) element.textContent = element.innerHTML;
}

/** Nodes in their tree form, for what no HTML text parses to. */
export function build(nodes: TreeNode[]): DocumentFragment {
  const content = inert.createDocumentFragment();
  for (const node of nodes) {
    if (typeof node === "string") content.appendChild(inert.createTextNode(node));
    else if (node[0] === 0) content.appendChild(inert.createComment(node[1]));
    else {
      const [namespace, name, attributes, children] = node;
      const uri = NAMESPACES[namespace];
      // A script that was parsed never runs, unlike one that was created.
      const element =
        name === "script"
          ? (parse("<script></script>", inert.createElementNS(uri, "g")).firstChild as Element)
          : inert.createElementNS(uri, name);
      for (let i = 0; i + 1 < attributes.length; i += 2) {
        setAttribute(element, attributes[i] as string, attributes[i + 1] as string);
      }
      const inside = build(children);
      (element instanceof HTMLTemplateElement ? element.content : element).appendChild(inside);
      content.appendChild(element);
    }
  }
  return content;
}

/** Sets an attribute as the parser would have. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (name.startsWith("xlink:") && element.namespaceURI !== NAMESPACES[1]) {
    element.setAttributeNS("http://www.w3.org/1999/xlink", name, value);
  } else element.setAttribute(name, value);
}

/** An element's key among its siblings, or `null`. */
export const keyOf = (node: Node): string | null =>
  isElement(node)
    ? (node.getAttribute("dj-key") ?? node.getAttribute("data-key") ?? node.getAttribute("id"))
    : null;
