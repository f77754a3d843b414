// From DOM events to events for the server. One listener on the document for each type; the nearest element at or
// above the target that has the attribute is meant.

import { attributeChanged, isComposing, isForm, now } from "./fields";
import { changed, empty, formValues, values } from "./forms";
import { isPlainClick } from "./navigation";
import { isPatching } from "./patch";
import { isElement } from "./numbering";
import type { Answered } from "./outbox";
import type { Payload } from "./protocol";
import { flush, more } from "./more";
import type { Region } from "./region";
import { submits } from "./reload";

/** The region that an element belongs to. */
export let regionOf: (element: Element) => Region | undefined;

/** `find` tells which region an element belongs to. */
export function startEvents(find: (element: Element) => Region | undefined): void {
  regionOf = find;
  on("click", onClick);
  on("submit", onSubmit);
  on("input", (_, target) => isComposing(target) || onChange("dj-input", target));
  on("change", (_, target) => onChange("dj-change", target));
  // While text is being composed nothing is sent; what came of it is.
  on("compositionend", (_, target) => onChange("dj-input", target));
  on("keydown", onKey);
  on("keyup", onKey);
  on("focusin", (_, target) => onFocus("dj-focus", target));
  on("focusout", (_, target) => {
    more?.flushField(target);
    onFocus("dj-blur", target);
  });
}

function on<K extends keyof WindowEventMap>(type: K, handle: (event: WindowEventMap[K], target: Element) => void): void {
  addEventListener(type, (event) => {
    const target = event.target as Element;
    // A patch that moves an element may take the focus and give it back: nobody did that.
    if (isElement(target) && !isPatching()) handle(event, target);
  });
}

/**
 * Sends the event that `attribute` names to the region of its element: at once, or as the rate that is set for
 * `limited` allows. `source` is the form or field whose values the payload has.
 */
function emit(
  element: Element,
  attribute: string,
  payload: Payload,
  limited?: Element | null,
  source?: Element,
  answered?: Answered,
): void {
  const name = element.getAttribute(attribute);
  const time = now();
  if (!name) return;
  const send = () => regionOf(element)?.event(name, payload, element, source, time, answered);
  // What comes before the second part is there is not held back.
  if (limited && more) more.rate(element, attribute, limited, send);
  else {
    flush();
    send();
  }
}

function onClick(event: MouseEvent, target: Element): void {
  const element = target.closest("[dj-click]");
  if (!element || element.matches(":disabled")) return;
  const control = element.closest("a,button");
  if (control) {
    if (!isPlainClick(event, control)) return;
    // What a link or button does by itself is not meant; a checkbox goes on to work.
    event.preventDefault();
  }
  emit(element, "dj-click", values(element), element);
}

/** Forms whose submit is not answered yet. */
const submitting = new WeakSet<Element>();

function onSubmit(event: SubmitEvent, form: Element): void {
  if (!form.hasAttribute("dj-submit")) {
    if (!event.defaultPrevented) submits();
    return;
  }
  event.preventDefault();
  // The second of a double click.
  if (submitting.has(form)) return;
  submitting.add(form);
  const payload = formValues(form as HTMLFormElement, event.submitter);
  emit(form, "dj-submit", payload, null, form, () => submitting.delete(form));
}

function onChange(attribute: string, target: Element): void {
  const selector = `[${attribute}]`;
  // A field may belong to a form that it does not stand in.
  const element = target.closest(selector) ?? (target as HTMLInputElement).form?.closest(selector);
  if (!element) return;
  // A box whose change was refused shows again what its HTML says.
  const answered = (failed: string | null) => {
    if (failed && element === target) attributeChanged(target, "checked");
  };
  emit(element, attribute, changed(element, target), target, isForm(element) ? element : target, answered);
}

function onKey(event: KeyboardEvent, target: Element): void {
  if (isComposing(target)) return;
  const plain = "dj-" + event.type;
  const filtered = plain + "." + (event.key === " " ? "space" : event.key.toLowerCase());
  const payload = empty();
  payload._key = event.key;
  for (let element: Element | null = target; element; element = element.parentElement) {
    for (const attribute of [filtered, plain]) {
      if (!element.hasAttribute(attribute)) continue;
      // A key that is waited for is not one of many.
      emit(element, attribute, values(element, payload), attribute === plain ? target : null);
      return;
    }
  }
}

function onFocus(attribute: string, target: Element): void {
  const element = target.closest(`[${attribute}]`);
  if (element) emit(element, attribute, values(element));
}
