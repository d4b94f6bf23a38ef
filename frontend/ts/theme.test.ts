/** Computes the contrast of every text pair of the theme from the stylesheet itself. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Rgb = [number, number, number];
const css = readFileSync("frontend/styles/theme.css", "utf8");

function tokens(theme: string): Record<string, Rgb> {
  const start = css.indexOf(`name: "${theme}"`);
  const block = css.slice(start, css.indexOf("}", start));
  const found: Record<string, Rgb> = {};
  for (const [, name, l, c, h] of block.matchAll(/--(?:color-|tide-)([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)/g))
    found[name as string] = linear(Number(l) / 100, Number(c), Number(h));
  return found;
}

/** OKLCH to linear sRGB (Ottosson, 2020), clipped to the gamut. */
function linear(L: number, C: number, hue: number): Rgb {
  const a = C * Math.cos((hue * Math.PI) / 180);
  const b = C * Math.sin((hue * Math.PI) / 180);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
  ].map((x) => Math.min(1, Math.max(0, x))) as Rgb;
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const gamma = (x: number): number => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
const ungamma = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const tint = (top: Rgb, ground: Rgb): Rgb => top.map((x, i) => ungamma(gamma(x) * 0.1 + gamma(ground[i] as number) * 0.9)) as Rgb;

const KINDS = ["primary", "secondary", "accent", "neutral", "info", "success", "warning", "error"];

test.each(["tideline-light", "tideline-dark"])("%s keeps 4.5:1 for every pair", (theme) => {
  const colour = tokens(theme);
  const pairs: [string, Rgb, Rgb][] = [];
  for (const ground of ["base-100", "base-200"]) {
    const base = colour[ground] as Rgb;
    for (const name of ["base-content", "muted", ...KINDS]) pairs.push([`${name} on ${ground}`, colour[name] as Rgb, base]);
    for (const name of KINDS) pairs.push([`${name} on its tint over ${ground}`, colour[name] as Rgb, tint(colour[name] as Rgb, base)]);
  }
  for (const name of KINDS) pairs.push([`${name}-content on ${name}`, colour[`${name}-content`] as Rgb, colour[name] as Rgb]);
  pairs.push(["base-content on base-300", colour["base-content"] as Rgb, colour["base-300"] as Rgb]);
  expect(pairs.length).toBe(45);
  const weak = pairs.filter(([, one, other]) => contrast(one, other) < 4.5).map(([name, one, other]) => `${name}: ${contrast(one, other).toFixed(2)}`);
  expect(weak).toEqual([]);
});
