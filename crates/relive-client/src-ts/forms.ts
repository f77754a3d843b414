// What an event carries: the fields of a form, the value of a field, and `dj-value-*`.

import { type Field, isForm } from "./fields";
import type { Payload, Value } from "./protocol";

/** A payload has no prototype, so that no field's name can reach one. */
export const empty = (): Payload => Object.create(null) as Payload;

/** `dj-value-item-id="3"` is the parameter `item_id`. */
export function values(element: Element, payload = empty()): Payload {
  for (const { name, value } of element.attributes) {
    const [before, key] = name.split("dj-value-");
    if (!before && key) payload[key.replace(/-/g, "_")] = value;
  }
  return payload;
}

/**
 * `dj-value-*`, and all fields of a form as a browser would submit them, but for files; a name that stands several
 * times has a list.
 */
export function formValues(form: HTMLFormElement, submitter?: HTMLElement | null): Payload {
  const payload = empty();
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value !== "string") continue;
    const old = payload[name];
    payload[name] = old === undefined ? value : Array.isArray(old) ? [...old, value] : [old, value];
  }
  payload._form = true;
  return values(form, payload);
}

/** A changed field: alone, or with its whole form where the form has the attribute. */
export function changed(element: Element, field: Element): Payload {
  const payload = isForm(element) ? formValues(element) : values(element);
  if (!isForm(element)) payload.value = fieldValue(field as Field);
  const name = field.getAttribute("name");
  if (name) payload._target = name;
  return payload;
}

function fieldValue(field: Field): Value {
  const { type, checked, value } = field;
  if (type === "checkbox") return checked;
  if (type !== "select-multiple") return value;
  return [...(field as Element as HTMLSelectElement).selectedOptions].map((option) => option.value);
}
