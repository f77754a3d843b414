// From one live view to another over the same connection, and away by a page load.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "../src-ts/protocol";
import { inBrowser } from "./chromium";
import { browser, open, page, root, server } from "./played";

const where = () => page.evaluate<string>("location.pathname + location.search + location.hash");
const inside = () => page.evaluate<string>("document.querySelector('main').innerHTML");
const flash = () => page.evaluate<string[]>("[...document.querySelectorAll('.dj-flash')].map((one) => one.textContent)");

/** What a page has besides its content. */
const around = (title: string, meta: Value = {}, attributes: string[] = [], tag = "main"): Value => [tag, attributes, title, meta];

/** Answers the join of another view. */
async function land(html: string, page = around("two")) {
  await server.next(6);
  const join = await server.next(1);
  server.send([32, 1, 0, 3, "secret2", 0, 0, 1, 1, html, page]);
  return join;
}

const CONTAINER = `<div id="dj-flash-container"></div>`;

test("dj-navigate asks for another view, which takes the place of the first over one connection", inBrowser, async () => {
  await open(`${CONTAINER}<a dj-navigate href="/two/?q=1#x">two</a><input id="f" value="typed">`, `<meta name="old" content="1">`);
  server.send([33, 0, 1, [], [[2, "info", "earlier"]], []]);
  await server.next(3);
  await page.evaluate("f.focus()");
  const entries = await page.evaluate<number>("history.length");
  await page.click("a");
  const visit = await server.next(4);
  assert.deepEqual(visit, [4, 0, 1, "/two/?q=1#x", true]);
  assert.equal(await where(), "/");
  server.send([33, 0, 2, [1], [[6, { old: null }], [7, "/two/?q=1#x", "live", false, "t1", [["note", "<b>along"]]]], []]);
  assert.deepEqual(await server.next(3), [3, 0, 1 + 1]);
  const join = await land(
    `${CONTAINER}<b>2</b><input id="f"><p id="x">x</p>`,
    around("Two & more", { "og:title": "t" }, ["class", "second", "dj-view", "two"]),
  );
  assert.deepEqual([join[3], join[4], join[7]], ["t1", "/two/?q=1", null]);
  await page.until("document.title === 'Two & more'");
  await page.until("document.querySelector('.dj-flash')");
  assert.equal(await where(), "/two/?q=1#x");
  assert.deepEqual(await flash(), ["<b>along"]);
  assert.deepEqual(
    await page.evaluate(
      "[document.querySelector('main').className, f.value, document.activeElement.localName, history.length, [...document.querySelectorAll('meta')].map((m) => m.outerHTML).join()]",
    ),
    ["second", "", "body", entries + 1, `<meta property="og:title" content="t">`],
  );
  assert.equal(server.connections, 1);
  server.send([33, 0, 1, [], [], [[0, 3, "two"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.ok((await inside()).includes("<b>two</b>"));
  assert.deepEqual(browser.console, []);
});

test("a field that asks for the focus has it, and what was focused outside of the root has not", inBrowser, async () => {
  await open(`<b>1</b>`, `<a id="outside" href="#">x</a>`);
  await page.evaluate("outside.focus()");
  for (const [html, focused] of [
    [`<p style="height: 3000px"></p><input id="f" autofocus>`, "f"],
    [`<b>2</b>`, ""],
  ] as const) {
    await page.evaluate("document.title = ''");
    server.send([33, 0, 1, [], [[7, "/two/", "live", true, "t1", []]], []]);
    await land(html);
    await page.until("document.title === 'two'");
    assert.equal(await page.evaluate("document.activeElement.id"), focused);
    assert.equal(await page.evaluate("scrollY"), 0);
    await page.evaluate("outside.focus()");
  }
});

test("what the old view still says is not for the new one, and events begin at 1", inBrowser, async () => {
  await open(`<button dj-click="a">a</button><b>1</b>`);
  const entries = await page.evaluate<number>("history.length");
  await page.click("button");
  await server.next(2);
  server.send([33, 0, 1, [], [[7, "/two/", "live", true, "t1", []]], []]);
  await server.next(6);
  await server.next(1);
  server.send([33, 0, 2, [1], [[1, "old"]], [[0, 4, "old"]]]);
  server.send([34, 0, 1, "handler_failed", "old"]);
  // There is nobody yet who could be asked.
  await page.click("button");
  server.send([32, 1, 0, 3, "secret2", 0, 0, 1, 1, `<button dj-click="b">b</button>`, around("two")]);
  await page.until("document.title === 'two'");
  await page.click("button");
  assert.deepEqual(await server.next(2), [2, 0, 1, "b", {}, 0]);
  assert.deepEqual(await page.evaluate("[history.length, location.pathname]"), [entries, "/two/"]);
  assert.deepEqual(browser.console, []);
});

test("back and forward go from view to view, with the scroll position", inBrowser, async () => {
  const tall = (name: string) => `<div style="height: 4000px">${name}</div>`;
  await open(tall("one"));
  await page.evaluate("scrollTo(0, 700)");
  await new Promise((resolve) => setTimeout(resolve, 400));
  server.send([33, 0, 1, [], [[7, "/two/", "live", false, "t1", []]], []]);
  await land(tall("two"));
  await page.until("document.title === 'two'");
  assert.equal(await page.evaluate("scrollY"), 0);
  await page.evaluate("scrollTo(0, 1200)");
  await new Promise((resolve) => setTimeout(resolve, 400));

  await page.evaluate("history.back()");
  assert.deepEqual(await server.next(4), [4, 0, 1, "/", true]);
  server.send([33, 0, 1, [1], [[7, "/", "live", false, "t2", []]], []]);
  await land(tall("one"), around("one"));
  await page.until("document.title === 'one'");
  assert.equal(await where(), "/");
  assert.equal(await page.evaluate("scrollY"), 700);

  await page.evaluate("history.forward()");
  assert.deepEqual(await server.next(4), [4, 0, 1, "/two/", true]);
  server.send([33, 0, 1, [1], [[7, "/two/", "live", false, "t3", []]], []]);
  await land(tall("two"), around("two again"));
  await page.until("document.title === 'two again'");
  assert.equal(await page.evaluate("scrollY"), 1200);
  assert.equal(server.connections, 1);
  assert.deepEqual(browser.console, []);
});

for (const [what, effect] of [
  ["a page load", [7, "/two/", "page", false, null, []]],
  ["a place on the same page", [7, "/#there", "page", false, null, []]],
] as const) {
  test(`a redirect by ${what} loads the page`, inBrowser, async () => {
    await open(`<b>1</b>`);
    server.send([33, 0, 1, [], [effect as never], []]);
    await server.join();
    await page.until("relive.connected");
    assert.equal(await where(), effect[1]);
    assert.equal(server.connections, 2);
  });
}

test("a view whose root is another element, or that cannot be joined, is loaded; what goes along is shown", inBrowser, async () => {
  for (const answer of [
    [32, 1, 0, 3, "secret2", 0, 0, 1, 1, "x", around("two", {}, [], "section")],
    [38, 0, "stale", null],
  ]) {
    await open(`${CONTAINER}<b>1</b>`);
    server.body = root(`${CONTAINER}<b>loaded</b>`);
    server.send([33, 0, 1, [], [[7, "/two/", "live", false, "t1", [["info", "along"]]]], []]);
    await server.next(6);
    await server.next(1);
    server.send(answer as never);
    await server.join();
    await page.until("relive.connected && document.querySelector('b').textContent === 'loaded'");
    assert.equal(await where(), "/two/");
    assert.deepEqual(await flash(), ["along"]);
  }
});

test("a connection that is lost on the way joins the new view on the next", inBrowser, async () => {
  await open(`<b>1</b>`);
  server.send([33, 0, 1, [], [[7, "/two/", "live", false, "t1", []]], []]);
  await server.next(6);
  await server.next(1);
  server.cut();
  const join = await server.next(1);
  assert.deepEqual([join[3], join[4], join[7]], ["t1", "/two/", null]);
  server.send([32, 1, 0, 3, "secret2", 0, 0, 1, 1, "<b>2</b>", around("two")]);
  await page.until("document.title === 'two'");
  assert.equal(await inside(), "<b>2</b>");
});

test("a new session in the place of a lost one brings its title and attributes along", inBrowser, async () => {
  server.body = root("<b>1</b>");
  await page.go(server.url);
  await server.next(1);
  server.send([32, 1, 0, 3, "secret", 0, 0, 1, 1, "<b>2</b>", around("new", {}, ["class", "x", "dj-root", ""])]);
  await page.until("relive.connected");
  assert.deepEqual(await page.evaluate("[document.title, document.querySelector('main').outerHTML]"), [
    "new",
    `<main dj-root="" class="x"><b>2</b></main>`,
  ]);
});
