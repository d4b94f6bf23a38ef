import tailwindcss from "@tailwindcss/vite";
import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Entries of the pages; `{% vite_asset "frontend/ts/main.ts" %}` finds the hashed file in the manifest. */
const entries = ["frontend/ts/main.ts", "frontend/ts/workspace/main.ts"].filter((entry) => existsSync(entry));

export default defineConfig({
  plugins: [tailwindcss()],
  base: "/static/",
  build: {
    outDir: "frontend/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // The preload helper writes <link> elements only; nothing here needs eval or inline script.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: entries },
  },
  test: {
    environment: "jsdom",
    include: ["frontend/ts/**/*.test.ts"],
    // One document for all files: starting jsdom costs more than every test together.
    isolate: false,
    maxWorkers: 1,
    testTimeout: 20_000, // a busy machine is no failure
  },
});
