// What leaves a handler besides state: title, flash, address, events for the page's scripts, metadata.

import { clearFlash, putFlash } from "./flash";
import { setAddress } from "./navigation";
import { Effect, type Value } from "./protocol";

export function run(effect: Value[]): void {
  const [kind, a, b] = effect;
  switch (kind) {
    case Effect.Title:
      document.title = String(a);
      break;
    case Effect.Flash:
      putFlash(String(a), String(b));
      break;
    case Effect.ClearFlash:
      clearFlash(a as string | null);
      break;
    case Effect.Address:
      setAddress(String(a), !!b);
      break;
    case Effect.Push:
      dispatchEvent(new CustomEvent("relive:" + a, { detail: b ?? null }));
      break;
    case Effect.Meta:
      for (const [name, content] of Object.entries(a as Record<string, string | null>)) setMeta(name, content);
      break;
    default:
      throw new Error("unknown effect " + kind);
  }
}

function setMeta(name: string, content: string | null): void {
  const attribute = /^(og|twitter):/.test(name) ? "property" : "name";
  let tag = document.head.querySelector(`meta[${attribute}="${CSS.escape(name)}"]`);
  if (content === null) {
    tag?.remove();
    return;
  }
  if (!tag) {
    tag = document.createElement("meta");
    tag.setAttribute(attribute, name);
    document.head.appendChild(tag);
  }
  tag.setAttribute("content", content);
}
