// The document side alone, as globals, for tests in a browser: see README.md.

import { createDocument } from "../src-ts/document";
import { morphRoot } from "../src-ts/morph";
import { describe } from "../src-ts/numbering";
import { parse } from "../src-ts/parse";
import { apply, undisturbed } from "../src-ts/patch";
import { longestIncreasing } from "../src-ts/reorder";

/** `new LiveDocument(root)`: the nodes of a root, numbered from 1. */
function LiveDocument(root: Element): ReturnType<typeof createDocument> {
  return createDocument(root);
}

Object.assign(globalThis, { LiveDocument, apply, describe, longestIncreasing, morphRoot, parse, undisturbed });
