// The document side alone, as globals, for tests in a browser: see README.md.

import { createDocument } from "../src-ts/document";
import { morphRoot } from "../src-ts/morph";
import { describe } from "../src-ts/numbering";
import { parse } from "../src-ts/parse";
import { apply } from "../src-ts/patch";
import { longestIncreasing } from "../src-ts/reorder";

Object.assign(globalThis, { createDocument, apply, describe, longestIncreasing, morphRoot, parse });
