// The built bundle in a real browser, against a server that each test plays itself.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Browser, inBrowser, type Page } from "./chromium";
import { FakeServer } from "./server";

let browser: Browser;
let page: Page;
let server: FakeServer;

before(async () => {
  if (!inBrowser.skip) browser = new Browser();
});
after(async () => {
  if (!inBrowser.skip) await browser.close();
});
beforeEach(async () => {
  if (inBrowser.skip) return;
  server = new FakeServer();
  await server.start();
  page = await browser.page();
  browser.console.length = 0;
});
afterEach(async () => {
  if (inBrowser.skip) return;
  if (process.env["SHOW"]) console.log(browser.console);
  await page.call("Page.close");
  server.stop();
});

const root = (inside: string) => `<main dj-root dj-view="v1" dj-token="t0">${inside}</main>`;

async function open(inside: string): Promise<void> {
  server.body = root(inside);
  await page.go(server.url);
  await server.join();
  await page.until("relive.connected");
}

test("joins with what it numbered, and hides the token", inBrowser, async () => {
  server.body = root("<p>a</p>b<!--c-->");
  await page.go(server.url + "x/?q=1");
  const [, version, region, token, url, nodes, checksum, resume] = await server.next(1);
  assert.deepEqual([version, region, token, url, nodes, resume], [1, 0, "t0", "/x/?q=1", 4, null]);
  assert.equal(typeof checksum, "number");
  assert.equal(await page.evaluate("document.querySelector('main').hasAttribute('dj-token')"), false);
});

test("a click is an event, its answer a change", inBrowser, async () => {
  await open(`<button dj-click="add" dj-value-item-id="7">+</button><b>0</b>`);
  await page.click("button");
  assert.deepEqual(await server.next(2), [2, 0, 1, "add", { item_id: "7" }, 0]);
  assert.equal(await page.evaluate("document.querySelector('button').hasAttribute('data-dj-loading')"), true);
  server.send([33, 0, 1, [1], [[1, "one"]], [[0, 4, "1"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.equal(await page.evaluate("document.querySelector('b').textContent + document.title"), "1one");
  assert.equal(await page.evaluate("document.querySelector('button').hasAttribute('data-dj-loading')"), false);
  assert.deepEqual(browser.console, []);
});
