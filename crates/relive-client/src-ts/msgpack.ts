// MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), as much of it as the protocol uses:
// everything but extension types. Integers are written in their shortest form, as the server's encoder does, so
// that both sides have one form for each message.

import type { Value } from "./protocol";

export const utf8 = new TextEncoder();
const text = new TextDecoder();

/** How many times to double a byte to hold a number: 0 to 3. */
const sizeOf = (n: number): number => (n < 256 ? 0 : n < 65536 ? 1 : n < 2 ** 32 ? 2 : 3);

export function encode(value: Value): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const tagged = (tag: number, size: number, n: number) => {
    out.push(tag + size);
    // Division, not shifts: these stop at 32 bits. Rounding down makes two's complement of what is below zero.
    for (let i = (1 << size) - 1; i >= 0; i--) out.push(Math.floor(n / 256 ** i) & 255);
  };
  // A length stands in the tag's own byte where it fits, else in 1 << size bytes, of which there are at least 1 << min.
  const length = (n: number, fixed: number, limit: number, tag: number, min: number) => {
    if (n < limit) out.push(fixed + n);
    else tagged(tag - min, Math.max(min, sizeOf(n)), n);
  };
  const write = (x: Value): void => {
    if (x === true) out.push(0xc3);
    else if (x === false) out.push(0xc2);
    else if (typeof x === "number") {
      if (!Number.isSafeInteger(x)) {
        out.push(0xcb, ...new Uint8Array(new Float64Array([x]).buffer).reverse());
      } else if (x >= -32 && x < 128) out.push(x & 255);
      else tagged(x < 0 ? 0xd0 : 0xcc, sizeOf(x < 0 ? -2 * x - 1 : x), x);
    } else if (typeof x === "string") {
      const content = utf8.encode(x);
      length(content.length, 0xa0, 32, 0xd9, 0);
      for (const byte of content) out.push(byte);
    } else if (Array.isArray(x)) {
      length(x.length, 0x90, 16, 0xdc, 1);
      x.forEach(write);
    } else if (x) {
      const entries = Object.entries(x);
      length(entries.length, 0x80, 16, 0xde, 1);
      entries.flat().forEach(write);
    } else out.push(0xc0);
  };
  write(value);
  return new Uint8Array(out);
}

/** Throws on anything that is not exactly one value. */
export function decode(input: Uint8Array): Value {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  let at = 0;

  const bytes = (length: number): Uint8Array => {
    at += length;
    if (at > input.length) throw new Error("length");
    return input.subarray(at - length, at);
  };
  const integer = (size: number, signed: number): number => {
    let n = 0;
    bytes(1 << size).forEach((byte, i) => {
      n = i ? n * 256 + byte : signed ? (byte << 24) >> 24 : byte;
    });
    return n;
  };
  const length = (size: number) => integer(size, 0);
  const string = (length: number): string => text.decode(bytes(length));
  const array = (length: number): Value[] => {
    const items: Value[] = [];
    while (length--) items.push(read());
    return items;
  };
  const map = (length: number): Value => {
    // Without a prototype, so that no key can reach one.
    const entries: { [key: string]: Value } = Object.create(null);
    while (length--) entries[read() as string] = read();
    return entries;
  };
  const read = (): Value => {
    const tag = length(0);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return map(tag & 15);
    if (tag < 0xa0) return array(tag & 15);
    if (tag < 0xc0) return string(tag & 31);
    if (tag > 0xdf) return tag - 256;
    if (tag > 0xdd) return map(length(tag - 0xdd));
    if (tag > 0xdb) return array(length(tag - 0xdb));
    if (tag > 0xd8) return string(length(tag - 0xd9));
    if (tag > 0xcb && tag < 0xd4) return integer(tag & 3, tag & 16);
    if (tag === 0xcb) return (bytes(8), view.getFloat64(at - 8));
    if (tag === 0xca) return (bytes(4), view.getFloat32(at - 4));
    if (tag === 0xc0) return null;
    if (tag === 0xc2 || tag === 0xc3) return tag === 0xc3;
    if (tag > 0xc3 && tag < 0xc7) return bytes(length(tag - 0xc4));
    throw new Error("tag " + tag);
  };

  const value = read();
  if (at < input.length) throw new Error("length");
  return value;
}
