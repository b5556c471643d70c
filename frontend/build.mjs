// Bundles the site's scripts and styles from locked packages. Usage: node build.mjs OUTPUT_FOLDER
import { build } from "esbuild";

const outdir = process.argv[2] ?? "dist";

await build({
  entryPoints: { site: "src/site.js", charts: "src/charts.js", style: "src/style.css" },
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  legalComments: "linked",
  loader: { ".woff2": "file", ".woff": "empty" },
  logLevel: "warning",
});
