// `dj-debounce` and `dj-throttle`. Events that are held back go out before any later event, so that the server sees
// them in the order in which the user made them.

interface Held {
  element: Element;
  type: string;
  target: Element;
  timer?: ReturnType<typeof setTimeout>;
  send: () => void;
}

let held: Held[] = [];
/** When a throttled element may send again. */
const free = new WeakMap<Element, number>();

/** Sends all events that are held back, or those up to one. */
export function flush(last = held[held.length - 1]): void {
  for (const { timer, send } of held.splice(0, held.indexOf(last as Held) + 1)) {
    clearTimeout(timer);
    send();
  }
}

/** The user left a field: what was held back for it goes out. */
export function flushField(field: Element): void {
  for (const entry of [...held]) if (entry.target === field) flush(entry);
}

/** Sends now or later, as the attributes of the field or of the element with the handler say. */
export function rate(element: Element, type: string, target: Element, send: () => void): void {
  const setting = (name: string) => target.getAttribute(name) ?? element.getAttribute(name);
  const debounce = setting("dj-debounce");
  const throttle = +(setting("dj-throttle") as string);
  const now = Date.now();
  const wait = debounce === null ? (free.get(element) ?? 0) - now : +debounce;
  // A later event of the same kind takes the place of one that is held back.
  held = held.filter((entry) => {
    const same = entry.element === element && entry.type === type && entry.target === target;
    if (same) clearTimeout(entry.timer);
    return !same;
  });
  if (debounce !== null || (throttle && wait > 0)) {
    const entry: Held = { element, type, target, send };
    held.push(entry);
    if (debounce !== "blur") entry.timer = setTimeout(() => flush(entry), wait);
  } else {
    if (throttle) free.set(element, now + throttle);
    flush();
    send();
  }
}
