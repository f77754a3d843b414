// MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), as much of it as the protocol uses:
// everything but extension types. Integers are written in their shortest form, as the server's encoder does, so
// that both sides have one form for each message.

import type { Value } from "./protocol";

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function encode(value: Value): Uint8Array {
  let view = new DataView(new ArrayBuffer(256));
  let at = 0;

  const room = (bytes: number): number => {
    if (at + bytes > view.byteLength) {
      const larger = new Uint8Array(Math.max(view.byteLength * 2, at + bytes));
      larger.set(new Uint8Array(view.buffer));
      view = new DataView(larger.buffer);
    }
    const start = at;
    at += bytes;
    return start;
  };
  const u8 = (byte: number) => view.setUint8(room(1), byte);
  const u16 = (tag: number, x: number) => (u8(tag), view.setUint16(room(2), x));
  const u32 = (tag: number, x: number) => (u8(tag), view.setUint32(room(4), x));
  const bytes = (content: Uint8Array) => {
    const start = room(content.length);
    new Uint8Array(view.buffer).set(content, start);
  };
  // A length: in the tag's own byte where it fits, then in 8 (for strings and bytes), 16 or 32 bits.
  const length = (n: number, small: number, limit: number, tag8: number, tag16: number) => {
    if (n < limit) u8(small | n);
    else if (tag8 && n < 256) (u8(tag8), u8(n));
    else if (n < 65536) u16(tag16, n);
    else u32(tag16 + 1, n);
  };
  const integer = (n: number) => {
    if (n >= 0) {
      if (n < 128) u8(n);
      else if (n < 256) (u8(0xcc), u8(n));
      else if (n < 65536) u16(0xcd, n);
      else if (n < 2 ** 32) u32(0xce, n);
      else (u8(0xcf), view.setBigUint64(room(8), BigInt(n)));
    } else if (n >= -32) u8(n & 0xff);
    else if (n >= -128) (u8(0xd0), u8(n & 0xff));
    else if (n >= -32768) u16(0xd1, n & 0xffff);
    else if (n >= -(2 ** 31)) u32(0xd2, n >>> 0);
    else (u8(0xd3), view.setBigInt64(room(8), BigInt(n)));
  };
  const write = (x: Value): void => {
    if (x === null || x === undefined) u8(0xc0);
    else if (typeof x === "boolean") u8(x ? 0xc3 : 0xc2);
    else if (typeof x === "number") {
      if (Number.isSafeInteger(x) && !Object.is(x, -0)) integer(x);
      else (u8(0xcb), view.setFloat64(room(8), x));
    } else if (typeof x === "string") {
      const content = utf8.encode(x);
      length(content.length, 0xa0, 32, 0xd9, 0xda);
      bytes(content);
    } else if (x instanceof Uint8Array) {
      length(x.length, 0, 0, 0xc4, 0xc5);
      bytes(x);
    } else if (Array.isArray(x)) {
      length(x.length, 0x90, 16, 0, 0xdc);
      x.forEach(write);
    } else {
      const entries = Object.entries(x);
      length(entries.length, 0x80, 16, 0, 0xde);
      for (const [key, item] of entries) (write(key), write(item));
    }
  };

  write(value);
  return new Uint8Array(view.buffer, 0, at);
}

/** Throws on anything that is not exactly one value. */
export function decode(input: Uint8Array): Value {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;

  const take = (bytes: number): number => {
    const start = at;
    at += bytes;
    return start;
  };
  const uint = (bytes: number): number =>
    bytes === 1
      ? view.getUint8(take(1))
      : bytes === 2
        ? view.getUint16(take(2))
        : bytes === 4
          ? view.getUint32(take(4))
          : Number(view.getBigUint64(take(8)));
  const bin = (length: number): Uint8Array => {
    const start = take(length);
    if (at > input.length) throw new RangeError("cut short");
    return input.subarray(start, at);
  };
  const string = (length: number): string => text.decode(bin(length));
  const array = (length: number): Value[] => {
    const items: Value[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  };
  const map = (length: number): Value => {
    // Without a prototype, so that no key can reach one.
    const entries: { [key: string]: Value } = Object.create(null);
    for (let i = 0; i < length; i++) {
      const key = String(read());
      entries[key] = read();
    }
    return entries;
  };
  const read = (): Value => {
    const tag = uint(1);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return map(tag & 15);
    if (tag < 0xa0) return array(tag & 15);
    if (tag < 0xc0) return string(tag & 31);
    if (tag >= 0xe0) return tag - 256;
    if (tag === 0xc0) return null;
    if (tag === 0xc2) return false;
    if (tag === 0xc3) return true;
    if (tag >= 0xc4 && tag <= 0xc6) return bin(uint(1 << (tag - 0xc4)));
    if (tag === 0xca) return view.getFloat32(take(4));
    if (tag === 0xcb) return view.getFloat64(take(8));
    if (tag >= 0xcc && tag <= 0xcf) return uint(1 << (tag - 0xcc));
    if (tag === 0xd0) return view.getInt8(take(1));
    if (tag === 0xd1) return view.getInt16(take(2));
    if (tag === 0xd2) return view.getInt32(take(4));
    if (tag === 0xd3) return Number(view.getBigInt64(take(8)));
    if (tag >= 0xd9 && tag <= 0xdb) return string(uint(1 << (tag - 0xd9)));
    if (tag === 0xdc || tag === 0xdd) return array(uint(2 << (tag - 0xdc)));
    if (tag === 0xde || tag === 0xdf) return map(uint(2 << (tag - 0xde)));
    throw new RangeError("tag " + tag);
  };

  const value = read();
  if (at !== input.length) throw new RangeError("bytes left over");
  return value;
}
