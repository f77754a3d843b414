// The address, back and forward, scrolling; flash messages and metadata.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser } from "./chromium";
import { browser, open, page, server } from "./played";

const TALL = `<p style="height:5000px">x</p>`;

test("dj-patch: the address at once, the visit to the server; back and forward with scroll positions", inBrowser, async () => {
  await open(`<a id="a" dj-patch href="/?filter=open">open</a>${TALL}`);
  await page.evaluate("scrollTo(0, 700)");
  await page.evaluate("a.click()");
  assert.deepEqual(await server.next(4), [4, 0, 1, "/?filter=open", false]);
  assert.equal(await page.evaluate("location.search"), "?filter=open");
  server.send([33, 0, 1, [1], [], [[2, 1, "class", "on"]]]);
  await server.next(3);
  await page.evaluate("scrollTo(0, 100)");
  await page.until("history.state?.scroll?.[1] === 100");
  await page.evaluate("history.back()");
  assert.deepEqual(await server.next(4), [4, 0, 2, "/", false]);
  assert.equal(await page.evaluate("scrollY"), 100, "not before the answer");
  server.send([33, 0, 2, [2], [], [[3, 1, "class"]]]);
  await page.until("scrollY === 700");
  await page.evaluate("history.forward()");
  assert.deepEqual(await server.next(4), [4, 0, 3, "/?filter=open", false]);
  server.send([33, 0, 0, [3], [], []]);
  await page.until("scrollY === 100");
});

test("a scroll position survives a reload", inBrowser, async () => {
  await open(`<a id="a" dj-patch href="/?b">b</a>${TALL}`);
  await page.evaluate("a.click()");
  await server.next(4);
  await page.evaluate("scrollTo(0, 900)");
  await page.until("history.state?.scroll?.[1] === 900");
  await page.evaluate("void setTimeout(() => location.reload())");
  await server.join();
  await page.until("scrollY === 900");
});

test("a link with a fragment goes there when the content is there", inBrowser, async () => {
  await open(`<a id="a" dj-patch="/?b#end">b</a>${TALL}`);
  await page.evaluate("a.click()");
  await server.next(4);
  server.send([33, 0, 1, [1], [], [[5, 0, 9, `<p id="end">end</p>`]]]);
  await page.until("scrollY > 1000");
});

test("other links are the browser's", inBrowser, async () => {
  await open(
    `<a id="hash" dj-patch href="#x">x</a><a id="blank" dj-patch href="/?b" target="_blank">b</a>` +
      `<a id="other" dj-patch href="http://127.0.0.2:1/">o</a>`,
  );
  const prevented = await page.evaluate(`["hash", "blank", "other"].map((id) => {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    addEventListener("click", (event) => (window.prevented = event.defaultPrevented, event.preventDefault()), { once: true });
    document.getElementById(id).dispatchEvent(event);
    return prevented;
  })`);
  assert.deepEqual(prevented, [false, false, false]);
  assert.deepEqual(server.pending(4), []);
});

test("an address that the view does not know is loaded", inBrowser, async () => {
  await open(`<a id="a" dj-patch href="/other/">o</a>`);
  server.body = (url) => `<p>${url}</p>`;
  await page.evaluate("a.click()");
  await server.next(4);
  server.send([34, 0, 1, "not_found", "no such page"]);
  // Another view might be there.
  assert.deepEqual(await server.next(4), [4, 0, 2, "/other/", true]);
  server.send([34, 0, 2, "not_found", "no such page"]);
  await page.until("document.querySelector('p')?.textContent === '/other/'");
});

test("the server changes the address", inBrowser, async () => {
  await open("x", "", "?a");
  const length = await page.evaluate<number>("history.length");
  server.send([33, 0, 1, [], [[4, "/?b", false]], []]);
  await server.next(3);
  server.send([33, 0, 2, [], [[4, "/?c", true]], []]);
  await server.next(3);
  assert.deepEqual(await page.evaluate("[location.search, history.length]"), ["?c", length + 1]);
  await page.evaluate("history.back()");
  assert.equal((await server.next(4))[3], "/?a");
});

const FLASH = `<div id="dj-flash-container" data-dj-auto-dismiss="`;

test("flash: text in the container, gone after its time", inBrowser, async () => {
  await open("x", FLASH + `400"><div class="dj-flash" data-dj-flash-level="info">early</div></div>`);
  server.send([33, 0, 1, [], [[2, "my level", "<b>hi</b>"]], []]);
  await server.next(3);
  const element = await page.evaluate("document.querySelector('#dj-flash-container').lastChild.outerHTML");
  assert.equal(
    element,
    `<div class="dj-flash dj-flash-my-level" role="alert" data-dj-flash-level="my level">&lt;b&gt;hi&lt;/b&gt;</div>`,
  );
  await page.until("document.querySelectorAll('.dj-flash-removing').length === 2");
  await page.until("document.querySelectorAll('.dj-flash').length === 0");
});

test("flash: cleared by level, or all", inBrowser, async () => {
  await open("x", FLASH + `0"></div>`);
  const levels = `[...document.querySelectorAll(".dj-flash")].map((message) => message.dataset.djFlashLevel).join()`;
  server.send([33, 0, 1, [], [[2, "a", "1"], [2, "b", "2"], [2, "c", "3"], [3, "b"]], []]);
  await page.until(`${levels} === "a,c"`);
  server.send([33, 0, 2, [], [[3, null]], []]);
  await page.until(`${levels} === ""`);
});

test("flash without a container is said", inBrowser, async () => {
  await open("x");
  server.send([33, 0, 1, [], [[2, "info", "hi"]], []]);
  await server.next(3);
  await page.evaluate("document.title");
  assert.deepEqual(browser.console, ["warning: relive: dj-flash-container info hi"]);
});

test("metadata and events for scripts", inBrowser, async () => {
  server.head = `<meta name="description" content="old"><meta name="gone" content="x">`;
  await open("x");
  await page.evaluate("addEventListener('relive:chart', (event) => (window.chart = event.detail))");
  const meta = { description: "new", gone: null, "og:title": "T", 'odd"name]': "o" };
  server.send([33, 0, 1, [], [[6, meta], [5, "chart", { points: [1, 2.5] }]], []]);
  await server.next(3);
  assert.deepEqual(await page.evaluate("[...document.querySelectorAll('meta')].map((meta) => meta.outerHTML)"), [
    `<meta name="description" content="new">`,
    `<meta property="og:title" content="T">`,
    `<meta name="odd&quot;name]" content="o">`,
  ]);
  assert.deepEqual(await page.evaluate("chart"), { points: [1, 2.5] });
});
