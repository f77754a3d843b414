// `dj-debounce` and `dj-throttle`. Events that are held back go out before any later event, so that the server sees
// them in the order in which the user made them.

interface Held {
  element: Element;
  type: string;
  target: EventTarget | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  send: () => void;
}

let held: Held[] = [];
/** When an element may send an event of a type again. */
const free = new WeakMap<Element, Record<string, number>>();

/** Sends all events that are held back, or those up to one. */
export function flush(last = held[held.length - 1]): void {
  if (!last) return;
  for (const { timer, send } of held.splice(0, held.indexOf(last) + 1)) {
    clearTimeout(timer);
    send();
  }
}

/** The user left a field: what was held back for it goes out. */
export function flushField(field: EventTarget | null): void {
  const mine = held.filter(({ target }) => target === field).pop();
  if (mine) flush(mine);
}

/** Whether an event with this field's value is held back. */
export function holds(field: Element): boolean {
  return held.some(({ target }) => target === field);
}

/** Sends now, later or not at all, as the attributes of the field or of the element with the handler say. */
export function rate(element: Element, type: string, target: Element, send: () => void): void {
  const setting = (name: string) => target.getAttribute(name) ?? element.getAttribute(name);
  const debounce = setting("dj-debounce");
  const throttle = Number(setting("dj-throttle") ?? 0);
  const hold = (delay: number | null) => {
    const entry: Held = { element, type, target, timer: undefined, send };
    if (delay !== null) entry.timer = setTimeout(() => flush(entry), delay);
    held.push(entry);
  };
  // A later event of the same kind takes the place of one that is held back.
  held = held.filter((entry) => {
    const same = entry.element === element && entry.type === type && entry.target === target;
    if (same) clearTimeout(entry.timer);
    return !same;
  });
  if (debounce !== null) {
    hold(debounce === "blur" ? null : Number(debounce) || 0);
    return;
  }
  if (throttle > 0) {
    const times = free.get(element) ?? {};
    const wait = (times[type] ?? 0) - Date.now();
    if (wait > 0) {
      // The last value that was typed counts; the second click of two does not.
      if (type === "input" || type === "change") hold(wait);
      return;
    }
    times[type] = Date.now() + throttle;
    free.set(element, times);
  }
  flush();
  send();
}
