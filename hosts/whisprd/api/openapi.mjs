// The REST interface as an OpenAPI 3.1 document. A test compares its paths with the router's tables.
import { paths } from './operations.mjs';
import { schemas } from './schemas.mjs';
// Each describes its operations when it is loaded, in this order.
import './openapi_service.mjs';
import './openapi_conversations.mjs';
import './openapi_messages.mjs';
import './openapi_moderation.mjs';
import './openapi_sync.mjs';

export const openapi = (version) => ({
    openapi: '3.1.0',
    info: {
        title: 'Whispr messaging',
        version,
        description:
            'Conversations, messages and what belongs to them. Errors are JSON; a route answers 400 when an id cannot be read, ' +
            '401 when nobody known asks, and 404 for messages that the caller may not know of.',
        license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
        schemas,
        securitySchemes: {
            bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'ES256, with `sub` and `exp`' },
            internal: { type: 'apiKey', in: 'header', name: 'x-internal-token', description: 'Shared by sibling services' },
        },
    },
});
