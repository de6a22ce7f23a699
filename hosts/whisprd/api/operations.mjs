// The words in which operations are described, and all that were.
import { ref, uuid } from './schemas.mjs';

const api = '/messaging/api/v1';

export const json = (schema) => ({ 'application/json': { schema } });
export const object = (properties) => ({ type: 'object', properties });
export const data = (schema, more = {}) => object({ data: schema, ...more });
export const meta = { meta: { type: 'object' } };

export const query = (name, schema, description, more = {}) => ({ name, in: 'query', schema, description, ...more });
export const limit = (most, usual) =>
    query('limit', { type: 'integer', minimum: 1, maximum: most, default: usual }, 'Rows of the answer');
export const offset = query('offset', { type: 'integer', minimum: 0, default: 0 }, 'Rows to pass over');
export const op_id = {
    name: 'Idempotency-Key',
    in: 'header',
    schema: uuid,
    description: 'Recognises a repeat of this creation, for ever',
};

const refusals = {
    400: ['An id, cursor or body that cannot be read', 'FrameworkError'],
    401: ['Nobody known asks', 'Error'],
    403: ['The caller may not', 'Error'],
    404: ['Not there, or not for the caller to know of', 'Error'],
    409: ['It contradicts what is there', 'Error'],
    410: ['It was there, and has expired', 'Error'],
    412: ['Another version of the protocol', 'Error'],
    413: ['The body is too large', 'FrameworkError'],
    415: ['The type of the file is not supported, or not what it says', 'Error'],
    416: ['Nothing of the file is in that range', undefined],
    422: ['Fields are wrong', 'FieldErrors'],
    423: ['Another request writes to it', 'Error'],
    460: ['The checksum does not match; the offset is what it was', 'Error'],
    501: ['This server cannot do that', 'Error'],
    503: ['Try again later', 'Error'],
};
const refuse = (codes) =>
    Object.fromEntries(
        codes.map((code) => {
            const [description, schema] = refusals[code];
            return [code, { description, ...(schema ? { content: json(ref(schema)) } : {}) }];
        }),
    );
const too_fast = {
    description: 'Too many requests of this user',
    headers: {
        'retry-after': { schema: { type: 'integer' } },
        'x-ratelimit-limit': { schema: { type: 'integer' } },
        'x-ratelimit-remaining': { schema: { type: 'integer' } },
        'x-ratelimit-reset': { schema: { type: 'integer' }, description: 'Seconds since 1970' },
    },
    content: json(ref('TooManyRequests')),
};

const parameter_names = {
    reaction: { type: 'string', description: 'Percent-encoded UTF-8' },
    public_key: { type: 'string', description: 'Percent-encoded base64' },
};
const path_parameters = (path) =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: parameter_names[name] ?? uuid,
    }));

export const paths = {};

// ok: [status, schema] or a status without a body; who: 'user', 'moderator', 'service' or 'anyone'.
function op(method, path, { tag, summary, ok, headers, refused = [], params = [], body, who = 'user', description }) {
    const [status, schema] = Array.isArray(ok) ? ok : [ok];
    const responses = { [status]: { description: 'Success', ...(headers ? { headers } : {}), ...(schema ? { content: schema.content ?? json(schema) } : {}) } };
    const codes = who === 'anyone' ? refused : [401, ...refused];
    Object.assign(responses, refuse([...new Set(codes)].sort((a, b) => a - b)));
    if (who === 'user' || who === 'moderator') responses[429] = too_fast;
    if (who !== 'anyone') Object.assign(responses, refuse([503]));
    const security = { anyone: [], user: [{ bearer: [] }], moderator: [{ bearer: [] }], service: [{ internal: [] }] };
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
        tags: [tag],
        summary,
        ...(description ? { description } : {}),
        operationId: `${method.toLowerCase()}${path.replace(/[^a-zA-Z0-9]+(\w)?/g, (_, c) => (c ?? '').toUpperCase())}`,
        security: security[who],
        parameters: [...path_parameters(path), ...params],
        ...(body ? { requestBody: { required: body.required ?? true, content: body.content ?? json(body) } } : {}),
        responses,
    };
}
export const on = (tag) => (method, path, more) => op(method, path.startsWith('//') ? path.slice(1) : api + path, { tag, ...more });
