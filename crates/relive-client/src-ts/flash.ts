// Flash messages: text in `#dj-flash-container`, never HTML.

import { storage } from "./reload";
import { warn } from "./report";

const CONTAINER = "dj-flash-container";
/** How long a message that leaves stays, for a stylesheet's transition. */
const LEAVING = 300;
const DISMISS = 5000;

const messages = () => document.querySelectorAll<HTMLElement>(`#${CONTAINER} .dj-flash`);

/** Where messages wait for the page that the browser loads. */
const KEY = "relive-flash";

/** Gives the messages that stand in the page's HTML their time, and shows what waited for the page. */
export function adoptFlash(): void {
  messages().forEach(expire);
  for (const [level, text] of JSON.parse(storage?.getItem(KEY) ?? "[]") as [string, string][]) putFlash(level, text);
  storage?.removeItem(KEY);
}

/** Keeps messages for the page that is about to be loaded. */
export const keepFlash = (messages: unknown): void => storage?.setItem(KEY, JSON.stringify(messages));

export function putFlash(level: string, text: string): void {
  const container = document.getElementById(CONTAINER);
  if (!container) {
    warn(CONTAINER, level, text);
    return;
  }
  const message = document.createElement("div");
  message.className = "dj-flash dj-flash-" + level.replace(/[^\w-]+/g, "-");
  message.role = "alert";
  message.dataset.djFlashLevel = level;
  message.textContent = text;
  container.append(message);
  expire(message);
}

/** Takes out the messages of one level, or all. */
export function clearFlash(level: string | null): void {
  for (const message of messages()) if (level === null || message.dataset.djFlashLevel === level) leave(message);
}

function expire(message: HTMLElement): void {
  const { djAutoDismiss } = (message.parentElement as HTMLElement).dataset;
  const after = +(djAutoDismiss ?? DISMISS);
  if (after > 0) setTimeout(() => leave(message), after);
}

function leave(message: Element): void {
  message.classList.add("dj-flash-removing");
  setTimeout(() => message.remove(), LEAVING);
}
