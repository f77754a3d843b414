// The WebSocket: opens it, and opens it again when it is lost. There is one for the whole page; what is said over it
// is the regions' business.

import { decode, encode } from "./msgpack";
import { type Message, ToPage, ToServer } from "./protocol";
import { report } from "./report";

const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A connection that takes longer to open is given up. */
const OPEN_TIMEOUT = 10_000;
const PONG_TIMEOUT = 3_000;
const IDLE = 30_000;

let url: string;
let json: boolean;
let onOpen: () => void;
let onMessage: (message: Message) => void;
let onLost: () => void;
let socket: WebSocket | null = null;
let stopped = false;
let attempt = 0;
let pings = 0;
/** What happens next if nothing else does: giving up, a ping, a new connection. */
let timer: ReturnType<typeof setTimeout>;

function next(action: () => void, delay: number): void {
  clearTimeout(timer);
  timer = setTimeout(action, delay);
}

/** `opened` joins; `lost` hears that the socket is gone. */
export function connect(
  address: string,
  asJson: boolean,
  opened: () => void,
  received: (message: Message) => void,
  lost: () => void,
): void {
  url = address;
  json = asJson;
  onOpen = opened;
  onMessage = received;
  onLost = lost;
  addEventListener("online", () => stopped || open());
  open();
}

export function open(): void {
  stopped = false;
  if (socket) return;
  next(reconnect, OPEN_TIMEOUT);
  show("connecting");
  socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onclose = () => reconnect();
  socket.onopen = () => {
    next(ping, IDLE);
    onOpen();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    next(ping, IDLE);
    try {
      const message = (typeof data === "string" ? JSON.parse(data) : decode(new Uint8Array(data))) as Message;
      if (message[0] !== ToPage.Pong) onMessage(message);
    } catch (error) {
      report(error);
    }
  };
}

/** Whether it could be sent: nothing is queued here. */
export function send(message: Message): boolean {
  if (socket?.readyState !== 1) return false;
  socket.send(json ? JSON.stringify(message) : encode(message));
  return true;
}

/** A join succeeded: the next loss starts with a short delay again. */
export function joined(): void {
  attempt = 0;
  show("connected");
}

/** Closes the connection and opens a new one later; `delay` is the least time to wait. */
export function reconnect(delay = 0): void {
  stop();
  stopped = false;
  // Full jitter: pages that lost their server at the same time do not come back at the same time.
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt++);
  next(open, delay + Math.random() * Math.max(longest, delay / 2));
}

/** Closes the connection for good, or until `open`. */
export function stop(): void {
  stopped = true;
  clearTimeout(timer);
  if (socket) {
    // What still comes out of it is nobody's business.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
    onLost();
  }
  show("disconnected");
}

/** Finds out whether the other side is still there; a hidden page does not care. */
export function ping(): void {
  if (!document.hidden && send([ToServer.Ping, ++pings])) next(reconnect, PONG_TIMEOUT);
}

/** Stylesheets see the state of the connection as a class of the `html` element. */
function show(state: string): void {
  const root = document.documentElement;
  for (const name of ["connecting", "connected", "disconnected"]) {
    root.classList.toggle("dj-" + name, name === state);
  }
}
