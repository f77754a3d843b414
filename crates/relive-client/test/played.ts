// A page of the built bundle in a real browser, and the server that each test plays for it itself.

import { after, afterEach, before, beforeEach } from "node:test";
import { Browser, inBrowser, type Page } from "./chromium";
import { FakeServer } from "./server";

export let browser: Browser;
export let page: Page;
export let server: FakeServer;

before(() => {
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
  server.stop();
  await page.close();
});

/** The live root of a page. */
export const root = (inside: string) => `<main dj-root dj-view="v1" dj-token="t0">${inside}</main>`;

/** Opens a page with this root, and lets it join. */
export async function open(inside: string, around = "", path = ""): Promise<void> {
  server.body = around + root(inside);
  await page.go(server.url + path);
  await server.join();
  await page.until("relive.connected");
}
