// From DOM events to events for the server. One listener on the document for each type; the nearest element at or
// above the target that has the attribute is meant.

import { isComposing, now } from "./fields";
import { changed, submitted, values } from "./forms";
import { isPlainClick } from "./navigation";
import { isPatching } from "./patch";
import type { Payload } from "./protocol";
import { flush, flushField, rate } from "./rates";
import type { Region } from "./region";

let regionOf: (element: Element) => Region | undefined;

/** `find` tells which region an element belongs to. */
export function startEvents(find: (element: Element) => Region | undefined): void {
  regionOf = find;
  on("click", onClick);
  on("submit", onSubmit);
  on("input", (event, target) => isComposing(target) || onChange(event.type, target));
  on("change", (event, target) => onChange(event.type, target));
  // While text is being composed nothing is sent; what came of it is.
  on("compositionend", (_, target) => onChange("input", target));
  on("keydown", onKey);
  on("keyup", onKey);
  on("focusin", (_, target) => onFocus("focus", target));
  on("focusout", (_, target) => {
    flushField(target);
    onFocus("blur", target);
  });
  document.addEventListener("visibilitychange", () => document.hidden && flush());
}

function on<K extends keyof DocumentEventMap>(
  type: K,
  handle: (event: DocumentEventMap[K], target: Element) => void,
): void {
  document.addEventListener(type, (event) => {
    // A patch that moves an element may take the focus and give it back: nobody did that.
    if (event.target instanceof Element && !isPatching()) handle(event, event.target);
  });
}

/** Sends the event that `attribute` names to the region of its element. */
function emit(element: Element, attribute: string, payload: Payload): void {
  const name = element.getAttribute(attribute);
  if (name) regionOf(element)?.event(name, payload, element);
}

function onClick(event: MouseEvent, target: Element): void {
  const element = target.closest("[dj-click]");
  if (!element || element.matches(":disabled")) return;
  const control = target.closest("a,button");
  if (control && !isPlainClick(event, control)) return;
  // What a link or button does by itself is not meant; a checkbox inside goes on to work.
  if (control && (element.contains(control) || control.contains(element))) event.preventDefault();
  const payload = values(element);
  rate(element, "click", element, () => emit(element, "dj-click", payload));
}

/** Forms whose submit is not answered yet. */
const submitting = new WeakSet<Element>();

function onSubmit(event: SubmitEvent, target: Element): void {
  const name = target.getAttribute("dj-submit");
  if (!name) return;
  event.preventDefault();
  // The second of a double click.
  if (submitting.has(target)) return;
  flush();
  const payload = submitted(target as HTMLFormElement, event.submitter);
  const answered = () => submitting.delete(target);
  if (regionOf(target)?.event(name, payload, target, target, now(), answered)) submitting.add(target);
}

function onChange(type: string, target: Element): void {
  const attribute = "dj-" + type;
  const selector = `[${attribute}]`;
  // A field may belong to a form that it does not stand in.
  const element = target.closest(selector) ?? (target as HTMLInputElement).form?.closest(selector);
  if (!element) return;
  const payload = changed(element, target);
  const source = element instanceof HTMLFormElement ? element : target;
  const time = now();
  const name = element.getAttribute(attribute) ?? "";
  const region = regionOf(element);
  if (name) rate(element, type, target, () => region?.event(name, payload, element, source, time));
}

function onKey(event: KeyboardEvent, target: Element): void {
  if (event.isComposing) return;
  const plain = "dj-" + event.type;
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const filtered = `${plain}.${key}`;
  for (let element: Element | null = target; element; element = element.parentElement) {
    const hit = element;
    const attribute = [filtered, plain].find((name) => hit.hasAttribute(name));
    if (!attribute) continue;
    const send = () => emit(hit, attribute, values(hit, payload));
    const payload: Payload = Object.assign(Object.create(null), { key: event.key });
    if (attribute === filtered) {
      flush();
      send();
    } else rate(hit, event.type, target, send);
    return;
  }
}

function onFocus(type: string, target: Element): void {
  const element = target.closest(`[dj-${type}]`);
  if (!element) return;
  flush();
  emit(element, "dj-" + type, values(element));
}
