// `node build.mjs`: dist/relive.js, minified, with its size.
// `node build.mjs --test`: the tests, and what they load into a browser, into target/.
import { build } from "esbuild";
import { readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { minify } from "terser";

const LIMIT = 8 * 1024;

// Members of our own objects that nobody outside sees get short names. Only names that no object of the browser has
// in this code may stand here.
const OWN_MEMBERS = [
  "ancestor answered autofocus carries element join joined last leave lost make number parent peek place",
  "receive reference renumber restart root settle source sweep time timer unsend visit",
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
  const bundle = await build({
    ...page,
    entryPoints: ["src-ts/index.ts"],
    minify: true,
    mangleProps: new RegExp(`^(${OWN_MEMBERS.join("|")})$`),
    write: false,
  });
  // A second minifier sees what esbuild leaves (inlining, joined declarations): five per cent of the whole.
  const { code } = await minify(bundle.outputFiles[0].text, {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3, pure_getters: true },
  });
  const script = Buffer.from(code + "\n");
  writeFileSync("dist/relive.js", script);
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`dist/relive.js: ${script.length} bytes, ${size} gzipped (at most ${LIMIT})`);
  if (size > LIMIT) process.exitCode = 1;
}
