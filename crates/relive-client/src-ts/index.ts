// Where it starts: finds the live root, joins, and leaves a handle for tests and debugging.

import { connect, open, stop } from "./connection";
import { startEvents } from "./events";
import { watchFields } from "./fields";
import { adoptFlash } from "./flash";
import { startNavigation } from "./navigation";
import { ToPage, VERSION } from "./protocol";
import { flush, holds } from "./rates";
import { type Counters, createRegion, type Region } from "./region";
import { restoreForms } from "./reload";

declare global {
  interface Window {
    relive?: {
      readonly version: number;
      readonly counters: Counters;
      readonly regions: Region[];
      readonly connected: boolean;
    };
  }
}

// Only while the script itself runs does the browser say where it came from.
const { src } = document.currentScript as HTMLScriptElement;

function start(): void {
  const root = document.querySelector("[dj-root][dj-token]");
  const token = root?.getAttribute("dj-token");
  if (!root || !token || window.relive) return;
  // The token works once; whoever copies the page's HTML does not get it.
  root.removeAttribute("dj-token");

  const counters: Counters = { resyncs: 0, rejoins: 0, patches: 0, events: 0, errors: 0 };
  const regions: Region[] = [];
  const url = new URL("ws", src);
  url.protocol = url.protocol.replace("http", "ws");
  const region = createRegion(0, root, token, counters);
  regions.push(region);
  window.relive = {
    version: VERSION,
    counters,
    regions,
    get connected() {
      return region.joined();
    },
  };

  watchFields((field) => holds(field) || region.carries(field));
  restoreForms();
  startEvents((element) => (root.contains(element) ? region : undefined));
  startNavigation((path, answered) => {
    flush();
    return region.visit(path, answered);
  });
  adoptFlash();
  addEventListener("pagehide", (event) => {
    flush();
    // A page in the back-forward cache may come back; it may not keep a socket.
    if (!event.persisted) region.leave("navigated");
    stop();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
  connect(url.href, /[?&]relive=json\b/.test(location.search), {
    open: () => regions.forEach((region) => region.join()),
    lost: () => regions.forEach((region) => region.lost()),
    message(message) {
      const region = regions[message[message[0] === ToPage.Joined ? 2 : 1] as number];
      if (!region) throw new Error("no such region: " + message);
      region.receive(message);
    },
    garbled(error) {
      counters.errors++;
      console.error("relive: a message that cannot be used:", error);
    },
  });
}

// A page that is rendered ahead of time is nobody's yet.
if ((document as Document & { prerendering?: boolean }).prerendering) {
  document.addEventListener("prerenderingchange", start, { once: true });
} else start();
