// Headless Chromium, driven over the DevTools protocol's pipe (https://chromedevtools.github.io/devtools-protocol/):
// no driver, no port, no dependency.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const PLACES = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const chromium = PLACES.find((path) => path && existsSync(path));

/** For `test(name, options, …)`: says so where there is no browser to test in. */
export const inBrowser = chromium ? {} : { skip: "no Chromium here: apt-get install chromium, or set CHROMIUM" };

type Json = Record<string, unknown>;

export class Browser {
  /** What the pages wrote to their consoles, and their uncaught errors. */
  readonly console: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), "relive-client-"));
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (value: Json) => void; reject: (error: Error) => void }>();
  private readonly input: Writable;
  private calls = 0;

  constructor() {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
    this.process = spawn(
      chromium as string,
      [...flags, "--remote-debugging-pipe", "--user-data-dir=" + this.folder, "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    this.input = this.process.stdio[3] as Writable;
    let buffer = "";
    (this.process.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (buffer + chunk).split("\0");
      buffer = parts.pop() as string;
      for (const part of parts) this.onMessage(JSON.parse(part) as Json);
    });
  }

  async page(): Promise<Page> {
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string, targetId as string);
    await page.call("Page.enable");
    await page.call("Runtime.enable");
    return page;
  }

  call(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = ++this.calls;
    this.input.write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.call("Browser.close").catch(() => undefined);
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private onMessage(message: Json): void {
    const call = this.waiting.get(message["id"] as number);
    const error = message["error"] as { message: string } | undefined;
    if (call) {
      this.waiting.delete(message["id"] as number);
      if (error) call.reject(new Error(error.message));
      else call.resolve(message["result"] as Json);
    } else if (message["method"] === "Runtime.consoleAPICalled") {
      const { type, args } = message["params"] as { type: string; args: { value?: unknown; description?: string }[] };
      this.console.push(type + ": " + args.map((arg) => arg.value ?? arg.description).join(" "));
    } else if (message["method"] === "Runtime.exceptionThrown") {
      this.console.push("exception: " + JSON.stringify(message["params"]));
    }
  }
}

export class Page {
  constructor(
    private readonly browser: Browser,
    private readonly session: string,
    private readonly target: string,
  ) {}

  call(method: string, params: Json = {}): Promise<Json> {
    return this.browser.call(method, params, this.session);
  }

  async close(): Promise<void> {
    await this.browser.call("Target.closeTarget", { targetId: this.target });
  }

  /** The value of an expression (or of its promise); throws what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = (await this.call("Runtime.evaluate", options)) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression: string, within = 5000): Promise<void> {
    const end = Date.now() + within;
    while (!(await this.evaluate<boolean>(`!!(${expression})`).catch(() => false))) {
      if (Date.now() > end) throw new Error("waited in vain for " + expression);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async go(url: string): Promise<void> {
    await this.call("Page.navigate", { url });
    await this.until(`document.readyState === "complete" && location.href !== "about:blank"`);
  }

  /** Types text, key by key, into whatever has the focus. */
  async type(text: string): Promise<void> {
    for (const key of text) {
      await this.call("Input.dispatchKeyEvent", { type: "keyDown", text: key, key });
      await this.call("Input.dispatchKeyEvent", { type: "keyUp", key });
    }
  }

  async press(key: string, code: number): Promise<void> {
    const text = key === "Enter" ? { text: "\r" } : {};
    await this.call("Input.dispatchKeyEvent", { type: "keyDown", key, windowsVirtualKeyCode: code, ...text });
    await this.call("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode: code });
  }

  /** A real click in the middle of an element. */
  async click(selector: string, modifiers = 0): Promise<void> {
    const [x, y] = await this.evaluate<[number, number]>(`(() => {
      const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    })()`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.call("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1, modifiers });
    }
  }
}
