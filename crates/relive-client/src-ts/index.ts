// Where it starts: finds the live root, joins, and leaves a handle for tests and debugging.

import { connect, open, ping, stop } from "./connection";
import { startEvents } from "./events";
import { watchFields } from "./fields";
import { adoptFlash } from "./flash";
import type { Hook } from "./more/hooks";
import { after, changed, flush, prepare, src } from "./more";
import { startNavigation } from "./navigation";
import { ToPage, VERSION } from "./protocol";
import { createRegion, type Region } from "./region";
import { restoreForms } from "./reload";
import { counters } from "./report";

declare global {
  interface Window {
    relive?: {
      readonly version: number;
      readonly counters: typeof counters;
      readonly regions: Region[];
      readonly connected: boolean;
      hooks: { [name: string]: Hook };
    };
  }
}

function start(): void {
  const root = document.querySelector("[dj-root][dj-token]") as Element;
  const token = root?.getAttribute("dj-token");
  const { relive } = window as { relive?: Partial<NonNullable<Window["relive"]>> };
  if (!token || relive?.version) return;
  // The token works once; whoever copies the page's HTML does not get it.
  root.removeAttribute("dj-token");

  const region = createRegion(0, root, token);
  const regions = [region];
  let connection = 0;
  window.relive = {
    version: VERSION,
    counters,
    regions,
    get connected() {
      return region.joined();
    },
    // A script of the application may have been here before.
    hooks: relive?.hooks ?? {},
  };

  watchFields(region.carries);
  restoreForms();
  startEvents((element) => (root.contains(element) ? region : undefined));
  startNavigation((path, navigate, answered) => {
    flush();
    region.visit(path, navigate, answered);
  });
  adoptFlash();
  changed(root);
  addEventListener("visibilitychange", () => (document.hidden ? flush() : ping()));
  addEventListener("pagehide", (event) => {
    flush();
    // A page in the back-forward cache may come back; it may not keep a socket.
    if (!event.persisted) region.leave();
    stop();
  });
  addEventListener("pageshow", open);
  // The socket is beside the script.
  connect(
    src.replace(/^http(.*\/).*/, "ws$1ws"),
    location.search.includes("relive=json"),
    region.join,
    (message) => {
      const ours = connection;
      prepare(message);
      after(() => {
        // What waited for longer than its connection lived is said again on the next.
        if (ours === connection) regions[message[message[0] === ToPage.Joined ? 2 : 1] as number]!.receive(message);
      });
    },
    () => {
      connection++;
      region.lost();
    },
  );
}

// A page that is rendered ahead of time is nobody's yet. (The event does not bubble, but it can be caught.)
if ((document as Document & { prerendering?: boolean }).prerendering) {
  addEventListener("prerenderingchange", start, true);
} else start();
