// Another view takes the place of the one that was there: to the user it is as if the page had been loaded.

import type { LiveDocument } from "../document";
import type { Around, Markup, Value } from "../protocol";
import { core } from "./index";
import { setMeta } from "./metadata";

/** Puts the new view into the page. (The root's attributes and the title are there already.) */
export function arrive(page: LiveDocument, html: Markup, first: number, [, , , meta]: Around, flash: Value[][]): void {
  const { root } = page;
  setMeta(meta as Record<string, string>);
  // Nothing that had the focus gets it back.
  (document.activeElement as HTMLElement | null)?.blur();
  core.undisturbed(page, () => {
    root.replaceChildren();
    page.place(core.parse(html as string, root), root, null);
    page.renumber(first);
  });
  // What the old view said, outside of the root too.
  for (const old of document.querySelectorAll("#dj-flash-container > .dj-flash")) if (!root.contains(old)) old.remove();
  for (const [level, message] of flash) core.putFlash(level as string, message as string);

  const { state } = history as { state: { scroll?: [number, number] } | null };
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (state?.scroll) scrollTo(...state.scroll);
  else if (place) place.scrollIntoView();
  else scrollTo(0, 0);
}
