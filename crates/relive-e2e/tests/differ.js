// Runs in the page, with the globals of the client's harness: applies each pair's patch to a live root that holds the
// old HTML, and compares what comes out with the new HTML parsed afresh. Returns what went wrong, and counts. Where the
// two parsers disagree over a page there is nothing to compare: such a page joins with its full HTML.

const [pairs] = arguments;
const opaque = (element) =>
  (element.hasAttribute("dj-update") && element.getAttribute("dj-update") !== "replace") ||
  element.hasAttribute("dj-root") ||
  element.id === "dj-flash-container" ||
  (["noscript", "template"].includes(element.localName) && element instanceof HTMLElement);

/** A copy without what stands inside opaque elements. */
const outline = (root) => {
  const copy = root.cloneNode(true);
  const walk = (element) => {
    for (const child of [...element.children]) {
      if (opaque(child)) child.replaceChildren();
      else walk(child);
    }
  };
  walk(copy);
  return copy;
};

/** All numbered nodes in document order: this file's own idea of what is numbered. */
const numbered = (root) => {
  const nodes = [];
  const walk = (parent) => {
    for (const node of parent.childNodes) {
      nodes.push(node);
      if (node.nodeType === Node.ELEMENT_NODE && !opaque(node)) walk(node);
    }
  };
  walk(root);
  return nodes;
};

const NAMESPACES = { svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML" };

/** A live root with this outer HTML: its content is parsed as what stands inside such an element. */
const rootFrom = (html) => {
  const [, name, attributes, content] = html.match(
    /^\s*<([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>([^]*)<\/\1\s*>\s*$/i,
  );
  const root = document.createElementNS(NAMESPACES[name] ?? "http://www.w3.org/1999/xhtml", name);
  const box = document.createElement("div");
  box.innerHTML = `<p ${attributes}></p>`;
  for (const { name, value } of box.firstChild.attributes) root.setAttribute(name, value);
  // With a comment, Chromium takes the parser that pages are loaded with, and not its short way for simple HTML.
  root.innerHTML = "<!---->" + content;
  root.firstChild.remove();
  root.normalize();
  return root;
};

const check = (pair) => {
  const problems = [];
  const expect = (what, is, should) => {
    if (is !== should) problems.push(`${what} is ${is} and should be ${should}`);
  };
  const root = rootFrom(pair.old);
  document.body.replaceChildren(root);
  const page = new LiveDocument(root);
  const expectState = (when, { nodes, checksum, numbers }) => {
    const [count, sum] = describe(root);
    expect(`the number of nodes ${when}`, count, nodes);
    expect(`the checksum ${when}`, sum, checksum);
    // Each number stands where the server thinks it does.
    const inPage = numbered(root);
    expect(`the number of numbers ${when}`, inPage.length, numbers.length);
    numbers.forEach((number, at) => {
      if (page.peek(number) !== inPage[at]) problems.push(`node ${number} ${when} is not number ${at + 1} in the page`);
    });
  };
  expectState("before", pair.before);
  const objects = new Map(pair.before.numbers.map((number) => [number, page.peek(number)]));

  apply(page, pair.ops, (node, error) => problems.push(`node ${node} is lost: ${error}`));

  const [live, fresh] = [outline(root), outline(rootFrom(pair.new))];
  if (!live.isEqualNode(fresh)) {
    problems.push(`the DOM is\n  ${live.outerHTML}\nand should be\n  ${fresh.outerHTML}`);
  }
  expectState("after", pair.after);
  // A number that was there before stands for the same object as then.
  const survivors = pair.after.numbers.filter((number) => objects.has(number));
  for (const number of survivors) {
    if (page.peek(number) !== objects.get(number)) problems.push(`node ${number} was created anew`);
  }
  return { problems, survivors: survivors.length };
};

/** Whether Chromium builds from the HTML what the server's parser does, going by number of nodes and checksum. */
const parsersAgree = (html, state) => {
  const [nodes, checksum] = describe(rootFrom(html));
  return nodes === state.nodes && checksum === state.checksum;
};

const failures = [];
const disagreements = [];
let survivors = 0;
for (const pair of pairs) {
  if (!parsersAgree(pair.old, pair.before) || !parsersAgree(pair.new, pair.after)) {
    disagreements.push(pair.seed);
    continue;
  }
  let result;
  try {
    result = check(pair);
  } catch (error) {
    result = { problems: [`${error}\n${error.stack}`], survivors: 0 };
  }
  survivors += result.survivors;
  if (result.problems.length > 0) failures.push({ pair, problems: result.problems.slice(0, 5) });
}
document.body.replaceChildren();
return { failures, disagreements, survivors };
