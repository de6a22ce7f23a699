// Bundles the page: node build.mjs <folder for the result>. It takes esbuild and the phoenix client
// from node_modules and fetches nothing.

import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
    console.error('usage: node build.mjs <folder for the result>');
    process.exit(2);
}

await mkdir(out, { recursive: true });
await build({
    entryPoints: { app: join(here, 'src/main.js') },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox125', 'safari17.5'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
});
for (const file of ['index.html', 'icon.svg']) await copyFile(join(here, file), join(out, file));
