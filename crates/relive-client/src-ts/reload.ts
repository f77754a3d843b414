// Loading the page again when nothing else helps: at most once, and with what the user typed.

import { edit, isField, wasEdited } from "./fields";
import { load, store } from "./storage";

const GUARD = "reload";
const FORMS = "forms";

/** A field is known by its name and its place among those of that name. */
type Saved = [name: string, place: number, value: string, checked: boolean];

/** Loads the page again, unless that did not help the last time. */
export function reloadOnce(reason: string): void {
  // Without storage nothing could keep this from going round in circles.
  if (load(GUARD) || !store(GUARD, reason)) {
    console.error(`relive: cannot join (${reason}); load the page again`);
    return;
  }
  const saved: Saved[] = [];
  for (const field of document.querySelectorAll<HTMLInputElement>("input,textarea,select")) {
    const { name, type, value, checked } = field;
    // Secrets are not kept.
    if (!wasEdited(field) || !name || /^(password|hidden|file)$/.test(type)) continue;
    saved.push([name, [...document.getElementsByName(name)].indexOf(field), value, checked]);
  }
  store(FORMS, saved);
  location.reload();
}

/** A join succeeded. */
export const reloadHelped = (): unknown => store(GUARD, null);

/** After a reload: puts back what the user had typed. */
export function restoreForms(): void {
  for (const [name, place, value, checked] of load<Saved[]>(FORMS) ?? []) {
    const field = document.getElementsByName(name)[place] as Element;
    if (!isField(field)) continue;
    if (/^(checkbox|radio)$/.test(field.type)) (field as HTMLInputElement).checked = checked;
    else field.value = value;
    edit(field);
  }
  store(FORMS, null);
}
