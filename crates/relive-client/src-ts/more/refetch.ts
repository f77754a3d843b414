// A page whose session is gone fetches itself again and brings itself in line, so that what the user typed, the
// focus and the scroll position survive.

import type { LiveDocument } from "../document";
import type { Markup } from "../protocol";
import { core } from "./index";

/** The new token; `undefined` where the browser is on its way to another page. */
export async function fetchRoot(page: LiveDocument): Promise<string | undefined> {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  // A server that is not ready yet is asked again later.
  if (response.status >= 500) throw response;
  const fetched = new DOMParser().parseFromString(await response.text(), "text/html");
  const root = fetched.querySelector("[dj-root][dj-token]");
  if (response.redirected || !root) {
    location.assign(response.url);
    return undefined;
  }
  const token = root.getAttribute("dj-token") as string;
  root.removeAttribute("dj-token");
  root.normalize();
  document.title = fetched.title;
  core.undisturbed(page, () => {
    core.morphAttributes(page.root, root, true);
    bringInLine(page, root);
  });
  return token;
}

/** The content of a new session that was mounted over the connection. */
export function remount(page: LiveDocument, html: Markup, first: number): void {
  core.undisturbed(page, () => {
    bringInLine(page, core.parse(html, page.root));
    page.renumber(first);
  });
}

function bringInLine({ root }: LiveDocument, fresh: ParentNode & Node): void {
  keepForms(root, fresh);
  // A live root is an opaque zone to everybody but itself.
  core.morphChildren(root, fresh, true);
}

/**
 * A form's key says how often it was reset, and a new session counts anew: those whose keys are on one side only are the
 * same forms, in their order, with what the user has typed.
 */
function keepForms(live: ParentNode, fresh: ParentNode): void {
  const key = (form: Element) => form.getAttribute("dj-key") as string;
  const forms = (of: ParentNode) => [...of.querySelectorAll("form[dj-key]")];
  const without = (of: ParentNode, others: ParentNode) => {
    const keys = forms(others).map(key);
    return forms(of).filter((form) => !keys.includes(key(form)));
  };
  const ours = without(live, fresh);
  without(fresh, live).forEach((form, i) => ours[i]?.setAttribute("dj-key", key(form)));
}
