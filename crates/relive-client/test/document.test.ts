// Numbering, patching and morphing in a real browser: what a parser builds is not something to imitate.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Op } from "../src-ts/protocol";
import { Browser, inBrowser, type Page } from "./chromium";

let browser: Browser;
let page: Page;

before(async () => {
  if (inBrowser.skip) return;
  browser = new Browser();
  page = await browser.page();
  await page.evaluate(readFileSync("target/harness.js", "utf8"));
  await page.evaluate(`
    globalThis.make = (html, tag = "div") => {
      document.body.innerHTML = "<!---->";
      const root = document.createElement(tag);
      root.innerHTML = html;
      document.body.append(root);
      globalThis.root = root;
      return (globalThis.doc = new LiveDocument(root));
    };
    globalThis.patch = (ops) => {
      const lost = [];
      apply(doc, ops, (node) => lost.push([node, doc.ancestor(node)]));
      return lost;
    };
    /** The numbers of the root's nodes, found by asking for each number. */
    globalThis.numbers = () => {
      const found = [];
      for (let number = 1; number < 200; number++) {
        const node = doc.peek(number);
        if (node?.isConnected) found.push(number + ":" + (node.data ?? node.localName));
      }
      return found.join(" ");
    };
  `);
});
after(async () => {
  if (!inBrowser.skip) await browser.close();
});

/** Applies operations and says what became of the page. */
async function patch(old: string, ops: Op[], tag = "div") {
  return page.evaluate<{ html: string; lost: [number, number][]; numbers: string }>(`(() => {
    make(${JSON.stringify(old)}, ${JSON.stringify(tag)});
    const lost = patch(${JSON.stringify(ops)});
    return { html: root.innerHTML, lost, numbers: numbers() };
  })()`);
}

test("numbers elements, text and comments in document order, and nothing inside opaque zones", inBrowser, async () => {
  const html =
    `<p>a<b>c</b></p><!--d--><ul dj-update="append"><li>no</li></ul><ol dj-update="replace"><li></li></ol>` +
    `<section dj-root>no</section><div id="dj-flash-container">no</div><template><i>no</i></template>` +
    `<noscript><i>no</i></noscript><svg><template><g/></template></svg>`;
  const { numbers } = await patch(html, []);
  assert.equal(
    numbers,
    "1:p 2:a 3:b 4:c 5:d 6:ul 7:ol 8:li 9:section 10:div 11:template 12:noscript 13:svg 14:template 15:g",
  );
});

test("adjacent text is one node", inBrowser, async () => {
  const count = await page.evaluate(`(() => {
    make("<p></p>");
    root.firstChild.append("a", "", "b");
    doc.renumber();
    return [numbers(), doc.size()].join();
  })()`);
  assert.equal(count, "1:p 2:ab,3");
});

test("the checksum is FNV-1a over the structure", inBrowser, async () => {
  // Worked out by hand from docs/protocol.md, with the same sums in BigInt.
  const expected = (...added: number[]) =>
    Number(added.reduce((h, x) => ((h ^ BigInt(x)) * 0x01000193n) & 0xffffffffn, 0x811c9dc5n));
  const units = (name: string) => [...name].map((unit) => unit.charCodeAt(0));
  const sum = (html: string) => page.evaluate(`make(${JSON.stringify(html)}), describe(root)`);
  assert.deepEqual(await sum(""), [0, 0x811c9dc5]);
  assert.deepEqual(await sum("<p>héy👍</p>"), [2, expected(1, ...units("p"), 3, 5, 2)]);
  assert.deepEqual(await sum("<!--x--><ul dj-update=ignore><li></ul>"), [2, expected(8, 1, ...units("ul"), 4)]);
  const svg = [1, ...units("svg"), 1, ...units("linearGradient"), 2, 2];
  assert.deepEqual(await sum("<svg><linearGradient/></svg>"), [2, expected(...svg)]);
});

interface Case {
  name: string;
  old: string;
  ops: Op[];
  html: string;
  numbers?: string;
  tag?: string;
}

const CASES: Case[] = [
  { name: "text", old: "<p>a</p><!--b-->", ops: [[0, 2, "x<y"], [0, 3, "z"]], html: "<p>x&lt;y</p><!--z-->" },
  { name: "splice at the start", old: "abc", ops: [[1, 1, 3, 0, 1, "xy"]], html: "xybc" },
  { name: "splice counts UTF-16 units", old: "a👍b👎", ops: [[1, 1, 6, 4, 2, "🎉!"]], html: "a👍b🎉!" },
  { name: "splice to nothing", old: "<p>abc</p>", ops: [[1, 2, 3, 0, 3, ""]], html: "<p></p>" },
  { name: "attribute", old: `<p a="1"></p>`, ops: [[2, 1, "a", "<&\""], [2, 1, "b", ""]], html: `<p a="&lt;&amp;&quot;" b=""></p>` },
  { name: "attribute of the root", old: "", ops: [[2, 0, "class", "x"]], html: "" },
  { name: "remove attribute", old: `<p a="1" b="2"></p>`, ops: [[3, 1, "a"]], html: `<p b="2"></p>` },
  {
    name: "before",
    old: "<p></p>",
    ops: [[4, 1, 5, "a<b>c</b>"]],
    html: "a<b>c</b><p></p>",
    numbers: "1:p 5:a 6:b 7:c",
  },
  { name: "append", old: "<p></p>", ops: [[5, 1, 2, "<i></i>x"]], html: "<p><i></i>x</p>", numbers: "1:p 2:i 3:x" },
  { name: "append to the root", old: "a", ops: [[5, 0, 2, "<i></i>"]], html: "a<i></i>", numbers: "1:a 2:i" },
  { name: "move before", old: "<a></a><b></b><i></i>", ops: [[6, 3, 1]], html: "<i></i><a></a><b></b>" },
  { name: "move to the right", old: "<a></a><b></b><i></i>", ops: [[6, 1, 3]], html: "<b></b><a></a><i></i>" },
  { name: "move to the end", old: "<a></a><b></b><i></i>", ops: [[7, 1]], html: "<b></b><i></i><a></a>" },
  { name: "remove", old: "<a>x</a><b></b>", ops: [[9, 1]], html: "<b></b>", numbers: "3:b" },
  { name: "remove range", old: "<a></a>x<!--y--><b></b><i></i>", ops: [[10, 1, 4]], html: "<i></i>" },
  { name: "remove a range of one", old: "<a></a><b></b>", ops: [[10, 2, 2]], html: "<a></a>" },
  { name: "replace", old: "<a></a><b></b>", ops: [[11, 1, 9, "<i>x</i>y"]], html: "<i>x</i>y<b></b>", numbers: "2:b 9:i 10:x 11:y" },
  { name: "content", old: "<p>a<b></b></p>", ops: [[12, 1, 9, "<i></i>"]], html: "<p><i></i></p>", numbers: "1:p 9:i" },
  { name: "content of nothing", old: "<p>a</p>", ops: [[12, 0, 9, ""]], html: "" },
  {
    name: "table rows",
    old: "<table><tbody><tr><td>1</td></tr></tbody></table>",
    ops: [[5, 2, 9, "<tr><td>2</td></tr>"], [4, 4, 20, "<th>0</th>"]],
    html: "<table><tbody><tr><th>0</th><td>1</td></tr><tr><td>2</td></tr></tbody></table>",
  },
  { name: "options", old: "<select></select>", ops: [[5, 1, 2, "<option>a<option>b"]], html: "<select><option>a</option><option>b</option></select>" },
  {
    name: "SVG keeps its case and namespace",
    old: "<svg><defs></defs></svg>",
    ops: [[5, 2, 3, `<linearGradient gradientUnits="u"/>`], [2, 1, "viewBox", "0 0 1 1"]],
    html: `<svg viewBox="0 0 1 1"><defs><linearGradient gradientUnits="u"></linearGradient></defs></svg>`,
  },
  { name: "text in a textarea is text", old: "<textarea></textarea>", ops: [[5, 1, 2, "<b>&amp;"]], html: "<textarea>&lt;b&gt;&amp;</textarea>" },
  { name: "an ampersand in an address is no character reference", old: "<p></p>", ops: [[5, 1, 2, "<a href=\"/x?a=1&copy=2&section=3\">x &amp; y</a>"]], html: "<p><a href=\"/x?a=1&amp;copy=2&amp;section=3\">x &amp; y</a></p>" },
  { name: "custom elements keep their names", old: "", ops: [[5, 0, 1, "<my-chart>x</my-chart>"]], html: "<my-chart>x</my-chart>" },
  { name: "white space is kept", old: "<b>x</b>", ops: [[5, 0, 3, " <i>y</i>\n"]], html: "<b>x</b> <i>y</i>\n" },
  { name: "a text grows", old: "<b>tea 👍</b>", ops: [[21, 2, 6, " & milk"]], html: "<b>tea 👍 &amp; milk</b>" },
  {
    name: "inserted opaque zones have a number and no inside",
    old: "",
    ops: [[5, 0, 1, `<ul dj-update="ignore"><li>x</li></ul><p>y</p>`]],
    html: `<ul dj-update="ignore"><li>x</li></ul><p>y</p>`,
    numbers: "1:ul 2:p 3:y",
  },
  {
    name: "noscript is text, as in a page",
    old: "",
    ops: [[5, 0, 1, "<noscript><img src=x><p></noscript><b></b>"]],
    html: "<noscript><img src=x><p></noscript><b></b>",
    numbers: "1:noscript 2:b",
  },
  {
    name: "rows",
    old: "<table><tbody></tbody></table>",
    ops: [[13, 2, 0, 10, `<tr id="r1"><td>a</td><td title="t-1-u">1!</td></tr>`, "\n",
      [[0, "id", 0, "r", ""], [2, null, 1, "", ""], [3, "title", 0, "t-", "-u"], [4, null, 0, "", "!"]],
      [["2", "3"], ["b", "<c>"]]]],
    html:
      `<table><tbody><tr id="r1"><td>a</td><td title="t-1-u">1!</td></tr>\n` +
      `<tr id="r2"><td>b</td><td title="t-2-u">2!</td></tr>\n` +
      `<tr id="r3"><td>&lt;c&gt;</td><td title="t-3-u">3!</td></tr></tbody></table>`,
    numbers:
      "1:table 2:tbody 10:tr 11:td 12:a 13:td 14:1! 15:\n 16:tr 17:td 18:b 19:td 20:2! 21:\n " +
      "22:tr 23:td 24:<c> 25:td 26:3!",
  },
  {
    name: "rows without a separator, before a sibling, with an opaque zone inside",
    old: "<ul><li>end</li></ul>",
    ops: [[13, 1, 2, 9, `<li><i dj-update="ignore"><b>x</b></i><u>1</u></li>`, "", [[3, null, 0, "", ""]], [["2"]]]],
    html:
      `<ul><li><i dj-update="ignore"><b>x</b></i><u>1</u></li>` +
      `<li><i dj-update="ignore"><b>x</b></i><u>2</u></li><li>end</li></ul>`,
    numbers: "1:ul 2:li 3:end 9:li 10:i 11:u 12:1 13:li 14:i 15:u 16:2",
  },
  {
    name: "tree: a link in a link, text, a comment, SVG and MathML",
    old: "<p></p>",
    ops: [[20, 0, 1, 9, ["t", [0, "c"], [1, "a", ["href", "/"], [[1, "a", ["@x", "1"], ["in"]]]],
      [2, "svg", [], [[2, "linearGradient", ["xlink:href", "#a"], []]]], [3, "mi", [], ["x"]]]]],
    html: `t<!--c--><a href="/"><a @x="1">in</a></a><svg><linearGradient xlink:href="#a"></linearGradient></svg><mi>x</mi><p></p>`,
    numbers: "1:p 9:t 10:c 11:a 12:a 13:in 14:svg 15:linearGradient 16:mi 17:x",
  },
  {
    name: "attributes with names that can be parsed, but not set, and with a namespace",
    old: `<p =a=1 @b=2></p><svg><use xlink:href="#a"/></svg>`,
    ops: [[2, 1, "=a", "3"], [2, 1, "@b", "4"], [2, 1, "\"", "5"], [2, 3, "xlink:href", "#b"], [3, 1, "@b"]],
    html: `<p =a="3" "="5"></p><svg><use xlink:href="#b"></use></svg>`,
  },
  {
    name: "keep: rows are appended, and those that are there brought in line",
    old: `<ul dj-update="append"><li id="a">1</li>\n<li id="b">2</li></ul>`,
    ops: [[14, 1, "append", `<li id="b">two</li>\n<li id="c">3</li>`]],
    html: `<ul dj-update="append"><li id="a">1</li>\n<li id="b">two</li><li id="c">3</li></ul>`,
    numbers: "1:ul",
  },
  {
    name: "keep: rows are prepended in their order",
    old: `<ul dj-update="prepend"><li id="a">1</li></ul>`,
    ops: [[14, 1, "prepend", `<li id="b">2</li><li id="c">3</li>`]],
    html: `<ul dj-update="prepend"><li id="b">2</li><li id="c">3</li><li id="a">1</li></ul>`,
  },
  {
    name: "stream: rows go in at a place and at the end, in their order, and what follows a row goes with it",
    old: `<ul dj-update="stream">\n<li id="a">1</li>\n<li id="b">2</li>\n</ul>`,
    ops: [[15, 1, -1, `<li id="c">3</li>\n<li id="d">4</li>\n`], [15, 1, 1, `<li id="e">5</li><li id="f">6</li>\n`], [15, 1, 99, "<li id=g>7</li>"]],
    html: `<ul dj-update="stream">\n<li id="a">1</li>\n<li id="e">5</li><li id="f">6</li>\n<li id="b">2</li>\n<li id="c">3</li>\n<li id="d">4</li>\n<li id="g">7</li></ul>`,
    numbers: "1:ul",
  },
  {
    name: "stream: a row that is there is brought in line where it stands; an update puts none in",
    old: `<ul dj-update="stream"><li id="a">1</li>\n<li data-key="b">2</li>\n</ul>`,
    ops: [[15, 1, 0, `<li id="n">0</li><li data-key="b">two</li>\n`], [19, 1, `<li id="a">one</li>\n<li id="z">no</li>\n`]],
    html: `<ul dj-update="stream"><li id="n">0</li><li id="a">one</li>\n<li data-key="b">two</li>\n</ul>`,
  },
  {
    name: "stream: rows are taken out with what follows them",
    old: `<ul dj-update="stream"><li id="a">1</li>\n<li dj-key="a&quot;b">2</li>\n<li id="c">3</li>\n</ul>`,
    ops: [[16, 1, 'a"b'], [16, 1, "none"]],
    html: `<ul dj-update="stream"><li id="a">1</li>\n<li id="c">3</li>\n</ul>`,
  },
  ...([
    [2, "12"],
    [-2, "34"],
    [9, "1234"],
    [-9, "1234"],
  ] as const).map(([limit, left]) => ({
    name: "stream: a limit of " + limit,
    old: `<ul dj-update="stream"><li id="1">1</li><li id="2">2</li><li id="3">3</li><li id="4">4</li></ul>`,
    ops: [[18, 1, limit]] as Op[],
    html: `<ul dj-update="stream">${[...left].map((row) => `<li id="${row}">${row}</li>`).join("")}</ul>`,
  })),
  {
    name: "stream: a reset, and rows of a table after it",
    old: `<table><tbody dj-update="stream"><tr id="a"></tr>\n</tbody></table>`,
    ops: [[17, 2], [15, 2, -1, `<tr id="b"><td>1</td></tr>`]],
    html: `<table><tbody dj-update="stream"><tr id="b"><td>1</td></tr></tbody></table>`,
  },
  {
    name: "each operation applies to the tree as the ones before it left it",
    old: "<a></a><b></b>",
    ops: [[5, 0, 3, "<i></i>"], [6, 3, 1], [9, 1], [5, 3, 4, "x"], [0, 4, "y"]],
    html: "<i>y</i><b></b>",
  },
];

for (const { name, old, ops, html, numbers, tag } of CASES) {
  test(`operation: ${name}`, inBrowser, async () => {
    const result = await patch(old, ops, tag);
    assert.deepEqual(result.lost, []);
    assert.equal(result.html, html);
    if (numbers !== undefined) assert.equal(result.numbers, numbers);
  });
}

test("what the server names and the page does not have is reported with its nearest ancestor", inBrowser, async () => {
  const cases: [string, Op[], [number, number][]][] = [
    ["<p>a</p>", [[0, 9, "x"]], [[9, 0]]],
    ["<p>abc</p>", [[1, 2, 2, 0, 1, ""]], [[2, 1]]],
    ["<p>a</p>", [[0, 1, "x"]], [[1, 0]]],
    ["<p>a</p>", [[2, 2, "a", "b"]], [[2, 1]]],
    ["<p>a</p><b></b>", [[6, 2, 3]], [[2, 1]]],
    ["<p></p><b></b>", [[10, 2, 1]], [[2, 0]]],
    ["<p></p><b></b>", [[8, [1, 9]]], [[1, 0]]],
    ["<p></p>", [[9, 0]], [[0, 0]]],
    ["<p></p>", [[4, 0, 5, "x"]], [[0, 0]]],
    ["<p></p>", [[99, 1] as unknown as Op], [[1, 0]]],
    ["<p></p>", [["x"] as unknown as Op], [[undefined as unknown as number, 0]]],
  ];
  for (const [old, ops, lost] of cases) {
    const result = await patch(old, ops);
    assert.deepEqual(result.lost.map(([node, ancestor]) => [node ?? undefined, ancestor]), lost, JSON.stringify(ops));
    assert.equal(result.html, old, "nothing else changes");
  }
});

test("one lost node does not keep the other operations back", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<p>a</p><p>b</p>");
    doc.peek(2).replaceWith("translated");
    return [patch([[0, 2, "x"], [0, 4, "y"]]), root.innerHTML];
  })()`);
  assert.deepEqual(result, [[[2, 1]], "<p>translated</p><p>y</p>"]);
});

test("foreign nodes do no harm", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<p>a</p><p>b</p>");
    root.prepend(document.createElement("grammar-checker"), "foreign");
    doc.peek(3).prepend("foreign ");
    return [patch([[0, 2, "x"], [0, 4, "y"], [7, 1]]), root.innerHTML];
  })()`);
  const html = "<grammar-checker></grammar-checker>foreign<p>foreign y</p><p>x</p>";
  assert.deepEqual(result, [[], html]);
});

test("all permutations of up to 6 siblings, with and without text between them", inBrowser, async () => {
  const failures = await page.evaluate<string[]>(`(() => {
    const permutations = (list) => list.length < 2 ? [list] : list.flatMap((x, i) =>
      permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [x, ...rest]));
    const failures = [];
    for (const space of ["", " "]) for (let n = 1; n <= 6; n++) {
      const keys = Array.from({ length: n }, (_, i) => i);
      for (const order of permutations(keys)) for (const focus of [-1, ...keys]) {
        make("<i></i>" + keys.map((key) => "<input id=k" + key + ">").join(space) + "<b></b>");
        const rows = keys.map((key) => document.getElementById("k" + key));
        const texts = [...root.childNodes].filter((node) => node.nodeType === 3);
        rows[focus]?.focus();
        let blurred = 0;
        rows[focus]?.addEventListener("blur", () => blurred++);
        const number = (key) => 2 + key * (space ? 2 : 1);
        const lost = patch([[8, order.map(number)]]);
        const children = [...root.children].slice(1, -1);
        const right = children.every((child, i) => child === rows[order[i]]);
        const between = [...root.childNodes].filter((node) => node.nodeType === 3);
        const kept = between.length === texts.length && between.every((text, i) => text === texts[i]);
        const whole = root.firstChild.localName === "i" && root.lastChild.localName === "b";
        const stays = focus < 0 || (document.activeElement === rows[focus] && !blurred);
        if (lost.length || !right || !kept || !whole || !stays) failures.push([space, order, focus].join("|"));
      }
    }
    return failures;
  })()`);
  assert.deepEqual(failures, []);
});

test("some siblings of many trade places: only they move", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make(Array.from({ length: 100 }, (_, i) => "<p>" + i + "</p>").join("\\n"));
    const moved = new Set();
    const observer = new MutationObserver((records) => {
      for (const record of records) for (const node of record.addedNodes) moved.add(node.textContent);
    });
    observer.observe(root, { childList: true });
    const number = (i) => 1 + i * 3;
    const lost = patch([[8, [number(70), number(20), number(30)]]]);
    const order = [...root.children].map((child) => child.textContent);
    for (const record of observer.takeRecords()) for (const node of record.addedNodes) moved.add(node.textContent);
    return [lost, order[20], order[30], order[70], [...moved].filter((text) => text.trim()).sort()];
  })()`);
  assert.deepEqual(result, [[], "70", "20", "30", ["20", "30", "70"]]);
});

test("longest increasing subsequence", inBrowser, async () => {
  const lengths = await page.evaluate(`[[], [1], [3,2,1], [1,2,3], [2,0,1,4,3], [5,1,6,2,7,3]]
    .map((list) => [...longestIncreasing(list)].sort((a, b) => a - b).join())`);
  const [none, one, down, up, mixed, woven] = lengths as string[];
  assert.deepEqual([none, one, up], ["", "1", "1,2,3"]);
  assert.equal(down?.length, 1);
  assert.ok(["0,1,3", "0,1,4"].includes(mixed as string));
  assert.ok(["1,2,3", "5,6,7", "1,2,7", "1,6,7"].includes(woven as string));
});

test("a moved box stays scrolled, and its field keeps focus and caret, also without moveBefore", inBrowser, async () => {
  for (const without of [false, true]) {
    const result = await page.evaluate(`(async () => {
      const { moveBefore } = Element.prototype;
      if (${without}) Element.prototype.moveBefore = undefined;
      make("<div id=box style='height:50px;overflow:auto'><input value=abcdef><p style='height:500px'></p></div><b></b>");
      const box = document.getElementById("box");
      const field = box.firstChild;
      field.focus();
      field.setSelectionRange(2, 4);
      box.scrollTop = 30;
      await new Promise((done) => box.addEventListener("scroll", done));
      const lost = patch([[7, 1]]);
      Element.prototype.moveBefore = moveBefore;
      return [lost, root.lastChild === box, box.scrollTop, document.activeElement === field, field.selectionStart, field.selectionEnd];
    })()`);
    assert.deepEqual(result, [[], true, 30, true, 2, 4], `without moveBefore: ${without}`);
  }
});

test("inserted scripts never run, and images do not load before they are in the page", inBrowser, async () => {
  const ran = await page.evaluate(`(() => {
    make("<p></p>");
    globalThis.ran = 0;
    patch([
      [5, 1, 2, "<script>ran++</script>"],
      [20, 1, 0, 9, [[1, "script", [], ["ran++"]], [2, "script", [], ["ran++"]]]],
      [13, 1, 0, 20, "<script>ran++</script>", "", [], [["x"]]],
    ]);
    const scripts = root.querySelectorAll("script").length;
    return [ran, scripts];
  })()`);
  assert.deepEqual(ran, [0, 5]);
});

test("autofocus: an inserted field takes the focus once, but not from a field", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<input id=a><p></p>");
    const has = [];
    patch([[5, 2, 3, "<input id=b autofocus>"]]);
    has.push(document.activeElement.id);
    document.activeElement.blur();
    patch([[2, 3, "class", "x"]]);
    has.push(document.activeElement.id);
    document.getElementById("a").focus();
    patch([[5, 2, 9, "<input id=c autofocus>"]]);
    has.push(document.activeElement.id);
    return has;
  })()`);
  assert.deepEqual(result, ["b", "", "a"]);
});

test("properties follow their attributes, also when these are taken away", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<input><input type=checkbox checked><select><option>a<option>b</select><textarea>t</textarea><video muted></video>");
    const [text, box, select, area, video] = root.children;
    text.value = "old"; box.checked = false; select.value = "b"; area.value = "old"; video.muted = false;
    patch([[2, 1, "value", "v"], [2, 2, "checked", ""], [2, 4, "selected", ""], [1, 9, 1, 0, 1, "new"], [2, 10, "muted", ""]]);
    const set = [text.value, box.checked, select.value, area.value, video.muted];
    patch([[3, 1, "value"], [3, 2, "checked"], [3, 4, "selected"], [2, 6, "selected", ""], [9, 9], [3, 10, "muted"]]);
    return [set, [text.value, box.checked, select.value, area.value, video.muted]];
  })()`);
  assert.deepEqual(result, [["v", true, "a", "new", true], ["", false, "b", "", false]]);
});

test("removed nodes are forgotten", inBrowser, async () => {
  const size = await page.evaluate<number>(`(() => {
    make("<ul></ul>");
    let number = 2;
    for (let i = 0; i < 3000; i++) patch([[12, 1, (number += 2), "<li>" + i + "</li>"]]);
    return doc.size();
  })()`);
  assert.ok(size < 1100, `${size} nodes are kept`);
});

test("morph: keeps nodes by key and place, with what was typed", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<p>one</p><input name=a value=x><ul><li id=1>1</li><li id=2>2<input></li><li id=3>3</li></ul><b>gone</b>");
    const [p, input, ul] = root.children;
    const two = document.getElementById("2");
    input.value = "typed"; two.lastChild.value = "too"; two.lastChild.focus();
    const fresh = document.createElement("div");
    fresh.innerHTML = "<p class=c>uno</p><input name=a value=x><ul><li id=3>3</li><li id=4>4</li><li id=2>zwei<input></li></ul>new";
    undisturbed(doc, () => morphRoot(root, fresh, true));
    return [root.innerHTML, root.children[0] === p, root.children[1] === input && input.value, root.children[2] === ul,
      ul.lastChild === two, two.lastChild.value, document.activeElement === two.lastChild];
  })()`);
  const html =
    `<p class="c">uno</p><input name="a" value="x"><ul><li id="3">3</li><li id="4">4</li>` +
    `<li id="2">zwei<input></li></ul>new`;
  assert.deepEqual(result, [html, true, "typed", true, true, "too", true]);
});

test("morph: what is inside opaque zones stays; containers of rows take new ones", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<div dj-update=ignore>map</div><ul dj-update=append><li id=1>1</li></ul><template>a</template>");
    const [map, ul] = root.children;
    const one = ul.firstChild;
    const fresh = document.createElement("div");
    fresh.innerHTML = "<div dj-update=ignore class=c>no</div><ul dj-update=append><li id=1>I</li><li id=2>II</li></ul><template>b</template>";
    morphRoot(root, fresh, false);
    return [root.innerHTML, root.firstChild === map, ul.firstChild === one];
  })()`);
  const html =
    `<div dj-update="ignore" class="c">map</div><ul dj-update="append"><li id="1">I</li><li id="2">II</li></ul>` +
    `<template>b</template>`;
  assert.deepEqual(result, [html, true, true]);
});

test("morph: a page that fetched itself again has the rows of its new session's streams", inBrowser, async () => {
  const result = await page.evaluate(`(() => {
    make("<ul id=s dj-update=stream><li id=1>1</li><li id=2>2</li></ul>");
    const two = root.firstChild.lastChild;
    const fresh = (rows) => {
      const fresh = document.createElement("div");
      fresh.innerHTML = "<ul id=s dj-update=stream>" + rows + "</ul>";
      return fresh;
    };
    // The content that a session repairs has no rows.
    morphRoot(root, fresh(""), false);
    const repaired = root.textContent;
    morphRoot(root, fresh("<li id=0>0</li><li id=2>two</li>"), true);
    return [repaired, root.innerHTML, root.firstChild.lastChild === two];
  })()`);
  assert.deepEqual(result, ["12", `<ul id="s" dj-update="stream"><li id="0">0</li><li id="2">two</li></ul>`, true]);
});

test("morph: any page becomes any other", inBrowser, async () => {
  const failures = await page.evaluate<string[]>(`(() => {
    let seed = 1;
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const tree = (depth) => Array.from({ length: random(5) }, () => {
      const kind = random(6);
      if (kind === 0) return "text" + random(3);
      if (kind === 1) return "<!--" + random(3) + "-->";
      const tag = ["p", "div", "span", "b"][random(4)];
      const key = random(2) ? " id=k" + random(6) : "";
      const attribute = random(2) ? " title=t" + random(3) : "";
      return "<" + tag + key + attribute + ">" + (depth ? tree(depth - 1) : "") + "</" + tag + ">";
    }).join("");
    const failures = [];
    for (let i = 0; i < 2000; i++) {
      const [old, html] = [tree(3), tree(3)];
      make(old);
      const fresh = document.createElement("div");
      fresh.innerHTML = html;
      fresh.normalize();
      const wanted = fresh.cloneNode(true);
      morphRoot(root, fresh, false);
      if (!root.isEqualNode(wanted)) failures.push(old + " → " + html + " : " + root.innerHTML);
    }
    return failures.slice(0, 3);
  })()`);
  assert.deepEqual(failures, []);
});

test("the browser had nothing to complain about", inBrowser, () => {
  assert.deepEqual(browser.console, []);
});
