/** Builds the customer's widget, its own bundle (see vite.widget.config.ts), where its entry exists. */
import { existsSync } from "node:fs";
import { build } from "vite";

if (existsSync("frontend/ts/widget/main.ts")) await build({ configFile: "vite.widget.config.ts" });
