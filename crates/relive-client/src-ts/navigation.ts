// The address: `dj-patch` links, back and forward, and how far the page was scrolled at each entry of the history.

import type { Answered } from "./outbox";

/** A scroll position is noted when the page has come to rest. */
const REST = 300;

type Visit = (url: string, answered: Answered) => void;

let visit: Visit;
let timer: ReturnType<typeof setTimeout>;
/** Path and query that the page shows. */
let shown: string;

/** Path and query, which are all that the server knows of an address. */
export const address = (): string => location.pathname + location.search;

/** `onVisit` asks the server for another address of the same view. */
export function startNavigation(onVisit: Visit): void {
  visit = onVisit;
  shown = address();
  restore(history.state);
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(note, REST);
  });
  addEventListener("click", onClick);
  addEventListener("popstate", ({ state }) => {
    const old = shown;
    shown = address();
    if (shown === old) restore(state);
    else go(() => restore(state));
  });
}

/** Where scrolling is ours, the position stands in the entry's state: there it survives reloads. */
function note(): void {
  if (history.scrollRestoration !== "manual") return;
  history.replaceState({ ...history.state, scroll: [scrollX, scrollY] }, "");
}

function restore(state: { scroll?: [number, number] } | null): void {
  if (state?.scroll) scrollTo(...state.scroll);
}

function onClick(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[dj-patch]");
  if (!link || !isPlainClick(event, link) || event.defaultPrevented) return;
  const url = new URL(link.getAttribute("dj-patch") || link.href, location.href);
  // Another origin, or another place on the same page, is the browser's to go to.
  if (url.origin !== location.origin || (url.hash && url.pathname + url.search === shown)) return;
  event.preventDefault();
  setAddress(url.href, false);
  go(() => document.getElementById(url.hash.slice(1))?.scrollIntoView());
}

/** A click that follows the link in this window, and not in a new one. */
export function isPlainClick(event: MouseEvent, link: Element): boolean {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
  return !(button || ctrlKey || metaKey || shiftKey || altKey || link.matches("[target],[download]"));
}

/** Asks for the address that is shown; where the view does not know it, the browser loads it. */
function go(then: () => void): void {
  const { href } = location;
  visit(shown, (failed) => {
    if (/not_found|refused/.test(failed as string)) location.assign(href);
    else if (location.href === href) then();
  });
}

/** Puts a new entry into the history, or changes the present one. The page's content is not touched. */
export function setAddress(url: string, replace: boolean): void {
  if (replace) history.replaceState(history.state, "", url);
  else if (new URL(url, location.href).href !== location.href) {
    // From here on the browser cannot know when the content of an entry is there: scrolling is done here.
    history.scrollRestoration = "manual";
    note();
    history.pushState(null, "", url);
  }
  shown = address();
}
