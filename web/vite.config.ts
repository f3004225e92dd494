import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = "../src/findalike/server/static/page";

/** Every hashed file also as .br and .gz, so that the server never compresses while somebody waits. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      const assets = join(OUT, "assets");
      for (const name of readdirSync(assets).filter((one) => /\.(js|css|svg)$/.test(one))) {
        const content = readFileSync(join(assets, name));
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content));
        writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

// `npm run dev` shows the page from these sources, on the API of a findalike that runs already.
const server = process.env["FINDALIKE_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), compressed()],
  // Nothing may be inlined as data: the page's policy allows data: for pictures only.
  build: { outDir: OUT, emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/readyz", "/healthz", "/static", "/docs", "/redoc", "/openapi.json"].map((path) => [
        path,
        { target: server, changeOrigin: true, ws: true, headers: { origin: server } },
      ]),
    ),
  },
});
