// `node build.mjs`: dist/relive.js, minified, with its size. `--test`: the tests and what runs in a browser, into target/.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 8 * 1024;

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
  await build({
    entryPoints: ["test/harness.ts"],
    bundle: true,
    format: "iife",
    target: "es2022",
    outdir: "target",
  });
} else {
  await build({
    entryPoints: ["src-ts/index.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    charset: "ascii",
    outfile: "dist/relive.js",
  });
  const script = readFileSync("dist/relive.js");
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`dist/relive.js: ${script.length} bytes, ${size} gzipped (at most ${LIMIT})`);
  if (size > LIMIT) process.exitCode = 1;
}
