// The WebSocket: opens it, and opens it again when it is lost. What is said over it is the regions' business.

import { decode, encode } from "./msgpack";
import type { Message, Value } from "./protocol";
import { ToPage, ToServer } from "./protocol";

const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A connection that takes longer to open is given up. */
const OPEN_TIMEOUT = 10_000;
const PONG_TIMEOUT = 3_000;
const IDLE = 30_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

export type State = "connecting" | "connected" | "disconnected";

export interface Listener {
  /** The socket is open: join. */
  open(): void;
  message(message: Message): void;
  /** The socket is gone. */
  lost(): void;
  /** Something arrived that is no message. */
  garbled(error: unknown): void;
}

export class Connection {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private heard = 0;
  private retry: Timer;
  private pong: Timer;
  private pings = 0;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly json: boolean,
    private readonly listener: Listener,
  ) {
    addEventListener("online", () => this.socket || this.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.ping());
    setInterval(() => document.hidden || Date.now() - this.heard < IDLE || this.ping(), IDLE / 2);
  }

  open(): void {
    clearTimeout(this.retry);
    this.stopped = false;
    if (this.socket) return;
    show("connecting");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    const timer = setTimeout(() => socket.readyState || this.lose(socket), OPEN_TIMEOUT);
    socket.onopen = () => this.socket === socket && this.listener.open();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket !== socket) return;
      this.heard = Date.now();
      clearTimeout(this.pong);
      this.pong = undefined;
      let message: Value;
      try {
        const { data } = event;
        message = typeof data === "string" ? JSON.parse(data) : decode(new Uint8Array(data));
        if (!Array.isArray(message)) throw new TypeError("not an array");
        if (message[0] !== ToPage.Pong) this.listener.message(message);
      } catch (error) {
        this.listener.garbled(error);
      }
    };
    socket.onclose = () => {
      clearTimeout(timer);
      this.lose(socket);
    };
  }

  /** Whether it could be sent: nothing is queued here. */
  send(message: Message): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(this.json ? JSON.stringify(message) : (encode(message) as Uint8Array<ArrayBuffer>));
    return true;
  }

  /** A join succeeded: the next loss starts with a short delay again. */
  joined(): void {
    this.attempt = 0;
    show("connected");
  }

  /** Closes the connection and opens a new one later; `delay` is the least time to wait. */
  reconnect(delay = 0): void {
    if (this.socket) {
      this.detach();
      this.listener.lost();
    }
    if (this.stopped) return;
    show("disconnected");
    // Full jitter: pages that lost their server at the same time do not come back at the same time.
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.attempt++);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), delay + Math.random() * Math.max(longest, delay / 2));
  }

  /** Closes the connection for good, or until `open`. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    if (this.socket) {
      this.detach();
      this.listener.lost();
    }
    show("disconnected");
  }

  /** Finds out whether the other side is still there. */
  private ping(): void {
    if (this.pong || !this.send([ToServer.Ping, ++this.pings])) return;
    this.pong = setTimeout(() => this.reconnect(), PONG_TIMEOUT);
  }

  private lose(socket: WebSocket): void {
    if (this.socket === socket) this.reconnect();
  }

  private detach(): void {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.pong);
    this.pong = undefined;
    socket?.close();
  }
}

/** Stylesheets see the state of the connection as a class of the `html` element. */
function show(state: State): void {
  const { classList } = document.documentElement;
  classList.remove("dj-connecting", "dj-connected", "dj-disconnected");
  classList.add("dj-" + state);
}
