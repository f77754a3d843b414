// What people do in forms while the server answers late.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser } from "./chromium";
import { browser, open, page, server } from "./played";

const value = (id = "f") => page.evaluate<string>(`${id}.value`);
const payload = async () => (await server.next(2))[4] as Record<string, unknown>;

test("a value for a focused field waits until the server has seen the latest keystroke", inBrowser, async () => {
  await open(`<input id="f" name="q" dj-input="typed">`);
  await page.click("#f");
  await page.type("a");
  assert.deepEqual(await server.next(2), [2, 0, 1, "typed", { value: "a", _target: "q" }, 0]);
  await page.type("b");
  await server.next(2);
  server.send([33, 0, 1, [1], [], [[2, 1, "value", "A"]]]);
  await server.next(3);
  assert.deepEqual([await value(), await page.evaluate("f.getAttribute('value')")], ["ab", "A"]);
  server.send([33, 0, 2, [2], [], [[2, 1, "value", "AB"]]]);
  await server.next(3);
  assert.equal(await value(), "AB");
});

test("a value that was held back goes in when the server has seen all, though it is not sent again", inBrowser, async () => {
  await open(`<input id="f" dj-input="typed">`);
  await page.click("#f");
  await page.type("12");
  server.send([33, 0, 1, [1], [], [[2, 1, "value", "1"]]]);
  await server.next(3);
  assert.equal(await value(), "12");
  server.send([33, 0, 0, [2], [], []]);
  await page.until("f.value === '1'");
});

test("typing that no event carries is never overwritten while the field has the focus", inBrowser, async () => {
  await open(`<form dj-submit="save"><input id="f" name="t"><textarea id="g" name="u">x</textarea></form>`);
  await page.click("#f");
  await page.type("mine");
  server.send([33, 0, 1, [], [], [[2, 2, "value", "theirs"]]]);
  await server.next(3);
  assert.equal(await value(), "mine");
  await page.press("Enter", 13);
  assert.deepEqual(await payload(), { t: "mine", u: "x", _form: true });
  server.send([33, 0, 2, [1], [], [[2, 2, "value", ""]]]);
  await server.next(3);
  assert.equal(await value(), "", "the answer to the submit may empty the field");
  await page.click("#g");
  await page.type("yz");
  server.send([33, 0, 3, [], [], [[0, 4, "w"]]]);
  await server.next(3);
  assert.match(await value("g"), /yz/);
});

test("the caret stays where it was when the server changes the text", inBrowser, async () => {
  await open(`<input id="f" value="abc" dj-input="typed">`);
  await page.evaluate("(f.focus(), f.setSelectionRange(1, 1))");
  await page.type("x");
  await server.next(2);
  server.send([33, 0, 1, [1], [], [[2, 1, "value", "AXBC"]]]);
  await server.next(3);
  assert.deepEqual(await page.evaluate("[f.value, f.selectionStart, document.activeElement === f]"), ["AXBC", 2, true]);
});

test("a composition is left alone, and sent when it is done", inBrowser, async () => {
  await open(`<input id="f" dj-input="typed">`);
  await page.click("#f");
  await page.call("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  server.send([33, 0, 1, [], [], [[2, 1, "value", "x"]]]);
  await server.next(3);
  assert.equal(await value(), "に");
  assert.deepEqual(server.pending(2), []);
  await page.call("Input.insertText", { text: "日" });
  assert.deepEqual(await payload(), { value: "日" });
  server.send([33, 0, 2, [1], [], []]);
  await server.next(3);
  assert.equal(await value(), "x");
});

test("what each kind of field and event carries", inBrowser, async () => {
  await open(
    `<form id="form" dj-change="changed" dj-submit="save" dj-value-form-id="5">` +
      `<input name="a" value="1"><input name="tag" value="x"><input name="tag" value="y">` +
      `<input type="checkbox" id="box" name="box" value="yes"><input type="file" name="file">` +
      `<button name="go" value="fast" id="go">go</button></form><input name="outside" form="form" id="outside">` +
      `<input type="checkbox" id="c" name="c" dj-change="one" dj-value-id="3">` +
      `<select multiple id="m" dj-change="many"><option>a<option>b<option>c</select>`,
  );
  await page.click("#box");
  const fields = { a: "1", tag: ["x", "y"], outside: "", form_id: "5", _form: true };
  assert.deepEqual(await payload(), { ...fields, box: "yes", _target: "box" });
  await page.click("#outside");
  await page.type("o");
  await page.click("#c");
  assert.deepEqual(await payload(), { ...fields, outside: "o", box: "yes", _target: "outside" });
  assert.deepEqual(await payload(), { value: true, id: "3", _target: "c" });
  await page.evaluate(`(m.options[0].selected = m.options[2].selected = true, m.dispatchEvent(new Event("change", { bubbles: true })))`);
  assert.deepEqual(await payload(), { value: ["a", "c"] });
  await page.click("#go");
  assert.deepEqual(await payload(), { ...fields, outside: "o", box: "yes", go: "fast" });
});

test("a double click submits once", inBrowser, async () => {
  await open(`<form dj-submit="save"><button>go</button></form>`);
  await page.click("button");
  await page.click("button");
  await server.next(2);
  assert.equal(await page.evaluate("document.querySelector('form').hasAttribute('data-dj-loading')"), true);
  server.send([33, 0, 0, [1], [], []]);
  await page.until("!document.querySelector('form').hasAttribute('data-dj-loading')");
  assert.deepEqual(server.pending(2), []);
  await page.click("button");
  assert.equal((await server.next(2))[2], 2);
});

test("debounce: one event for many keys, and before any later event", inBrowser, async () => {
  await open(
    `<input id="f" dj-input="typed" dj-debounce="200"><input id="g" dj-input="left" dj-debounce="blur">` +
      `<button dj-click="go">go</button>`,
  );
  await page.click("#f");
  await page.type("abc");
  assert.deepEqual(server.pending(2), []);
  assert.deepEqual((await server.next(2)).slice(3, 5), ["typed", { value: "abc" }]);
  await page.type("d");
  await page.evaluate("document.querySelector('button').click()");
  assert.deepEqual((await server.next(2)).slice(3, 5), ["typed", { value: "abcd" }]);
  assert.equal((await server.next(2))[3], "go");
  await page.click("#g");
  await page.type("x");
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual(server.pending(2), []);
  await page.evaluate("f.focus()");
  assert.deepEqual((await server.next(2)).slice(3, 5), ["left", { value: "x" }]);
});

test("throttle: the first at once, the last at the end", inBrowser, async () => {
  await open(`<input id="f" dj-input="typed" dj-throttle="300">`);
  await page.click("#f");
  await page.type("abc");
  assert.deepEqual((await server.next(2))[4], { value: "a" });
  assert.deepEqual(server.pending(2), []);
  assert.deepEqual((await server.next(2))[4], { value: "abc" });
});

test("keys, with and without a filter; focus and blur", inBrowser, async () => {
  await open(
    `<div dj-keydown.escape="cancel" dj-value-id="1"><input id="f" dj-keyup="up" dj-keydown.enter="add">` +
      `<input id="g" dj-focus="in" dj-blur="out" dj-value-x="y"></div>`,
  );
  await page.click("#f");
  await page.press("Escape", 27);
  assert.deepEqual((await server.next(2)).slice(3, 5), ["cancel", { _key: "Escape", id: "1" }]);
  assert.deepEqual((await server.next(2)).slice(3, 5), ["up", { _key: "Escape" }]);
  await page.press("Enter", 13);
  assert.deepEqual((await server.next(2)).slice(3, 5), ["add", { _key: "Enter" }]);
  assert.equal((await server.next(2))[3], "up");
  await page.click("#g");
  assert.deepEqual((await server.next(2)).slice(3, 5), ["in", { x: "y" }]);
  await page.click("#f");
  assert.deepEqual((await server.next(2)).slice(3, 5), ["out", { x: "y" }]);
});

test("clicks: links and buttons do nothing else; modified clicks are the browser's", inBrowser, async () => {
  await open(
    `<a href="/elsewhere" id="a" dj-click="go">go <b id="in">there</b></a><input type="checkbox" id="c" dj-click="tick">` +
      `<fieldset disabled><button id="d" dj-click="never">x</button></fieldset>`,
  );
  await page.click("#in");
  assert.equal((await server.next(2))[3], "go");
  await page.click("#c");
  assert.equal((await server.next(2))[3], "tick");
  await page.click("#d");
  await page.evaluate(`a.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true, button: 1 }))`);
  assert.deepEqual(await page.evaluate("[location.pathname, c.checked]"), ["/", true]);
  assert.deepEqual(server.pending(2), []);
});

test("an error is said, and ends the waiting", inBrowser, async () => {
  await open(`<button id="b" dj-click="nope">x</button>`);
  await page.evaluate("b.addEventListener('relive:error', (event) => (window.detail = event.detail))");
  await page.click("#b");
  await server.next(2);
  server.send([34, 0, 1, "unknown_event", "no handler `nope`"]);
  await page.until("window.detail");
  assert.deepEqual(await page.evaluate("[detail, b.hasAttribute('data-dj-loading'), relive.counters.errors]"), [
    { kind: "unknown_event", message: "no handler `nope`", event: "nope" },
    false,
    1,
  ]);
  assert.deepEqual(browser.console, ["error: relive: unknown_event no handler `nope`"]);
});

test("a box whose change is refused shows again what its HTML says", inBrowser, async () => {
  await open(`<input id="f" type="checkbox" dj-change="toggle"><form dj-change="check"><input id="g" type="checkbox"></form>`);
  await page.click("#f");
  await page.click("#g");
  await server.next(2);
  await server.next(2);
  server.send([34, 0, 1, "handler_failed", "no"]);
  server.send([34, 0, 2, "handler_failed", "no"]);
  await page.until("!f.checked");
  // In a form, what the user chose is the user's until it is submitted.
  assert.equal(await page.evaluate("g.checked"), true);
  await page.click("#f");
  await server.next(2);
  server.send([33, 0, 0, [3], [], []]);
  await page.until("!f.dataset.djLoading");
  assert.equal(await page.evaluate("f.checked"), true);
});

test("autofocus puts the caret behind the text", inBrowser, async () => {
  await open(`<button dj-click="edit">edit</button>`);
  await page.click("button");
  await server.next(2);
  server.send([33, 0, 1, [1], [], [[5, 0, 9, `<input id="f" value="tea" autofocus>`]]]);
  await server.next(3);
  await page.type("!");
  assert.equal(await value(), "tea!");
});
