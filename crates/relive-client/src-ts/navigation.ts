// The address: `dj-patch` and `dj-navigate` links, back and forward, and how far the page was scrolled at each entry
// of the history.

import type { Answered } from "./outbox";

/** A scroll position is noted when the page has come to rest. */
const REST = 300;

/** What waits is told this where another view takes the place of the one that was asked. */
export const LEFT = "left";

type Visit = (url: string, navigate: boolean, answered: Answered) => void;

let visit: Visit;
let timer: ReturnType<typeof setTimeout>;
/** Path and query that the page shows. */
let shown: string;
/** Which of the views that the page has shown this is. Entries of the history know theirs: within it, going back is a patch. */
let life: unknown;
/** Whether the page is on its way to another view: how far the old one is scrolled is nothing that the entry is about. */
let moving = false;

/** Path and query, which are all that the server knows of an address. */
export const address = (): string => location.pathname + location.search;

/** `onVisit` asks the server for another address of the same view, or for another view. */
export function startNavigation(onVisit: Visit): void {
  visit = onVisit;
  shown = address();
  life = history.state?.life;
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
    else if (state?.life === life) go(() => restore(state));
    else navigate(location.href);
  });
}

/** Where scrolling is ours, the position stands in the entry's state: there it survives reloads. */
function note(): void {
  if (moving || history.scrollRestoration !== "manual") return;
  history.replaceState({ ...history.state, scroll: [scrollX, scrollY] }, "");
}

function restore(state: { scroll?: [number, number] } | null): void {
  if (state?.scroll) scrollTo(...state.scroll);
}

function onClick(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[dj-patch],a[dj-navigate]");
  if (!link || !isPlainClick(event, link) || event.defaultPrevented) return;
  const view = link.getAttribute("dj-navigate");
  const url = new URL((view ?? link.getAttribute("dj-patch")) || link.href, location.href);
  // Another origin, or another place on the same page, is the browser's to go to.
  if (url.origin !== location.origin || (url.hash && url.pathname + url.search === shown)) return;
  event.preventDefault();
  if (view === null) {
    setAddress(url.href, false);
    go(() => document.getElementById(url.hash.slice(1))?.scrollIntoView());
  } else navigate(url.href);
}

/** Asks for another view; where there is none, the browser loads what is there. */
function navigate(href: string): void {
  visit(href.slice(location.origin.length), true, (failed) => {
    if (failed && failed !== LEFT) location.assign(href);
  });
}

/** A click that follows the link in this window, and not in a new one. */
export function isPlainClick(event: MouseEvent, link: Element): boolean {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
  return !(button || ctrlKey || metaKey || shiftKey || altKey || link.matches("[target],[download]"));
}

/** Asks for the address that is shown; where the view does not know it, another one may. */
function go(then: () => void): void {
  const { href } = location;
  visit(shown, false, (failed) => {
    if (/not_found|refused/.test(failed as string)) navigate(href);
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
    history.pushState({ life }, "", url);
  }
  shown = address();
}

/** The address of another view: it is shown from now on. Back and forward have brought the page there already. */
export function depart(url: string, replace: boolean): void {
  life = Math.random();
  if (new URL(url, location.href).href !== location.href) {
    setAddress(url, replace);
    // A place on the old view is none on the new one.
    if (replace) history.replaceState({ life }, "");
  } else history.replaceState({ ...history.state, life }, "");
  moving = true;
}

/** The other view is there. */
export const arrived = (): boolean => (moving = false);

/** Loads a page. */
export function load(url: string, replace: boolean): void {
  const old = address();
  location[replace ? "replace" : "assign"](url);
  // Of another place on the same page, a browser only changes the address.
  if (url.includes("#") && address() === old) location.reload();
}
