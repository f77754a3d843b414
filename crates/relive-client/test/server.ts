// A server that a test plays itself: it serves one page and the script, takes the page's messages, and sends what
// the test says.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { decode, encode } from "../src-ts/msgpack";
import type { Message, Value } from "../src-ts/protocol";

const SCRIPT = readFileSync(process.env["RELIVE_SCRIPT"] ?? "dist/relive.js");
const MORE = readFileSync("dist/relive-more.js");

export class FakeServer {
  /** The page's HTML; a function is asked for each request. */
  body: string | ((url: string) => string) = "";
  head = "";
  /** What else a request is answered with: a status, a redirect. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly requests: string[] = [];
  /** Whether the browser may keep the page for back and forward. */
  cached = false;
  /** How long the second part of the client takes to come; below zero: it is not there. */
  more = 0;
  /** Whether connections are taken. */
  open = true;
  /** How many were taken. */
  connections = 0;
  private socket: Duplex | null = null;
  private text = false;
  private messages: Message[] = [];
  private wake: (() => void) | null = null;
  private readonly http: Server;

  constructor() {
    this.http = createServer((request, response) => this.onRequest(request, response));
    this.http.on("upgrade", (request, socket) => this.onUpgrade(request, socket));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.socket?.destroy();
    this.http.closeAllConnections();
    this.http.close();
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.socket?.destroy();
    this.socket = null;
  }

  get connected(): boolean {
    return this.socket !== null;
  }

  /** The next message from the page with this number; others (acknowledgements, pings) are passed over. */
  async next(type: number, within = 5000): Promise<Message> {
    const end = Date.now() + within;
    for (;;) {
      const place = this.messages.findIndex((message) => message[0] === type);
      if (place >= 0) {
        const [message] = this.messages.splice(place, 1);
        return message as Message;
      }
      if (Date.now() > end) throw new Error(`no message ${type}; there is ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 20);
      });
    }
  }

  /** Messages of this number that have come and were not asked for. */
  pending(type: number): Message[] {
    return this.messages.filter((message) => message[0] === type);
  }

  forget(): void {
    this.messages = [];
  }

  send(message: Value): void {
    const payload = this.text ? Buffer.from(JSON.stringify(message)) : Buffer.from(encode(message));
    this.frame(this.text ? 1 : 2, payload);
  }

  raw(payload: Buffer, opcode = 2): void {
    this.frame(opcode, payload);
  }

  /** Answers a join: adopted, with nothing to change. */
  async join(fields: Partial<{ outcome: number; seq: number; first: number; html: string | null }> = {}) {
    const join = await this.next(1);
    const { outcome = 0, seq = 0, first = 1, html = null } = fields;
    this.send([32, 1, 0, outcome, "secret", seq, 0, 1, first, html, null]);
    return join;
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    this.requests.push(url);
    if (url.startsWith("/_relive/")) {
      this.script(url, response);
      return;
    }
    if (this.answer?.(request, response)) return;
    const body = typeof this.body === "string" ? this.body : this.body(url);
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (!this.cached) response.setHeader("cache-control", "private, no-store");
    response.setHeader("content-security-policy", "default-src 'self'; script-src 'self'; style-src 'unsafe-inline'");
    response.end(
      `<!doctype html><html><head><title>start</title>${this.head}` +
        `<script src="/_relive/relive-0.js" defer></script></head><body>${body}</body></html>`,
    );
  }

  private script(url: string, response: ServerResponse): void {
    response.setHeader("content-type", "text/javascript");
    if (!url.includes("relive-more-")) response.end(SCRIPT);
    else if (this.more < 0) response.writeHead(404).end();
    else setTimeout(() => response.end(MORE), this.more);
  }

  private onUpgrade(request: IncomingMessage, socket: Duplex): void {
    if (!this.open || !request.url?.startsWith("/_relive/ws")) {
      socket.destroy();
      return;
    }
    const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    this.socket = socket;
    this.connections++;
    let buffer = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.socket === socket) this.socket = null;
    });
    socket.on("data", (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let frame = cutFrame(buffer); frame; frame = cutFrame(buffer)) {
        buffer = buffer.subarray(frame.size);
        this.onFrame(frame.opcode, frame.payload);
      }
    });
  }

  private onFrame(opcode: number, payload: Buffer): void {
    if (opcode === 8) {
      this.socket?.end(Buffer.from([0x88, 0]));
      this.socket = null;
    }
    if (opcode !== 1 && opcode !== 2) return;
    this.text = opcode === 1;
    const message: unknown = this.text ? JSON.parse(payload.toString()) : decode(payload);
    // Decoded maps have no prototype; comparisons want plain ones.
    this.messages.push(JSON.parse(JSON.stringify(message)) as Message);
    this.wake?.();
  }

  private frame(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const header =
      length < 126
        ? Buffer.from([0x80 | opcode, length])
        : length < 65536
          ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 255])
          : Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]);
    this.socket?.write(Buffer.concat([header, payload]));
  }
}

/** One masked frame (https://www.rfc-editor.org/rfc/rfc6455#section-5.2), if all of it is there. */
function cutFrame(buffer: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (buffer.length < 2) return null;
  const short = (buffer[1] as number) & 127;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + 4;
  if (buffer.length < start) return null;
  const length = extra === 2 ? buffer.readUInt16BE(2) : extra === 8 ? Number(buffer.readBigUInt64BE(2)) : short;
  if (buffer.length < start + length) return null;
  const mask = buffer.subarray(start - 4, start);
  const payload = Buffer.from(buffer.subarray(start, start + length).map((byte, i) => byte ^ (mask[i & 3] as number)));
  return { opcode: (buffer[0] as number) & 15, payload, size: start + length };
}
