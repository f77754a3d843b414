// The second part of the client: fetched when it is needed, and nothing overtakes what waits for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser } from "./chromium";
import { browser, open, page, server } from "./played";

const fetched = () => server.requests.filter((url) => url.includes("relive-more-"));

test("a page that does not need the second part does not fetch it", inBrowser, async () => {
  await open(`<b>0</b>`);
  server.send([33, 0, 1, [], [[1, "one"], [2, "info", "hello"]], [[0, 2, "1"], [4, 1, 3, "<i>x</i>"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.deepEqual(fetched(), []);
});

test("what comes while the second part is on its way is applied after it, in order", inBrowser, async () => {
  server.more = 300;
  await open(`<b>0</b><i>1</i>`);
  server.send([33, 0, 1, [], [], [[0, 2, "a"]]]);
  server.send([33, 0, 2, [], [], [[8, [3, 1]], [0, 2, "b"]]]);
  server.send([33, 0, 3, [], [[1, "three"]], [[1, 2, 1, 1, 0, "c"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.equal(await page.evaluate("document.querySelector('main').innerHTML + document.title"), "<b>a</b><i>1</i>start");
  assert.deepEqual(await server.next(3), [3, 0, 2]);
  assert.deepEqual(await server.next(3), [3, 0, 3]);
  assert.equal(await page.evaluate("document.querySelector('main').innerHTML + document.title"), "<i>1</i><b>bc</b>three");
  assert.equal(fetched().length, 1);
  assert.deepEqual(browser.console, []);
});

test("metadata, permutations and trees are in the second part", inBrowser, async () => {
  await open(`<b>0</b><i>1</i>`);
  server.send([33, 0, 1, [], [[6, { description: "d", "og:title": "t" }]], [[8, [3, 1]], [20, 0, 0, 5, [[1, "u", [], ["x"]]]]]]);
  await server.next(3);
  assert.equal(await page.evaluate("document.querySelector('main').innerHTML"), "<i>1</i><b>0</b><u>x</u>");
  assert.deepEqual(
    await page.evaluate("[...document.querySelectorAll('meta')].map((meta) => meta.outerHTML)"),
    [`<meta name="description" content="d">`, `<meta property="og:title" content="t">`],
  );
});

test("a template in a tree has its content inside, in SVG as an element like others", inBrowser, async () => {
  await open(`<b>0</b>`);
  const template = (namespace: number) => [namespace, "template", [], [[namespace, "a", [], ["x"]]]];
  server.send([33, 0, 1, [], [], [[20, 0, 0, 5, [template(1), [2, "svg", [], [template(2)]]]]]]);
  await server.next(3);
  assert.equal(
    await page.evaluate("document.querySelector('main').innerHTML"),
    "<b>0</b><template><a>x</a></template><svg><template><a>x</a></template></svg>",
  );
  assert.deepEqual(await page.evaluate("[...document.querySelectorAll('template')].map((t) => t.childNodes.length)"), [0, 1]);
  server.send([33, 0, 2, [], [], [[0, 9, "y"]]]);
  await server.next(3);
  assert.equal(await page.evaluate("document.querySelector('svg').textContent"), "y");
  assert.deepEqual(browser.console, []);
});

test("what waited when the connection was lost is not applied twice", inBrowser, async () => {
  server.more = 400;
  await open(`<b>0</b><i>1</i>`);
  server.send([33, 0, 1, [], [], [[8, [3, 1]], [21, 2, 1, "a"]]]);
  server.cut();
  const join = await server.next(1);
  assert.deepEqual(join.slice(-1), [["secret", 0, 0]]);
  server.send([32, 1, 0, 1, "secret", 0, 0, 0, 1, null, null]);
  server.send([33, 0, 1, [], [], [[8, [3, 1]], [21, 2, 1, "a"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.equal(await page.evaluate("document.querySelector('main').innerHTML"), "<i>1</i><b>0a</b>");
  assert.deepEqual(browser.console, []);
});

test("a second part that cannot be had is tried again, then the page is loaded again", inBrowser, async () => {
  server.more = -1;
  await open(`<b>0</b><i>1</i>`);
  const loads = server.requests.filter((url) => url === "/").length;
  server.send([33, 0, 1, [], [], [[8, [3, 1]]]]);
  await server.next(1, 8000);
  assert.equal(server.requests.filter((url) => url === "/").length, loads + 1);
  assert.equal(fetched().length, 4);
});
