// What leaves a handler besides state: title, flash, address, events for the page's scripts, metadata.

import { clearFlash, putFlash } from "./flash";
import { setAddress } from "./navigation";
import { Effect, type Value } from "./protocol";
import { announce, report } from "./report";

/** Runs an effect; one that fails does not take others along. */
export function run(effect: Value[]): void {
  try {
    one(effect);
  } catch (error) {
    report(error);
  }
}

function one([kind, a, b]: Value[]): void {
  switch (kind) {
    case Effect.Title:
      document.title = a as string;
      break;
    case Effect.Flash:
      putFlash(a as string, b as string);
      break;
    case Effect.ClearFlash:
      clearFlash(a as string | null);
      break;
    case Effect.Address:
      setAddress(a as string, b as boolean);
      break;
    case Effect.Push:
      announce(window, "relive:" + a, b);
      break;
    case Effect.Meta:
      for (const [name, content] of Object.entries(a as Record<string, string | null>)) setMeta(name, content);
      break;
    default:
      throw new Error("effect " + kind);
  }
}

function setMeta(name: string, content: string | null): void {
  const attribute = /^(og|twitter):/.test(name) ? "property" : "name";
  let tag = document.querySelector(`meta[${attribute}=${JSON.stringify(name)}]`);
  if (content === null) {
    tag?.remove();
    return;
  }
  if (!tag) {
    tag = document.createElement("meta");
    tag.setAttribute(attribute, name);
    document.head.append(tag);
  }
  tag.setAttribute("content", content);
}
