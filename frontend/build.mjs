// Bundles the site's scripts, styles and icon sprite from locked packages. Usage: node build.mjs OUTPUT_FOLDER
import { copyFile, readFile, writeFile, mkdir } from "node:fs/promises";
import { build } from "esbuild";

const outdir = process.argv[2] ?? "dist";

const ICONS = [
  "activity", "adjustments-horizontal", "alert-triangle", "arrow-back-up", "arrow-left", "baby-carriage", "book", "briefcase", "building",
  "calendar", "camera", "chart-bar", "check", "chevron-down", "chevron-right", "clock", "dots", "download", "eye", "file-text",
  "filter", "hash", "heart", "home", "language", "list", "list-check", "lock", "login", "logout", "map-pin", "menu-2", "moon",
  "plus", "route", "search", "shield-check", "sun", "table", "target", "upload", "user", "user-plus", "users", "x",
];

await build({
  entryPoints: { site: "src/site.js", charts: "src/charts.js", map: "src/map.js", theme: "src/theme.js", style: "src/style.css" },
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  legalComments: "linked",
  loader: { ".woff2": "file", ".woff": "empty" },
  logLevel: "warning",
});

// The camera's reader is a module of its own, fetched only where somebody presses the button for it.
await build({
  entryPoints: { scan: "src/scan.js" },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  legalComments: "linked",
  logLevel: "warning",
});

await mkdir(outdir, { recursive: true });
await copyFile("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm", `${outdir}/zxing_reader.wasm`);
await copyFile("node_modules/zxing-wasm/LICENSE", `${outdir}/zxing_reader.LICENSE.txt`);
const symbols = await Promise.all(ICONS.map(async (name) => {
  const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
}));
await writeFile(`${outdir}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
