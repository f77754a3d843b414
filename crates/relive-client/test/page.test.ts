// The built bundle in a real browser, against a server that each test plays itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../src-ts/msgpack";
import type { Message } from "../src-ts/protocol";
import { inBrowser } from "./chromium";
import { browser, open, page, root, server } from "./played";

/** The page's timers run so many times as fast. */
async function hurry(times: number): Promise<void> {
  const source = `{ const real = setTimeout; window.setTimeout = (run, wait) => real(run, wait / ${times}); }`;
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source });
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

test("JSON frames on demand", inBrowser, async () => {
  server.body = root("<p>a</p>");
  await page.go(server.url + "?relive=json");
  await server.join();
  await page.until("relive.connected");
  server.send([33, 0, 1, [], [], [[0, 2, "b"]]]);
  await server.next(3);
  assert.equal(await page.evaluate("document.querySelector('p').textContent"), "b");
});

test("a page without a live root, or whose root was taken, is left alone", inBrowser, async () => {
  server.body = `<main dj-root dj-view="v1">x</main>`;
  await page.go(server.url);
  assert.equal(await page.evaluate("window.relive"), undefined);
  assert.equal(server.connected, false);
});

test("events go out in order, also those made before the join", inBrowser, async () => {
  server.body = root(`<button dj-click="a">a</button><i dj-click="b">b</i>`);
  await page.go(server.url);
  await server.next(1);
  await page.click("button");
  await page.click("i");
  assert.deepEqual(server.pending(2), []);
  server.send([32, 1, 0, 0, "secret", 0, 0, 0, 1, null, null]);
  assert.deepEqual(await server.next(2), [2, 0, 1, "a", {}, 0]);
  assert.deepEqual(await server.next(2), [2, 0, 2, "b", {}, 0]);
});

test("what the join brings takes the place of the content, and is numbered anew", inBrowser, async () => {
  server.body = root(`<p>a</p><input id="f">`);
  await page.go(server.url);
  await page.evaluate("(f.focus(), window.kept = f)");
  await page.type("hi");
  await server.join({ outcome: 3, first: 40, html: `<input id="f" value="no"><p>b</p>` });
  await page.until("relive.connected");
  server.send([33, 0, 1, [], [], [[0, 42, "c"]]]);
  await server.next(3);
  assert.deepEqual(await page.evaluate("[document.querySelector('main').innerHTML, f === kept, f.value, document.activeElement === f]"), [
    `<input id="f" value="no"><p>c</p>`,
    true,
    "hi",
    true,
  ]);
});

test("content may come as a tree", inBrowser, async () => {
  server.body = root("x");
  await page.go(server.url);
  await server.join({ outcome: 3, html: [[1, "a", ["href", "/"], [[1, "a", [], ["in"]]]]] as never });
  await page.until("relive.connected");
  assert.equal(await page.evaluate("document.querySelector('a > a').textContent"), "in");
});

test("after a lost connection it resumes, and sends again what is not answered", inBrowser, async () => {
  await open(`<button dj-click="a">a</button><b>0</b>`);
  await page.click("button");
  await server.next(2);
  server.send([33, 0, 1, [1], [], [[0, 4, "1"]]]);
  await server.next(3);
  await page.click("button");
  await server.next(2);
  // The next click comes the moment the connection is lost: from out here it might come after the page is back.
  await page.evaluate(`new MutationObserver((_, observer) => {
    if (!document.documentElement.matches(".dj-disconnected")) return;
    observer.disconnect();
    document.querySelector("button").click();
  }).observe(document.documentElement, { attributes: true })`);
  server.cut();
  const join = await server.next(1);
  assert.deepEqual(join.slice(-1), [["secret", 1, 3]]);
  server.send([32, 1, 0, 1, "secret", 1, 2, 0, 1, null, null]);
  assert.deepEqual((await server.next(2)).slice(2, 4), [2, "a"]);
  assert.deepEqual((await server.next(2)).slice(2, 4), [3, "a"]);
  server.send([33, 0, 2, [2, 3], [], [[0, 4, "3"]]]);
  await server.next(3);
  assert.deepEqual(
    await page.evaluate("[document.querySelector('b').textContent, document.documentElement.className, relive.counters.rejoins]"),
    ["3", "dj-connected", 1],
  );
});

test("a new session counts events from 1", inBrowser, async () => {
  await open(`<button dj-click="a">a</button>`);
  await page.click("button");
  await server.next(2);
  server.send([33, 0, 1, [1], [], []]);
  await server.next(3);
  server.cut();
  await page.until("!relive.connected");
  await page.click("button");
  await server.join({ outcome: 3, seq: 0, html: `<button dj-click="a">a</button>` });
  assert.deepEqual(await server.next(2), [2, 0, 1, "a", {}, 0]);
});

test("too many events while offline are refused, visibly", inBrowser, async () => {
  await open(`<button dj-click="a">a</button>`);
  server.open = false;
  server.cut();
  await page.until("!relive.connected");
  const refused = await page.evaluate(`(() => {
    const refused = [];
    addEventListener("dj-overflow", (event) => refused.push(event.detail));
    for (let i = 0; i < 103; i++) document.querySelector("button").click();
    return refused;
  })()`);
  assert.deepEqual(refused, ["a", "a", "a"]);
  assert.equal(browser.console.filter((line) => line.startsWith("warning: relive: dj-overflow")).length, 3);
});

test("an update that was applied is acknowledged again and not applied again", inBrowser, async () => {
  await open("<p>a</p>");
  const update = [33, 0, 1, [], [], [[5, 1, 3, "b"]]];
  server.send(update);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  server.send(update);
  assert.deepEqual(await server.next(3), [3, 0, 1]);
  assert.equal(await page.evaluate("document.querySelector('p').innerHTML"), "ab");
});

test("after a gap the whole content is asked for, and nothing is applied before it comes", inBrowser, async () => {
  await open("<p>a</p><p>b</p>");
  server.send([33, 0, 2, [], [[1, "title"]], [[0, 2, "x"]]]);
  assert.deepEqual(await server.next(5), [5, 0, 0]);
  server.send([33, 0, 3, [], [], [[0, 99, "y"]]]);
  server.send([36, 0, 3, 0, 0, 20, "<p>x</p><p>y</p>"]);
  // Effects and rows of streams are no part of the content: the server sends what was not acknowledged again.
  server.send([33, 0, 4, [], [[1, "title"]], [[0, 21, "z"]]]);
  assert.deepEqual(await server.next(3), [3, 0, 4]);
  assert.deepEqual(await page.evaluate("[document.querySelector('main').innerHTML, document.title, relive.counters.resyncs]"), [
    "<p>z</p><p>y</p>",
    "title",
    1,
  ]);
});

test("an update is acknowledged before what it left out is asked for", inBrowser, async () => {
  await open(`<ul id="a" dj-update="stream"></ul><p>b</p>`);
  server.send([33, 0, 1, [], [], [[0, 99, "x"], [15, 1, -1, "<li id=1>1</li>"]]]);
  assert.deepEqual(await server.next(5), [5, 0, 0]);
  assert.deepEqual(server.pending(3), [[3, 0, 1]]);
  server.send([36, 0, 1, 0, 0, 20, `<ul id="a" dj-update="stream"></ul><p>c</p>`]);
  await page.until("document.querySelector('p').textContent === 'c'");
  assert.equal(await page.evaluate("document.querySelector('ul').textContent"), "1");
});

test("a text that somebody else changed is repaired", inBrowser, async () => {
  await open("<p>abc</p><p>d</p>");
  await page.evaluate("document.querySelector('p').firstChild.data = 'translated'");
  server.send([33, 0, 1, [], [], [[1, 2, 3, 3, 0, "!"], [0, 4, "e"]]]);
  assert.deepEqual(await server.next(5), [5, 0, 1]);
  server.send([36, 0, 1, 0, 1, 9, "<p>abc!</p>"]);
  server.send([33, 0, 2, [], [], [[1, 10, 4, 4, 0, "?"]]]);
  await server.next(3);
  await server.next(3);
  assert.equal(await page.evaluate("document.querySelector('main').innerHTML"), "<p>abc!?</p><p>e</p>");
  assert.equal(server.pending(5).length, 0);
});

test("repairs of the whole are bounded: then the page is loaded again, once", inBrowser, async () => {
  await open("<p>a</p>");
  for (let seq = 1; seq <= 3; seq++) {
    server.send([33, 0, seq, [], [], [[0, 99, "x"]]]);
    await server.next(5);
    server.send([36, 0, seq, 0, 0, 1, "<p>a</p>"]);
  }
  server.send([33, 0, 4, [], [], [[0, 99, "x"]]]);
  await server.next(1);
  assert.equal(server.requests.filter((url) => url === "/").length, 2);
});

test("a message that cannot be used is counted, and the page goes on", inBrowser, async () => {
  await open("<p>a</p>");
  server.raw(Buffer.from("c1", "hex"));
  server.raw(Buffer.from("{", "utf8"), 1);
  server.send([99, 0]);
  server.send([33, 7, 1, [], [], []]);
  server.send([33, 0, 0, [], [[99], [1, "still"]], []]);
  await page.until("document.title === 'still'");
  assert.equal(await page.evaluate("relive.counters.errors"), 5);
  assert.equal(browser.console.length, 5);
  server.send([33, 0, 1, [], [], [[0, 2, "b"]]]);
  await server.next(3);
});

test("a stale page fetches itself again; what was typed, the focus and the nodes stay", inBrowser, async () => {
  await open(`<input id="f" value=""><p>old</p>`);
  await page.evaluate("(f.focus(), window.kept = f)");
  await page.type("typed");
  server.body = `<main dj-root dj-view="v2" dj-token="t2" class="new"><input id="f" value="x"><p>new</p></main>`;
  server.cut();
  const join = await server.next(1);
  assert.equal(join[3], "t0");
  server.send([38, 0, "stale", null]);
  const again = await server.next(1);
  assert.deepEqual([again[3], again[7]], ["t2", null]);
  server.send([32, 1, 0, 0, "secret2", 0, 0, 0, 1, null, null]);
  await page.until("relive.connected");
  assert.deepEqual(
    await page.evaluate("[document.querySelector('main').outerHTML, f === kept, f.value, document.activeElement === f]"),
    [`<main dj-root="" dj-view="v2" class="new"><input id="f" value="x"><p>new</p></main>`, true, "typed", true],
  );
  server.send([33, 0, 1, [], [], [[0, 3, "newer"]]]);
  await server.next(3);
});

/** A form that was reset three times, one that stayed what it is, one that was never reset; somebody types into all. */
const FORMS = ["3", "row-7", "0"].map((key, i) => `<form dj-key="${key}"><input id="f${i}" value="x"></form>`).join("");
/** The same after a restart: the first counts anew. */
const ANEW = FORMS.replace('"3"', '"1"').replace("row-7", "row-8").replace(/value="x"/g, 'value=""');

async function typeIntoForms(): Promise<void> {
  for (const id of ["f0", "f1", "f2"]) {
    await page.evaluate(`(${id}.select(), window.kept = { ...window.kept, ${id} })`);
    await page.type("typed" + id);
  }
}

async function expectForms(): Promise<void> {
  await page.until("relive.connected");
  assert.deepEqual(
    await page.evaluate("[document.activeElement.id, ...[f0, f1, f2].map((f) => [f === kept[f.id], f.value, f.form.getAttribute('dj-key')])]"),
    ["f2", [true, "typedf0", "1"], [true, "typedf1", "row-8"], [true, "typedf2", "0"]],
  );
}

test("what is typed into a form survives a restart of the server, however often the form was reset before", inBrowser, async () => {
  await open(FORMS);
  await typeIntoForms();
  server.cut();
  await server.join({ outcome: 3, html: ANEW });
  await expectForms();
});

test("so it does where the page fetches itself again, which connects at once", inBrowser, async () => {
  await open(FORMS);
  await typeIntoForms();
  // Many attempts in vain: the next would be seconds away.
  server.open = false;
  server.cut();
  await new Promise((done) => setTimeout(done, 3000));
  server.body = root(ANEW).replace("t0", "t2");
  server.open = true;
  await server.next(1);
  server.send([38, 0, "stale", null]);
  const start = Date.now();
  const again = await server.join();
  assert.equal(again[3], "t2");
  assert.ok(Date.now() - start < 400, `${Date.now() - start} ms`);
  await expectForms();
});

test("a stale page that is another one by now goes there", inBrowser, async () => {
  await open("<p>a</p>");
  server.answer = (request, response) => {
    if (request.url !== "/") return false;
    response.writeHead(302, { location: "/login" }).end();
    return true;
  };
  server.body = "<p>log in</p>";
  server.send([40, 0, "evicted"]);
  await page.until("location.pathname === '/login' && document.readyState === 'complete'");
});

test("a page whose user logs out by a form goes where the form leads", inBrowser, async () => {
  await open(`<form method="post" action="/log-out"><button id="b">Log out</button></form>`);
  server.answer = (request, response) => {
    if (request.url !== "/log-out") return false;
    // The session ends before the request is answered.
    server.send([40, 0, "logged_out"]);
    setTimeout(() => response.writeHead(200, { "content-type": "text/html" }).end("<title>Out</title>"), 300);
    return true;
  };
  await page.click("#b");
  await page.until("document.title === 'Out'");
  assert.deepEqual(server.requests.slice(-1), ["/log-out"]);
});

test("a page of another version is loaded again once, with what was typed", inBrowser, async () => {
  server.body = root(`<form><input name="a"><input type="checkbox" name="b"><input type="password" name="c"></form>`);
  await page.go(server.url);
  await server.next(1);
  await page.click("[name=a]");
  await page.type("typed");
  await page.click("[name=b]");
  await page.click("[name=c]");
  await page.type("secret");
  server.send([38, 0, "version", null]);
  await server.next(1);
  await page.until("relive && document.readyState === 'complete'");
  const values = "[...document.querySelectorAll('input')].map((field) => field.type === 'checkbox' ? field.checked : field.value)";
  assert.deepEqual(await page.evaluate(values), ["typed", true, ""]);
  server.send([38, 0, "version", null]);
  await page.until("relive.counters.errors === 1");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(server.requests.filter((url) => url === "/").length, 2);
  assert.deepEqual(browser.console, ["error: relive: no join: version"]);
});

test("busy: it tries again after the time it is told", inBrowser, async () => {
  server.body = root("x");
  await page.go(server.url);
  await server.next(1);
  const start = Date.now();
  server.send([38, 0, "busy", 300]);
  await server.join();
  assert.ok(Date.now() - start >= 300);
  await page.until("relive.connected");
});

test("shutdown: it connects again", inBrowser, async () => {
  await open("x");
  server.send([40, 0, "shutdown"]);
  const join = await server.next(1);
  assert.deepEqual(join[7], ["secret", 0, 0]);
});

test("a failed session says so and does not connect again", inBrowser, async () => {
  await open("x");
  await page.evaluate("addEventListener('relive:error', (event) => (window.kind = event.detail.kind))");
  server.send([40, 0, "failed"]);
  await page.until("window.kind === 'failed' && document.documentElement.className === 'dj-disconnected'");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(server.connected, false);
});

test("redirects are followed, and the page does not connect again", inBrowser, async () => {
  await open("x");
  server.body = "elsewhere";
  server.send([35, 0, "/login/?next=%2F", "page", false]);
  await page.until("location.href.endsWith('/login/?next=%2F') && document.readyState === 'complete'");
  assert.equal(server.pending(1).length, 0);
});

test("leaving is said", inBrowser, async () => {
  await open("x");
  await page.evaluate("void setTimeout(() => (location.href = '/_relive/x.js'))");
  assert.deepEqual(await server.next(6), [6, 0, "left"]);
});

test("a page from the back-forward cache resumes where it was", inBrowser, async () => {
  server.cached = true;
  await open("<p>a</p>");
  await page.evaluate("void setTimeout(() => (location.href = '/_relive/x.js'), (window.kept = 1))");
  await page.until("!window.relive && document.readyState === 'complete'");
  assert.equal(server.connected, false);
  await page.evaluate("void setTimeout(() => history.back())");
  const join = await server.next(1);
  assert.deepEqual([join[7], await page.evaluate("window.kept")], [["secret", 0, 0], 1]);
  assert.deepEqual(server.pending(6), []);
});

test("a server that does not answer is left", inBrowser, async () => {
  await open("x");
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
  assert.deepEqual(await server.next(7), [7, 1]);
  server.send([39, 1]);
  await new Promise((resolve) => setTimeout(resolve, 3300));
  assert.equal(await page.evaluate("relive.connected"), true);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
  await server.next(7);
  const join = await server.next(1);
  assert.deepEqual(join[7], ["secret", 0, 0]);
});

test("an event that came after its session's end goes to the next session", inBrowser, async () => {
  await open(`<button dj-click="add">+</button>`);
  await page.click("button");
  await server.next(2);
  server.send([34, 0, 1, "not_joined", "gone"]);
  await server.join({ outcome: 3, html: `<button dj-click="add">+</button>` });
  assert.deepEqual((await server.next(2)).slice(0, 4), [2, 0, 1, "add"]);
});

for (const [form, query, size] of [
  ["MessagePack", "", (message: Message) => encode(message).length],
  ["JSON", "?relive=json", (message: Message) => JSON.stringify(message).length],
] as const) {
  test(`an event over the server's limit is not sent, later ones are: ${form}`, inBrowser, async () => {
    server.body = root(
      `<input id="f" dj-input="typed"><button id="b" dj-click="a">a</button><form id="g" dj-submit="save"><input name="t"></form>`,
    );
    await page.go(server.url + query);
    await server.join();
    await page.until("relive.connected");
    await page.evaluate(`(() => {
      window.errors = [];
      addEventListener("relive:error", ({ target, detail }) => errors.push([target.id, detail.kind, detail.event]));
      window.put = (text) => (f.focus(), (f.value = text), f.dispatchEvent(new Event("input", { bubbles: true })));
      window.save = (text) => ((g.t.value = text), g.requestSubmit());
      window.state = () => [errors.splice(0), document.querySelectorAll("[data-dj-loading]").length];
    })()`);

    // The limit is one of bytes.
    await page.evaluate("(put('é'.repeat(40000)), b.click())");
    assert.deepEqual(await server.next(2), [2, 0, 2, "a", {}, 0]);
    server.send([33, 0, 0, [2], [], []]);
    await page.until("!b.dataset.djLoading");
    assert.deepEqual(await page.evaluate("state()"), [[["f", "too_large", "typed"]], 0]);
    assert.deepEqual(browser.console, ["error: relive: too_large too_large"]);

    const rest = size([2, 0, 3, "typed", { value: "x".repeat(65000) }, 0]) - 65000;
    await page.evaluate(`put("x".repeat(${65536 - rest}))`);
    assert.equal((await server.next(2))[2], 3);
    await page.evaluate(`put("x".repeat(${65537 - rest}))`);
    assert.deepEqual(await page.evaluate("state()"), [[["f", "too_large", "typed"]], 1]);

    // The server has not seen what the field holds, and may not change it.
    server.send([33, 0, 1, [], [], [[2, 1, "value", "A"]]]);
    server.send([33, 0, 2, [3], [], []]);
    await page.until("!f.dataset.djLoading");
    assert.equal(await page.evaluate("f.value.length"), 65537 - rest);
    await page.evaluate("put('y'.repeat(70000))");
    assert.equal(await page.evaluate("f.value.length"), 70000);
    await page.evaluate("state()");

    server.cut();
    await page.until("!relive.connected");
    await page.evaluate("(save('z'.repeat(70000)), b.click())");
    assert.deepEqual(await page.evaluate("state()"), [[], 2]);
    await server.join({ outcome: 1, seq: 2 });
    assert.deepEqual((await server.next(2)).slice(2, 4), [7, "a"]);
    assert.deepEqual(await page.evaluate("state()"), [[["g", "too_large", "save"]], 1]);
    await page.evaluate("save('short')");
    assert.deepEqual((await server.next(2)).slice(2, 4), [8, "save"]);
    assert.deepEqual(server.pending(2), []);
  });
}

test("a repair that the server did not hear of is asked for again", inBrowser, async () => {
  await open("<p>a</p><p>b</p>");
  server.send([33, 0, 2, [], [], [[0, 2, "x"]]]);
  assert.deepEqual(await server.next(5), [5, 0, 0]);
  // More often than the page would ask of its own accord before it loads itself again.
  for (let time = 0; time < 4; time++) {
    server.cut();
    const join = await server.join({ outcome: 1, seq: 2 });
    assert.deepEqual(join[7], ["secret", 0, 0]);
    assert.deepEqual(await server.next(5), [5, 0, 0]);
  }
  server.forget();
  server.send([33, 0, 3, [], [], [[0, 4, "y"]]]);
  server.send([39, 1]);
  assert.equal(await page.evaluate("document.querySelector('main').textContent"), "ab");
  server.send([36, 0, 3, 0, 0, 20, "<p>x</p><p>y</p>"]);
  server.send([33, 0, 4, [], [], [[0, 21, "z"]]]);
  await server.next(3);
  assert.deepEqual(await page.evaluate("[document.querySelector('main').textContent, relive.counters.resyncs]"), ["zy", 1]);
  assert.equal(server.requests.filter((url) => url === "/").length, 1);

  // One node; the answer is everything, since the server has no such node any more.
  await page.evaluate("document.querySelector('p').firstChild.data = 'translated'");
  server.send([33, 0, 5, [], [], [[1, 21, 1, 1, 0, "!"]]]);
  assert.deepEqual(await server.next(5), [5, 0, 20]);
  server.cut();
  await server.join({ outcome: 1, seq: 5 });
  assert.deepEqual(await server.next(5), [5, 0, 20]);
  server.send([36, 0, 5, 1, 0, 30, "<p>new</p>"]);
  await page.until("document.querySelector('main').textContent === 'new'");
  server.cut();
  await server.join({ outcome: 1, seq: 5 });
  server.send([33, 0, 6, [], [], [[0, 31, "newer"]]]);
  await server.next(3);
  assert.deepEqual(server.pending(5), []);
});

test("what a join brings repairs what was asked for", inBrowser, async () => {
  await open("<p>a</p>");
  server.send([33, 0, 2, [], [], []]);
  await server.next(5);
  server.cut();
  await server.join({ outcome: 2, seq: 2, first: 9, html: "<p>b</p>" });
  server.send([33, 0, 3, [], [], [[0, 10, "c"]]]);
  await page.until("document.querySelector('main').innerHTML === '<p>c</p>'");
  assert.deepEqual(server.pending(5), []);
});

test("a join that is not answered is given up, but not before the server has", inBrowser, async () => {
  await hurry(20);
  server.body = root("x");
  const start = Date.now();
  await page.go(server.url);
  await server.next(1);
  // Coming back to the page would have it ask whether the server is there, and an answer would not help.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
  server.send([39, 1]);
  server.send([33, 0, 0, [], [], []]);
  await server.next(1);
  // The server takes up to 30 seconds for a mount.
  const took = (Date.now() - start) * 20;
  assert.ok(took > 31_000, `${took} ms`);
  assert.deepEqual(server.pending(7), []);
  server.send([32, 1, 0, 0, "secret", 0, 0, 0, 1, null, null]);
  await page.until("relive.connected");
  // From here on pings find out.
  await server.next(7);
  assert.deepEqual((await server.next(1))[7], ["secret", 0, 0]);
});

test("while a page whose join was refused fetches itself again, the limit for joins does not count", inBrowser, async () => {
  await hurry(20);
  server.body = root("x");
  await page.go(server.url);
  await server.next(1);
  // Never answered.
  server.answer = () => true;
  server.send([38, 0, "stale", null]);
  // The page looks after its connection as after any other; a join would be refused again.
  await server.next(7);
  assert.deepEqual(server.pending(1), []);
});
