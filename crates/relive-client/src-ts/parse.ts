// HTML that the server sends becomes nodes here and nowhere else. It is parsed in a document without a window:
// nothing in it runs, no image loads and no custom element is upgraded before it is inserted. (Scripts that a fragment
// was parsed with never run at all.)

import { more } from "./more";
import type { More } from "./more/index";
import { isElement } from "./numbering";
import type { TreeNode } from "./protocol";

const inert = document.implementation.createHTMLDocument("");

/**
 * Parses `html` as what stands inside an element like `context`, so that rows, options and SVG come out right. Nodes
 * that no HTML text parses to come in their tree form.
 */
export function parse(html: string | TreeNode[], context: Element): DocumentFragment {
  if (typeof html !== "string") return (more as More).build(html);
  // A document without a window has no scripting, and so reads what stands in `noscript` otherwise than the page does.
  const home = /<noscript/i.test(html) ? document : inert;
  const box = home.createElementNS(context.namespaceURI, context.localName);
  // Chromium's fast parser takes `&copy=` in an attribute for a character reference, which it is not; a comment makes
  // it use the other one. (Inside a textarea and its like there are neither comments nor attributes.)
  box.innerHTML = "<!---->" + html;
  if (box.firstChild instanceof Comment) box.firstChild.remove();
  else box.innerHTML = html;
  const content = inert.createDocumentFragment();
  content.append(...box.childNodes);
  content.normalize();
  return content;
}

/** Sets an attribute as the parser would have. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (/^(?!xlink:)[\w:.-]+$/.test(name)) element.setAttribute(name, value);
  else {
    // It has a namespace, or a name that can be parsed, but not set.
    const parsed = parse(`<svg ${name}>`, inert.body).firstChild as Element;
    const attribute = (parsed.attributes[0] as Attr).cloneNode() as Attr;
    attribute.value = value;
    element.setAttributeNode(attribute);
  }
}

/** An element's key among its siblings, or `null`. */
export function keyOf(node: Node): string | null {
  // A function of this form is there for `more.ts`, which this module and its own import in a circle.
  if (!isElement(node)) return null;
  return node.getAttribute("dj-key") ?? node.getAttribute("data-key") ?? node.getAttribute("id");
}
