/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const served = fileURLToPath(new URL("../src/trawl/api/static", import.meta.url));
const server = process.env.TRAWL_SERVER ?? "http://127.0.0.1:8765";

/**
 * The bundle is files only: nothing inline, so that the page's policy can forbid inline scripts,
 * and nothing from another host.
 */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: served,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": server } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    pool: "threads",
    isolate: false,
  },
});
