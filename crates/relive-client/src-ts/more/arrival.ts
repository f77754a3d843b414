// Another view takes the place of the one that was there: to the user it is as if the page had been loaded.

import type { LiveDocument } from "../document";
import type { Around, Markup, Value } from "../protocol";
import { core } from "./index";
import { setMeta } from "./metadata";

/** Brings what is around the content in line with a new session's. */
export function surround(root: Element, [tag, attributes, title]: Around): void {
  const fresh = document.createElement(tag);
  for (let i = 0; i < attributes.length; i += 2) core.setAttribute(fresh, attributes[i] as string, attributes[i + 1] as string);
  core.morphAttributes(root, fresh, true);
  document.title = title;
}

/** Puts the new view into the page. (The root's attributes and the title are there already.) */
export function arrive(page: LiveDocument, html: Markup, first: number, [, , , meta]: Around, flash: Value[][]): void {
  const { root } = page;
  setMeta(meta as Record<string, string>);
  // Nothing that had the focus gets it back.
  (document.activeElement as HTMLElement | null)?.blur();
  const content = core.parse(html as string, root);
  // Browsers have a way of their own with it, which works once for a document and complains after that.
  const wish = content.querySelector<HTMLElement>("[autofocus]");
  const value = wish?.getAttribute("autofocus") as string;
  wish?.removeAttribute("autofocus");
  core.undisturbed(page, () => {
    root.replaceChildren();
    page.place(content, root, null);
    page.renumber(first);
    wish?.setAttribute("autofocus", value);
    page.autofocus = wish;
  });
  // What the old view said, outside of the root too.
  for (const old of document.querySelectorAll("#dj-flash-container > .dj-flash")) if (!root.contains(old)) old.remove();
  for (const [level, message] of flash) core.putFlash(level as string, message as string);

  const { state } = history as { state: { scroll?: [number, number] } | null };
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (state?.scroll) scrollTo(...state.scroll);
  else if (place) place.scrollIntoView();
  else scrollTo(0, 0);
  core.arrived();
}
