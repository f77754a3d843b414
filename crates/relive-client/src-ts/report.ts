// What the outside can see: counters, the console, and events that the page's own scripts can listen to.

export const counters = {
  /** Repairs that were asked for. */
  resyncs: 0,
  /** Joins after the first. */
  rejoins: 0,
  /** Updates that were applied. */
  patches: 0,
  /** Events and visits that were made. */
  events: 0,
  /** Errors that the server reported, and what could not be used. */
  errors: 0,
};

export function report(...what: unknown[]): void {
  counters.errors++;
  console.error("relive:", ...what);
}

/** For what is put right again. */
export function warn(...what: unknown[]): void {
  console.warn("relive:", ...what);
}

/** Dispatches an event that bubbles, with a value. */
export function announce(target: EventTarget, name: string, detail: unknown): void {
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}
