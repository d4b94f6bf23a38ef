import { defineConfig } from "vite";

/**
 * The customer's widget: one self-contained file with a name that never changes (`widget.js`),
 * because shops carry its address in their pages. Its styles travel inside, for its shadow root.
 */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "frontend/dist",
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: "frontend/ts/widget/main.ts", formats: ["iife"], name: "TidelineWidget", fileName: () => "widget.js" },
  },
});
