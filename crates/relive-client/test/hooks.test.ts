// `dj-hook`: JavaScript of the application.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser } from "./chromium";
import { browser, open, page, server } from "./played";

/** A hook that writes down what it is told. */
const HOOK = `{
  mounted() { log.push("mounted " + this.el.id); this.handleEvent("tick", (data) => log.push(this.el.id + " tick " + data.n)); },
  updated() { log.push("updated " + this.el.id + " " + this.el.textContent); },
  destroyed() { log.push("destroyed " + this.el.id); },
}`;

async function before(source: string): Promise<void> {
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source });
}
const log = () => page.evaluate<string[]>("log.splice(0)");

test("a hook is told when its element appears, changes and goes", inBrowser, async () => {
  await before(`window.log = []; window.relive = { hooks: { Chart: ${HOOK} } };`);
  await open(`<p id="a" dj-hook="Chart">1</p><i>0</i>`);
  await page.until("log.length");
  assert.deepEqual(await log(), ["mounted a"]);
  server.send([33, 0, 1, [], [], [[0, 4, "1"]]]);
  await server.next(3);
  assert.deepEqual(await log(), []);
  server.send([33, 0, 2, [], [], [[0, 2, "2"]]]);
  await server.next(3);
  assert.deepEqual(await log(), ["updated a 2"]);
  server.send([33, 0, 3, [], [], [[2, 1, "class", "x"], [5, 0, 9, `<p id="b" dj-hook="Chart">b</p>`]]]);
  await server.next(3);
  assert.deepEqual(await log(), ["mounted b", "updated a 2"]);
  // What the hook's own code does is no update, and a moved element is the same.
  await page.evaluate("a.textContent += '!'");
  server.send([33, 0, 4, [], [], [[7, 1]]]);
  await server.next(3);
  assert.deepEqual(await log(), []);
  server.send([33, 0, 5, [], [], [[9, 9]]]);
  await server.next(3);
  assert.deepEqual(await log(), ["destroyed b"]);
  server.send([33, 0, 6, [], [], [[3, 1, "dj-hook"]]]);
  await server.next(3);
  assert.deepEqual(await log(), ["destroyed a"]);
  assert.deepEqual(browser.console, []);
});

test("hooks that are registered late find their elements", inBrowser, async () => {
  await before("window.log = [];");
  await open(`<p id="a" dj-hook="A">1</p><p id="b" dj-hook="B">1</p>`);
  await page.evaluate(`relive.hooks.A = ${HOOK}`);
  assert.deepEqual(await log(), ["mounted a"]);
  await page.evaluate(`relive.hooks = { B: ${HOOK} }`);
  assert.deepEqual(await log(), ["mounted b"]);
});

test("a hook that nobody registered is told of, once", inBrowser, async () => {
  await open(`<p id="a" dj-hook="Chrat">1</p>`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.send([33, 0, 1, [], [], [[0, 2, "2"]]]);
  await server.next(3);
  const said = browser.console.filter((line) => line.includes("Chrat"));
  assert.equal(said.length, 1, browser.console.join());
});

test("push_event reaches all hooks, also those that come with the same update", inBrowser, async () => {
  server.more = 200;
  await before(`window.log = []; window.relive = { hooks: { Chart: ${HOOK} } }; addEventListener("relive:tick", ({ detail }) => log.push("window " + detail.n));`);
  await open("<b>0</b>");
  server.send([33, 0, 1, [], [[5, "tick", { n: 1 }]], [[5, 0, 9, `<p id="a" dj-hook="Chart">a</p><p id="b" dj-hook="Chart"></p>`]]]);
  server.send([33, 0, 2, [], [[5, "tick", { n: 2 }]], []]);
  await server.next(3);
  await server.next(3);
  assert.deepEqual(await log(), [
    "mounted a",
    "mounted b",
    ...["window 1", "a tick 1", "b tick 1"],
    ...["window 2", "a tick 2", "b tick 2"],
  ]);
  assert.deepEqual(browser.console, []);
});

test("pushEvent calls a handler, and its promise is kept when the answer is in the page", inBrowser, async () => {
  await before(`window.log = []; window.relive = { hooks: { Chart: {
    mounted() { window.push = (name, payload) => this.pushEvent(name, payload); },
  } } };`);
  await open(`<p id="a" dj-hook="Chart">1</p>`);
  await page.until("window.push");
  const sent = page.evaluate("push('zoom', { from: 1, to: undefined, at: new Date(0) }).then(() => a.textContent)");
  assert.deepEqual(await server.next(2), [2, 0, 1, "zoom", { from: 1, at: "1970-01-01T00:00:00.000Z" }, 0]);
  server.send([33, 0, 1, [1], [], [[0, 2, "2"]]]);
  assert.equal(await sent, "2");
  const failed = page.evaluate("push('nope').catch((error) => error.message)");
  await server.next(2);
  server.send([34, 0, 2, "unknown_event", "view has no handler nope"]);
  assert.equal(await failed, `pushEvent("nope"): unknown_event`);
  // A promise that nobody looks at is no uncaught error.
  await page.evaluate("void push('nope')");
  await server.next(2);
  server.send([34, 0, 3, "unknown_event", "again"]);
  await page.until("relive.counters.errors === 2");
  assert.ok(!browser.console.some((line) => line.startsWith("exception")), browser.console.join());
});

test("one hook's error is reported, and takes no other along", inBrowser, async () => {
  await before(`window.log = []; window.relive = { hooks: { Bad: { mounted() { throw new Error("bad hook"); } }, Chart: ${HOOK} } };`);
  await open(`<p id="x" dj-hook="Bad"></p><p id="a" dj-hook="Chart">1</p>`);
  await page.until("log.length");
  assert.deepEqual(await log(), ["mounted a"]);
  assert.ok(browser.console.some((line) => line.includes("bad hook")), browser.console.join());
});

test("another view ends the hooks of the first, and begins its own", inBrowser, async () => {
  await before(`window.log = []; window.relive = { hooks: { Chart: ${HOOK} } };`);
  await open(`<p id="a" dj-hook="Chart">1</p>`);
  await page.until("log.length");
  server.send([33, 0, 1, [], [[7, "/two/", "live", false, "t1", []]], []]);
  await server.next(6);
  await server.next(1);
  server.send([32, 1, 0, 3, "s", 0, 0, 1, 1, `<p id="b" dj-hook="Chart">1</p>`, ["main", [], "two", {}]]);
  await page.until("document.title === 'two'");
  assert.deepEqual(await log(), ["mounted a", "destroyed a", "mounted b"]);
});

