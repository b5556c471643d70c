// Bundles the site's scripts, styles and icon sprite from locked packages. Usage: node build.mjs OUTPUT_FOLDER
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { build } from "esbuild";

const outdir = process.argv[2] ?? "dist";

const ICONS = [
  "activity", "adjustments-horizontal", "alert-triangle", "arrow-left", "baby-carriage", "book", "briefcase", "building",
  "calendar", "chart-bar", "check", "chevron-down", "chevron-right", "clock", "dots", "download", "eye", "file-text",
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

await mkdir(outdir, { recursive: true });
const symbols = await Promise.all(ICONS.map(async (name) => {
  const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
}));
await writeFile(`${outdir}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
