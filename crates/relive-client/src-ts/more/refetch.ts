// A page whose session is gone fetches itself again and brings itself in line, so that what the user typed, the
// focus and the scroll position survive.

import type { LiveDocument } from "../document";
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
    // A live root is an opaque zone to everybody but itself.
    core.morphAttributes(page.root, root, true);
    core.morphChildren(page.root, root, true);
  });
  return token;
}
