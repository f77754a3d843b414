// Both forms of the messages, against the corpus that the Rust tests read, too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../src-ts/msgpack";
import type { Value } from "../src-ts/protocol";

interface Example {
  name: string;
  direction: "from_page" | "to_page";
  json: Value;
  msgpack_hex: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
/** Decoded maps have no prototype; comparisons want plain ones. */
const plain = (value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const corpus = JSON.parse(readFileSync("../relive-protocol/corpus/messages.json", "utf8")) as Example[];

test("the corpus has messages in both directions", () => {
  for (const direction of ["from_page", "to_page"]) {
    assert.ok(corpus.filter((example) => example.direction === direction).length > 5);
  }
});

for (const { name, direction, json, msgpack_hex } of corpus) {
  test(`corpus: ${name}`, () => {
    assert.deepEqual(plain(decode(bytes(msgpack_hex))), json);
    if (direction === "from_page") assert.equal(hex(encode(json)), msgpack_hex);
  });
}

const NUMBERS: [number, string][] = [
  [0, "00"],
  [127, "7f"],
  [128, "cc80"],
  [255, "ccff"],
  [256, "cd0100"],
  [65535, "cdffff"],
  [65536, "ce00010000"],
  [2 ** 32 - 1, "ceffffffff"],
  [2 ** 32, "cf0000000100000000"],
  [Number.MAX_SAFE_INTEGER, "cf001fffffffffffff"],
  [-1, "ff"],
  [-32, "e0"],
  [-33, "d0df"],
  [-128, "d080"],
  [-129, "d1ff7f"],
  [-32768, "d18000"],
  [-32769, "d2ffff7fff"],
  [-(2 ** 31), "d280000000"],
  [-(2 ** 31) - 1, "d3ffffffff7fffffff"],
  [1.5, "cb3ff8000000000000"],
  [Infinity, "cb7ff0000000000000"],
];

for (const [number, expected] of NUMBERS) {
  test(`number ${Object.is(number, -0) ? "-0" : number}`, () => {
    assert.equal(hex(encode(number)), expected);
    assert.ok(Object.is(decode(bytes(expected)), number));
  });
}

test("bytes are read", () => {
  for (const form of ["c403010203", "c50003010203", "c600000003010203"]) {
    assert.deepEqual(decode(bytes(form)), new Uint8Array([1, 2, 3]));
  }
});

test("numbers in forms that are longer than need be, and 32-bit floats, are read", () => {
  for (const [form, number] of [
    ["cd0001", 1],
    ["cf0000000000000001", 1],
    ["d3ffffffffffffffff", -1],
    ["d2ffffffff", -1],
    ["ca3fc00000", 1.5],
  ] as const) {
    assert.equal(decode(bytes(form)), number);
  }
});

test("every length of string, list, map and bytes comes back", () => {
  for (const length of [0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536, 70000]) {
    const text = "ä".repeat(length >> 1) + "x".repeat(length & 1);
    assert.equal(decode(encode(text)), text);
    const list = Array.from({ length }, (_, i) => i);
    assert.deepEqual(decode(encode(list)), list);
    const map = Object.fromEntries(list.map((i) => ["k" + i, i]));
    assert.deepEqual(plain(decode(encode(map))), map);
  }
});

test("a key reaches no prototype", () => {
  const map = decode(bytes("81a95f5f70726f746f5f5f81a17801")) as { [key: string]: Value };
  assert.deepEqual(Object.keys(map), ["__proto__"]);
  assert.equal(({} as { x?: number }).x, undefined);
});

test("what is cut short, left over or not in the format is refused", () => {
  const whole = encode([33, 0, 1, [1], [], [[0, 9, "a long enough text"]]]);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decode(whole.subarray(0, length)), `cut at ${length}`);
  }
  assert.throws(() => decode(bytes("0000")));
  assert.throws(() => decode(bytes("c1")));
  assert.throws(() => decode(bytes("d40000")), "extension types");
});
