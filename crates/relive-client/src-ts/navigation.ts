// The address: `dj-patch` links, back and forward, and where the page was scrolled to at each entry of the history.

import type { Answered } from "./outbox";
import { load, store } from "./storage";

const STORE = "scroll";
/** Positions are kept for this many entries back. */
const KEPT = 100;

type Visit = (url: string, answered: Answered) => boolean;

/** Where each entry of the history was scrolled to, by its number (a time: other pages of the tab number theirs too). */
let positions: Record<number, [number, number]> = {};
/** The number of the entry that is shown; 0: it has none. */
let current = 0;
let visit: Visit = () => false;
/** Path and query that the page shows. */
let shown = address();

function address(): string {
  return location.pathname + location.search;
}

/** `onVisit` asks the server for another address of the same view. */
export function startNavigation(onVisit: Visit): void {
  visit = onVisit;
  current = history.state?.relive ?? 0;
  positions = load(STORE) ?? {};
  // After a reload the browser leaves scrolling to whom it was told to leave it to.
  const position = positions[current];
  if (position && history.scrollRestoration === "manual") scrollTo(...position);

  addEventListener("scroll", () => (positions[current] = [scrollX, scrollY]), { passive: true });
  addEventListener("pagehide", () => current && store(STORE, positions));
  addEventListener("popstate", onPopState);
  document.addEventListener("click", onClick);
}

function onClick(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[dj-patch]");
  if (!link || !isPlainClick(event, link) || event.defaultPrevented) return;
  const url = new URL(link.getAttribute("dj-patch") || link.href, location.href);
  // Another origin, or another place on the same page, is the browser's to go to.
  if (url.origin !== location.origin) return;
  const path = url.pathname + url.search;
  if (path === shown && url.hash) return;
  event.preventDefault();
  setAddress(url.href, false);
  go(path, () => scrollToFragment());
}

/** A click that follows the link in this window, and not in a new one. */
export function isPlainClick(event: MouseEvent, link: Element | null): boolean {
  return !(
    event.button ||
    event.ctrlKey ||
    event.metaKey ||
    event.shiftKey ||
    event.altKey ||
    (link?.getAttribute("target") ?? "_self") !== "_self" ||
    link?.hasAttribute("download")
  );
}

function onPopState(event: PopStateEvent): void {
  current = event.state?.relive ?? 0;
  const position = positions[current];
  const restore = () => position && scrollTo(...position);
  if (address() === shown) restore();
  else {
    shown = address();
    go(shown, restore);
  }
}

/** Asks for an address; where the view does not know it, the browser loads it. */
function go(path: string, shownAgain: () => void): void {
  const href = location.href;
  const answered = (failed: string | null) => {
    if (failed === "not_found") location.assign(href);
    else if (location.href === href) shownAgain();
  };
  if (!visit(path, answered)) location.assign(href);
}

/** Puts a new entry into the history, or changes the present one. The page's content is not touched. */
export function setAddress(url: string, replace: boolean): void {
  if (replace) history.replaceState(history.state, "", url);
  else if (new URL(url, location.href).href !== location.href) {
    // From here on the browser cannot know when the content of an entry is there: scrolling is done here.
    history.scrollRestoration = "manual";
    if (!current) history.replaceState({ ...history.state, relive: (current = Date.now()) }, "");
    positions[current] = [scrollX, scrollY];
    for (const entry of Object.keys(positions).slice(0, -KEPT)) delete positions[+entry];
    current = Math.max(Date.now(), current + 1);
    history.pushState({ relive: current }, "", url);
  }
  shown = address();
}

function scrollToFragment(): void {
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
