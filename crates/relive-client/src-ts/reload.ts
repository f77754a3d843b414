// Loading the page again when nothing else helps: at most once, and with what the user typed.

import { edit, type Field, FIELDS, isField, wasEdited } from "./fields";
import { report } from "./report";

/** As long as this is there, the page was loaded again and has not joined since. */
const KEY = "relive";

/** A field is known by its name and its place among those of that name. */
type Saved = [name: string, place: number, value: string, checked: boolean];

export let storage: Storage | undefined;
try {
  storage = sessionStorage;
} catch {
  // Switched off. Then nothing could keep the page from going round in circles, and it is not loaded again.
}

/** So long a form that was submitted has to bring another page. */
const SUBMIT = 5000;
let busy = 0;

/** The browser submits a form. Loading the page again would stop it: logging out by a form ends the page's session first. */
export function submits(): void {
  busy = Date.now() + SUBMIT;
}

/** Loads the page again, unless that did not help the last time. */
export function reloadOnce(reason: string): void {
  setTimeout(reload, Math.max(0, busy - Date.now()), reason);
}

function reload(reason: string): void {
  if (!storage || storage.getItem(KEY)) {
    report("no join:", reason);
    return;
  }
  const saved: Saved[] = [];
  for (const field of document.querySelectorAll<Field>(FIELDS)) {
    const { name, type, value, checked } = field;
    // Secrets are not kept, and files cannot be put back.
    if (!wasEdited(field) || /pass|file/.test(type)) continue;
    saved.push([name, [...document.getElementsByName(name)].indexOf(field), value, checked]);
  }
  storage.setItem(KEY, JSON.stringify(saved));
  location.reload();
}

/** A join succeeded. */
export function reloadHelped(): void {
  storage?.removeItem(KEY);
}

/** After a reload: puts back what the user had typed. */
export function restoreForms(): void {
  for (const [name, place, value, checked] of JSON.parse(storage?.getItem(KEY) ?? "[]") as Saved[]) {
    const field = document.getElementsByName(name)[place];
    if (!field || !isField(field)) continue;
    field.checked = checked;
    field.value = value;
    edit(field);
  }
}
