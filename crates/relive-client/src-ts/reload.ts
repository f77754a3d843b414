// Loading the page again when nothing else helps: at most once, and with what the user typed.

import { edit, isField, wasEdited } from "./fields";

const GUARD = "relive:reload";
const FORMS = "relive:forms";
type Saved = [name: string, place: number, value: string, checked: boolean];

/** Whether the page is being loaded again; it is not when that did not help the last time. */
export function reloadOnce(reason: string): boolean {
  try {
    if (sessionStorage.getItem(GUARD)) {
      console.error(`relive: the page was loaded again and still cannot join (${reason})`);
      return false;
    }
    sessionStorage.setItem(GUARD, reason);
    sessionStorage.setItem(FORMS, JSON.stringify(save()));
  } catch {
    // Without storage nothing could keep this from going round in circles.
    console.error(`relive: cannot join (${reason}); load the page again`);
    return false;
  }
  location.reload();
  return true;
}

/** A join succeeded. */
export function reloadHelped(): void {
  try {
    sessionStorage.removeItem(GUARD);
  } catch {
    // Then there was no guard either.
  }
}

/** After a reload: puts back what the user had typed. */
export function restoreForms(): void {
  let saved: Saved[] = [];
  try {
    saved = JSON.parse(sessionStorage.getItem(FORMS) ?? "[]");
    sessionStorage.removeItem(FORMS);
  } catch {
    return;
  }
  for (const [name, place, value, checked] of saved) {
    const field = document.getElementsByName(name)[place] ?? null;
    if (!isField(field)) continue;
    if (/^(checkbox|radio)$/.test(field.type)) (field as HTMLInputElement).checked = checked;
    else field.value = value;
    edit(field);
  }
}

/** Fields are known by name and place among those of that name. Secrets and files are not kept. */
function save(): Saved[] {
  const saved: Saved[] = [];
  for (const field of document.querySelectorAll<HTMLInputElement>("input,textarea,select")) {
    if (!wasEdited(field) || !field.name || /^(password|hidden|file)$/.test(field.type)) continue;
    const place = [...document.getElementsByName(field.name)].indexOf(field);
    saved.push([field.name, place, field.value, field.checked]);
  }
  return saved;
}
