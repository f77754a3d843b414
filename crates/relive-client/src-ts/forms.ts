// What an event carries: the fields of a form, the value of a field, and `dj-value-*`.

import { isField } from "./fields";
import type { Payload, Value } from "./protocol";

const VALUE = "dj-value-";

/** A payload has no prototype, so that no field's name can reach one. */
const empty = (): Payload => Object.create(null) as Payload;

/** `dj-value-item-id="3"` is the parameter `item_id`. */
export function values(element: Element, payload = empty()): Payload {
  for (const { name, value } of element.attributes) {
    if (name.startsWith(VALUE)) payload[name.slice(VALUE.length).replace(/-/g, "_")] = value;
  }
  return payload;
}

/** All fields of a form, as a browser would submit them; a name that stands several times has a list. */
export function formValues(form: HTMLFormElement, payload = empty()): Payload {
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") add(payload, name, value);
  }
  return payload;
}

/** One field's own value. */
export function fieldValue(field: Element): Value {
  if (!isField(field)) return field.textContent;
  if (field instanceof HTMLSelectElement && field.multiple) {
    return [...field.selectedOptions].map((option) => option.value);
  }
  return field.type === "checkbox" ? (field as HTMLInputElement).checked : field.value;
}

/** A changed field: alone, or with its whole form where the form has the attribute. */
export function changed(element: Element, field: Element): Payload {
  const payload = values(element);
  if (element instanceof HTMLFormElement) formValues(element, payload);
  else payload.value = fieldValue(field);
  const name = field.getAttribute("name");
  if (name) payload._target = name;
  return payload;
}

export function submitted(form: HTMLFormElement, submitter: HTMLElement | null): Payload {
  const payload = formValues(form, values(form));
  const name = submitter?.getAttribute("name");
  if (name) add(payload, name, submitter?.getAttribute("value") ?? "");
  return payload;
}

function add(payload: Payload, name: string, value: string): void {
  const old = payload[name];
  payload[name] = old === undefined ? value : Array.isArray(old) ? [...old, value] : [old, value];
}
