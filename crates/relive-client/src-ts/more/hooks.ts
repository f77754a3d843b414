// `dj-hook`: JavaScript of the application, told when its element appears, changes and goes.

import type { Payload, Value } from "../protocol";
import { core } from "./index";

/** What the application registers under a name in `relive.hooks`. All of it is optional. */
export interface Hook {
  mounted?(this: Mounted): void;
  updated?(this: Mounted): void;
  destroyed?(this: Mounted): void;
  [more: string]: unknown;
}

/** What its functions have as `this`. */
export interface Mounted {
  el: Element;
  pushEvent(name: string, payload?: Payload): Promise<void>;
  handleEvent(name: string, handle: (payload: Value) => void): void;
}

interface Living {
  name: string;
  hook: Hook;
  own: Mounted;
  handlers: [name: string, handle: (payload: Value) => void][];
}

const living = new Map<Element, Living>();
const told = new WeakSet<Element>();
const observer = new MutationObserver(() => undefined);

/** Where an application registers hooks; one that comes late finds its elements. */
const registry = new Proxy<{ [name: string]: Hook }>(Object.create(null), {
  set(hooks, name, hook: Hook) {
    hooks[name as string] = hook;
    look();
    return true;
  },
});

export function startHooks(): void {
  const { relive } = window;
  if (!relive) return;
  Object.assign(registry, relive.hooks);
  Object.defineProperty(relive, "hooks", {
    get: () => registry,
    set: (hooks) => Object.assign(registry, hooks),
  });
  // Until then, a script that registers hooks may be on its way.
  if (document.readyState === "complete") look();
  else addEventListener("load", () => setTimeout(look));
}

/** A patch begins: what happened until now was nobody's update. */
export function watch(): void {
  observer.takeRecords();
}

/** A patch is done. */
export function changed(): void {
  const touched = new Set<Element>();
  for (const { target } of observer.takeRecords()) {
    for (let at: Node | null = target; at; at = at.parentNode) if (living.has(at as Element)) touched.add(at as Element);
  }
  const before = new Set(living.keys());
  look();
  for (const element of touched) if (before.has(element)) call(living.get(element), "updated");
}

/** An event of the server's for the page's scripts. */
export function pushed(name: string, payload: Value): void {
  for (const { handlers } of [...living.values()]) {
    for (const [wanted, handle] of handlers) if (wanted === name) attempt(() => handle(payload));
  }
}

/** Ends the hooks whose elements are gone, and begins those of elements that have appeared. */
function look(): void {
  for (const [element, entry] of [...living]) {
    if (element.isConnected && element.getAttribute("dj-hook") === entry.name) continue;
    living.delete(element);
    call(entry, "destroyed");
  }
  for (const element of document.querySelectorAll("[dj-hook]")) {
    if (!living.has(element) && core.region(element)) begin(element, element.getAttribute("dj-hook") as string);
  }
}

function begin(element: Element, name: string): void {
  const hook = registry[name];
  if (!hook) {
    if (document.readyState === "complete" && !told.has(element)) {
      told.add(element);
      core.warn(`there is no hook "${name}" in relive.hooks`, element);
    }
    return;
  }
  const handlers: Living["handlers"] = [];
  const own: Mounted = Object.assign(Object.create(hook) as object, {
    el: element,
    pushEvent: (event: string, payload: Payload = {}) => push(element, event, payload),
    handleEvent: (event: string, handle: (payload: Value) => void) => void handlers.push([event, handle]),
  });
  const entry = { name, hook, own, handlers };
  living.set(element, entry);
  observer.observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
  call(entry, "mounted");
}

function push(element: Element, name: string, payload: Payload): Promise<void> {
  const sent = new Promise<void>((resolve, reject) => {
    const region = core.region(element);
    if (!region) throw new Error(`pushEvent("${name}"): the element is not in the page any more`);
    // As JSON says it, whatever the form on the wire.
    region.event(name, JSON.parse(JSON.stringify(payload)) as Payload, element, undefined, 0, (failed) => {
      if (failed) reject(new Error(`pushEvent("${name}"): ${failed}`));
      else resolve();
    });
  });
  // The error has been reported; a hook that does not wait for the answer has nothing to catch.
  sent.catch(() => undefined);
  return sent;
}

function call(entry: Living | undefined, what: "mounted" | "updated" | "destroyed"): void {
  attempt(() => entry?.hook[what]?.call(entry.own));
}

/** One hook's mistake is not another's. */
function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    core.report(error);
  }
}
