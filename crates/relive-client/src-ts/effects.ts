// What leaves a handler besides state: title, flash, address, events for the page's scripts, metadata.

import { clearFlash, putFlash } from "./flash";
import { more } from "./more";
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
      more?.pushed(a as string, b as Value);
      break;
    default:
      more!.effects[kind as Effect]!(a as never);
  }
}
