// A page whose session is gone fetches itself again and brings itself in line, so that what the user typed, the
// focus and the scroll position survive.

import { asText } from "./parse";
import { morphRoot } from "./morph";
import { undisturbed } from "./patch";
import type { Region } from "./region";

/** Whether the region can join again; otherwise the browser is on its way to another page. */
export async function refetch(region: Region): Promise<boolean> {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  // A server that is not ready yet is asked again later.
  if (response.status >= 500) throw new Error("status " + response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const root = page.querySelector("[dj-root][dj-token]");
  const token = root?.getAttribute("dj-token");
  if (response.redirected || !root || !token) {
    location.assign(response.url || location.href);
    return false;
  }
  asText(root);
  root.normalize();
  document.title = page.title;
  undisturbed(region.document, () => morphRoot(region.root, root, true));
  region.restart(token);
  return true;
}
