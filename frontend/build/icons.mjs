/**
 * Writes `frontend/dist/icons.svg`: one sprite with the Lucide icons named in `frontend/icons.txt`
 * (1.5 px stroke). An unknown name stops the build.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const names = readFileSync("frontend/icons.txt", "utf8")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line && !line.startsWith("#"));

const symbols = [...new Set(names)].sort().map((name) => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
});

mkdirSync("frontend/dist", { recursive: true });
writeFileSync(
  "frontend/dist/icons.svg",
  `<!-- Lucide icons, ISC licence, https://lucide.dev -->\n<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
);
console.log(`icons.svg: ${symbols.length} icons`);
