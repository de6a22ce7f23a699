// The service itself, and this description.
import { on, query } from './operations.mjs';
import { ref } from './schemas.mjs';

const add = on('Service');
add('GET', '//', { summary: 'What this service is; the page for browsers', ok: [200, { type: 'object' }], who: 'anyone' });
for (const path of ['//live', '//ready', '/health/live', '/health/ready', '/health', '/health/detailed']) {
    add('GET', path, {
        summary: path.endsWith('live') ? 'The process runs' : 'The state of the service and what it depends on',
        ok: [200, ref('Health')],
        refused: path.endsWith('live') ? [] : [503],
        who: 'anyone',
        params: path === '/health' ? [query('type', { type: 'string', enum: ['live', 'ready'] }, 'One probe alone')] : [],
    });
}
for (const what of ['health', 'metrics', 'queues']) {
    add('GET', `/monitoring/${what}`, { summary: `Figures of the server: ${what}`, ok: [200, { type: 'object' }] });
}
const docs = '//messaging/api/swagger';
add('GET', docs, { summary: 'To the page that shows this description', ok: 302, who: 'anyone' });
for (const file of ['index.html', 'swagger-ui.css', 'swagger-ui-bundle.js', 'show.js']) {
    add('GET', `${docs}/${file}`, { summary: 'A file of that page', ok: 200, who: 'anyone' });
}
for (const path of [`${docs}/swagger.json`, `${docs}/openapi.json`, '//swagger.json']) {
    add('GET', path, { summary: 'This description', ok: [200, { type: 'object' }], who: 'anyone' });
}
add('GET', `${docs}/asyncapi.json`, {
    summary: 'The description of the socket interface (AsyncAPI)',
    ok: [200, { type: 'object' }],
    who: 'anyone',
});
