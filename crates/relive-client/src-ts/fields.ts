// What the user has done to form fields. A field's attribute always follows the server; what the field *shows*
// (its property) follows only once the server has seen the latest keystroke, so that typing is never disturbed.

export type Field = HTMLInputElement;

/** All of these have the members of `Field` that are used here. */
export const FIELDS = "input,textarea,select";

/** Types whose `value` is not what the user sees. (Buttons and hidden fields have no value but the attribute.) */
const NOT_TYPED = /box|radio|file/;
const PROPERTIES = /^(value|(check|select|mut)ed)$/;

let clock = 0;
/** Fields that the user changed since the page was loaded, and when last; 0: an answered event has carried it. */
const typed = new WeakMap<Element, number>();
/** Properties that are behind their attributes. */
let behind: [element: Element, property: string][] = [];
let composing: EventTarget | null = null;
let waiting: (field: Element) => boolean;

/** `waits` tells whether an event that carries the field's value is not answered yet. */
export function watchFields(waits: (field: Element) => boolean): void {
  waiting = waits;
  addEventListener("compositionstart", (event) => (composing = event.target), true);
  // In the capturing phase at the window: before the event that this makes of the composed text.
  addEventListener("compositionend", () => (composing = null), true);
  addEventListener("input", (event) => edit(event.target as Element), true);
}

export const isComposing = (field: EventTarget | null): boolean => composing === field;

/** The time of the latest keystroke: what an event carries includes everything up to it. */
export const now = (): number => clock;

export function edit(field: Element): void {
  typed.set(field, ++clock);
}

export const wasEdited = (field: Element): boolean => typed.has(field);

/** The server has seen what `source` (a form or a field) held at `time`. */
export function seen(source: Element, time: number): void {
  for (const field of isForm(source) ? source.elements : [source]) {
    if ((typed.get(field) as number) <= time) typed.set(field, 0);
  }
}

/** An attribute (or, for `value`, the text inside a textarea) changed: what the user sees has to follow. */
export function attributeChanged(element: Element, name: string): void {
  if (PROPERTIES.test(name) && !behind.some(([e, n]) => e === element && n === name)) {
    behind.push([element, name]);
  }
}

/** Brings properties in line with their attributes, but for fields whose latest input the server has not seen. */
export function settle(): void {
  behind = behind.filter(([element, name]) => {
    if (!element.isConnected) return false;
    const field = (name === "selected" && element.closest("select")) || element;
    if (isProtected(field)) return true;
    follow(element, name);
    return false;
  });
}

const isProtected = (field: Element): unknown =>
  isComposing(field) || (typed.get(field) && (field === document.activeElement || waiting(field)));

function follow(element: Element, name: string): void {
  if (name !== "value") (element as unknown as Record<string, boolean>)[name] = element.hasAttribute(name);
  else if (isField(element) && !NOT_TYPED.test(element.type)) show(element);
}

/** A field shows what its HTML says; a caret stays where it is, or at the end where it was there. */
function show(field: Field): void {
  const { value, defaultValue, selectionStart, selectionEnd } = field;
  if (value === defaultValue) return;
  field.value = defaultValue;
  if (field === document.activeElement && selectionStart !== null) {
    const place = (at: number) => (at === value.length ? field.value.length : at);
    field.setSelectionRange(place(selectionStart), place(selectionEnd as number));
  }
}

export const isField = (element: Element): element is Field => element.matches(FIELDS);
export const isForm = (element: Element): element is HTMLFormElement => element.localName === "form";
