// Writes the descriptions and the page that shows them: node build.mjs <version> <folder for the result>. It takes Swagger UI
// from node_modules and fetches nothing.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncapi } from './asyncapi.mjs';
import { openapi } from './openapi.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [version, out] = process.argv.slice(2);
if (!out) {
    console.error('usage: node build.mjs <version> <folder for the result>');
    process.exit(2);
}

await mkdir(out, { recursive: true });
await writeFile(join(out, 'openapi.json'), `${JSON.stringify(openapi(version))}\n`);
await writeFile(join(out, 'asyncapi.json'), `${JSON.stringify(asyncapi(version))}\n`);
for (const file of ['index.html', 'show.js']) await copyFile(join(here, file), join(out, file));
const swagger = join(here, 'node_modules/swagger-ui-dist');
for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) await copyFile(join(swagger, file), join(out, file));
