// The document side alone, as globals, for tests in a browser: see README.md.

import { createDocument } from "../src-ts/document";
import { provide } from "../src-ts/more";
import { morphAttributes, morphChildren } from "../src-ts/morph";
import { describe } from "../src-ts/numbering";
import { parse } from "../src-ts/parse";
import { apply, undisturbed } from "../src-ts/patch";
import more from "../src-ts/more/index";
import { longestIncreasing } from "../src-ts/more/permute";

/** `new LiveDocument(root)`: the nodes of a root, numbered from 1. */
function LiveDocument(root: Element): ReturnType<typeof createDocument> {
  return createDocument(root);
}

provide(more);

/** Brings a live root in line, as a page that fetches itself again does. */
function morphRoot(live: Element, fresh: Element, keepEdited: boolean): void {
  morphAttributes(live, fresh, keepEdited);
  morphChildren(live, fresh, keepEdited);
}
Object.assign(globalThis, { LiveDocument, apply, describe, longestIncreasing, morphRoot, parse, undisturbed });
