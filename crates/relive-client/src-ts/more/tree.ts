// Nodes that no HTML text parses to come in their tree form.

import type { LiveDocument } from "../document";
import type { Op, OpCode, TreeNode } from "../protocol";
import { core } from "./index";

/** An element of each namespace, by its number. */
const OF_NAMESPACE = ["", "<p>", "<svg>", "<math>"] as const;

/** The operation. */
export function tree(page: LiveDocument, [, number, before, first, nodes]: Extract<Op, [OpCode.Tree, ...unknown[]]>): void {
  const parent = page.get(number) as Element;
  const content = build(nodes);
  const place = before ? page.get(before) : null;
  page.number(first, content, number);
  page.place(content, parent, place);
}

const parsed = (html: string): ChildNode => core.parse(html, document.body).firstChild as ChildNode;

export function build(nodes: TreeNode[]): DocumentFragment {
  const content = core.parse("", document.body);
  for (const node of nodes) {
    content.append(typeof node === "string" ? node : node[0] ? buildElement(...node) : new Comment(node[1]));
  }
  return content;
}

function buildElement(namespace: 1 | 2 | 3, name: string, attributes: string[], children: TreeNode[]): Element {
  const kin = parsed(OF_NAMESPACE[namespace]) as Element;
  // A script that was parsed never runs, unlike one that was created.
  const element =
    name === "script"
      ? (core.parse("<script></script>", kin).firstChild as Element)
      : kin.ownerDocument.createElementNS(kin.namespaceURI, name);
  for (let i = 0; i < attributes.length; i += 2) {
    core.setAttribute(element, attributes[i] as string, attributes[i + 1] as string);
  }
  // What is called so in SVG is an element like others.
  (name === "template" && namespace === 1 ? (element as HTMLTemplateElement).content : element).append(build(children));
  return element;
}
