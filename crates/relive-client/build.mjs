// `node build.mjs`: dist/relive.js and dist/relive-more.js, minified, with their sizes.
// `node build.mjs --test`: the tests, and what they load into a browser, into target/.
import { build } from "esbuild";
import { readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { minify } from "terser";

const LIMIT = 8 * 1024;
const LIMIT_TOGETHER = 14 * 1024;

// Members of our own objects that nobody outside sees get short names. Only names that no object of the browser has
// in this code may stand here.
const OWN_MEMBERS = [
  "ancestor answered arrive autofocus carries changed element flushField join joined last leave lost make number operations parent peek place",
  "arrived byKey fetchRoot isElement keyOf morph morphAttributes morphChildren putFlash remount surround undisturbed",
  "pushed rate receive reference renumber restart root settle source sweep time timer unsend visit",
]
  .join(" ")
  .split(" ");

/** The same for the bundle that is embedded and for the one that the tests load. */
const page = {
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  // Modules are strict, and checked as such; in one classic script, the directive is of no use.
  tsconfigRaw: { compilerOptions: {} },
};

if (process.argv.includes("--test")) {
  const tests = readdirSync("test").filter((file) => file.endsWith(".test.ts"));
  await build({
    entryPoints: tests.map((file) => "test/" + file),
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: "target",
    outExtension: { ".js": ".mjs" },
    packages: "external",
  });
  await build({ ...page, entryPoints: ["test/harness.ts"], outdir: "target" });
} else {
  // Both parts have the same short names, since one hands its objects to the other.
  const mangleCache = {};
  const core = await bundle("index", mangleCache);
  const more = await bundle("more/index", mangleCache, { format: "esm" });
  if (write("dist/relive.js", core, LIMIT) + write("dist/relive-more.js", more) > LIMIT_TOGETHER) {
    console.error(`together they are over ${LIMIT_TOGETHER} bytes gzipped`);
    process.exitCode = 1;
  }
}

async function bundle(entry, mangleCache, options) {
  const bundled = await build({
    ...page,
    ...options,
    entryPoints: [`src-ts/${entry}.ts`],
    minify: true,
    mangleProps: new RegExp(`^(${OWN_MEMBERS.join("|")})$`),
    mangleCache,
    write: false,
  });
  Object.assign(mangleCache, bundled.mangleCache);
  // A second minifier sees what esbuild leaves (inlining, joined declarations): five per cent of the whole.
  const { code } = await minify(bundled.outputFiles[0].text, {
    ecma: 2020,
    module: options?.format === "esm",
    toplevel: true,
    compress: { passes: 3, pure_getters: true },
  });
  return Buffer.from(code + "\n");
}

/** Writes a script and says how large it is; returns its size, gzipped. */
function write(file, script, limit) {
  writeFileSync(file, script);
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`${file}: ${script.length} bytes, ${size} gzipped` + (limit ? ` (at most ${limit})` : ""));
  if (size > limit) process.exitCode = 1;
  return size;
}
