// node build.mjs OUTPUT: bundles every entry point, src/*.ts, as OUTPUT/<name>.js and the style
// sheets that it imports as OUTPUT/<name>.css. Each bundle stands alone: nothing is loaded later.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
if (!output) {
  console.error("usage: node build.mjs OUTPUT");
  process.exit(2);
}

const entryPoints = readdirSync(join(folder, "src"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
  .sort()
  .map((name) => join(folder, "src", name));

await build({
  entryPoints,
  absWorkingDir: folder,
  outdir: output,
  bundle: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  minify: true,
  legalComments: "inline", // the licences of what is bundled stay in the file
  logLevel: "warning",
});
