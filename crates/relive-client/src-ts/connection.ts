// The WebSocket: opens it, and opens it again when it is lost. There is one for the whole page; what is said over it
// is the regions' business.

import { decode, encode, utf8 } from "./msgpack";
import { type Message, ToPage, ToServer } from "./protocol";
import { report } from "./report";

const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A connection that takes longer to open is given up. */
const OPEN_TIMEOUT = 10_000;
/**
 * A connection on which a join has no answer for so long is given up. A server may take 30 seconds to mount a view, and
 * a page that joined again before that would have it mount another.
 */
const JOIN_TIMEOUT = 35_000;
const PONG_TIMEOUT = 3_000;
const IDLE = 30_000;
/** The server closes the connection on a longer frame. */
const LONGEST_FRAME = 65_536;

let url: string;
let json: boolean;
let onOpen: () => void;
let onMessage: (message: Message) => void;
let onLost: () => void;
let socket: WebSocket | null = null;
let stopped = false;
/** Whether the join on this connection has no answer yet. Until then nothing but that answer counts as a sign of life. */
let joining = false;
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
    joining = true;
    next(reconnect, JOIN_TIMEOUT);
    onOpen();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    try {
      const message = (typeof data === "string" ? JSON.parse(data) : decode(new Uint8Array(data))) as Message;
      const [type] = message;
      if (type === ToPage.Joined || type === ToPage.Refused) joining = false;
      if (!joining) next(ping, IDLE);
      if (type !== ToPage.Pong) onMessage(message);
    } catch (error) {
      report(error);
    }
  };
}

export const isOpen = (): boolean => socket?.readyState === 1;

/** Whether it could be sent: nothing is queued here. `null`: it never can be, since it is too large. */
export function send(message: Message): boolean | null {
  if (!socket || !isOpen()) return false;
  const frame = json ? JSON.stringify(message) : encode(message);
  if ((typeof frame === "string" ? utf8.encode(frame) : frame).length > LONGEST_FRAME) return null;
  socket.send(frame);
  return true;
}

/** A join succeeded: the next loss starts with a short delay again. */
export function joined(): void {
  attempt = 0;
  show("connected");
}

/** Closes the connection and opens a new one later; `delay` is the least time to wait. `again`: as the last one failed. */
export function reconnect(delay = 0, again = true): void {
  stop();
  if (!again) attempt = 0;
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

/** Finds out whether the other side is still there; a hidden page does not care, and a join has a limit of its own. */
export function ping(): void {
  if (!joining && !document.hidden && send([ToServer.Ping, ++pings])) next(reconnect, PONG_TIMEOUT);
}

/** Stylesheets see the state of the connection as a class of the `html` element. */
function show(state: string): void {
  const root = document.documentElement;
  for (const name of ["connecting", "connected", "disconnected"]) {
    root.classList.toggle("dj-" + name, name === state);
  }
}
