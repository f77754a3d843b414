// Flash messages: text in `#dj-flash-container`, never HTML.

const CONTAINER = "dj-flash-container";
/** How long a message that leaves stays, for a stylesheet's transition. */
const LEAVING = 300;
const DISMISS = 5000;

/** Gives the messages that stand in the page's HTML their time. */
export function adoptFlash(): void {
  const container = document.getElementById(CONTAINER);
  for (const message of container?.querySelectorAll(".dj-flash") ?? []) expire(message, container as Element);
}

export function putFlash(level: string, message: string): void {
  const container = document.getElementById(CONTAINER);
  if (!container) {
    console.warn(`relive: the page has no #${CONTAINER} for this message: [${level}] ${message}`);
    return;
  }
  const element = document.createElement("div");
  element.className = "dj-flash dj-flash-" + level.replace(/[^\w-]+/g, "-");
  element.setAttribute("role", "alert");
  element.setAttribute("data-dj-flash-level", level);
  element.textContent = message;
  container.appendChild(element);
  expire(element, container);
}

/** Takes out the messages of one level, or all. */
export function clearFlash(level: string | null): void {
  for (const message of document.querySelectorAll(`#${CONTAINER} .dj-flash`)) {
    if (level === null || message.getAttribute("data-dj-flash-level") === level) leave(message);
  }
}

function expire(message: Element, container: Element): void {
  const after = Number(container.getAttribute("data-dj-auto-dismiss") ?? DISMISS);
  if (after > 0) setTimeout(() => leave(message), after);
}

function leave(message: Element): void {
  message.classList.add("dj-flash-removing");
  setTimeout(() => message.remove(), LEAVING);
}
