// The bytes of attachments: uploads by form and in parts, downloads, thumbnails, links.
import { data, object, on, op_id, query } from './operations.mjs';
import { ref, uuid } from './schemas.mjs';

const add = on('Files');
const binary = { type: 'string', format: 'binary' };
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const header = (name, schema, description, required = false) => ({ name, in: 'header', schema, description, required });
const filed = (schema) => data(ref(schema), { message: text });

const form = (more, required) => ({
    content: {
        'multipart/form-data': {
            schema: {
                ...object({
                    file: { ...binary, description: 'One file; its type is checked by its content' },
                    filename: { type: 'string', description: 'Instead of the name in the form' },
                    media_type: { type: 'string', enum: ['image', 'video', 'audio', 'document', 'file'] },
                    encrypted: { type: 'string', enum: ['true', 'false'], description: 'Not looked into, served as bytes' },
                    metadata: { type: 'string', description: 'A JSON object' },
                    ...more,
                }),
                required,
            },
        },
    },
});
add('POST', '/attachments/upload', {
    summary: 'Uploads a file to a message',
    description: 'A field message_id before the file is checked before the file is taken.',
    params: [op_id],
    body: form({ message_id: uuid }, ['file', 'message_id']),
    ok: [201, filed('Attachment')],
    refused: [400, 403, 404, 413, 415, 422, 501],
});
add('POST', '/attachments', {
    summary: 'Stores a file that a message takes later, by its id as media_id',
    params: [op_id],
    body: form({}, ['file']),
    ok: [201, filed('Upload')],
    refused: [400, 413, 415, 422, 501],
});

const range = header('Range', text, 'bytes=0-99, also several');
const conditions = [range, header('If-Range', text, 'An ETag'), header('If-None-Match', text, 'ETags; 304 when one is the file\'s')];
const signed = [
    query('user', uuid, 'Of a link'),
    query('expires', { type: 'integer' }, 'Of a link: seconds since 1970'),
    query('signature', text, 'Of a link: instead of a token'),
];
const served = {
    etag: { schema: text, description: 'The SHA-256 in quotes' },
    'accept-ranges': { schema: { const: 'bytes' } },
    'content-disposition': { schema: text },
};
add('GET', '/attachments/{id}/download', {
    summary: 'The bytes of a file, or parts of it',
    description: '206 for ranges, 304 for what is known, 302 to the place itself where the server is set up so.',
    params: [query('disposition', { type: 'string', enum: ['inline', 'attachment'] }, 'In place, of types that cannot run'), ...signed, ...conditions],
    headers: served,
    ok: [200, { content: { '*/*': { schema: binary } } }],
    refused: [400, 403, 404, 416],
});
add('GET', '/attachments/{id}/thumbnail', {
    summary: 'A small picture of a picture',
    params: [...signed, ...conditions],
    headers: served,
    ok: [200, { content: { 'image/webp': { schema: binary } } }],
    refused: [400, 403, 404, 416],
});
add('GET', '/attachments/{id}/link', {
    summary: 'Addresses that open file and thumbnail without a token, for a time, while the caller is a member',
    ok: [200, data(object({ url: text, thumbnailUrl: { type: ['string', 'null'] }, expiresAt: { type: 'string', format: 'date-time' } }))],
    refused: [400, 404],
});

const version = header('Tus-Resumable', { const: '1.0.0' }, 'The version of the protocol', true);
const bytes = (required) => ({ required, content: { 'application/offset+octet-stream': { schema: binary } } });
const checksum = header('Upload-Checksum', text, 'sha1 or sha256, a blank, base64');
const offset = { 'upload-offset': { schema: count }, 'upload-expires': { schema: text } };
const media_id = { 'x-whispr-media-id': { schema: uuid, description: 'When the last byte has come' } };
add('POST', '/attachments/uploads', {
    summary: 'Begins an upload that may be interrupted (tus 1.0)',
    description:
        'Extensions: creation, creation-with-upload, termination, checksum, expiration. Metadata: filename, filetype, encrypted, ' +
        'media_type, metadata (a JSON object), message_id (takes the file at once), conversation_id.',
    params: [
        version,
        header('Upload-Length', count, 'Bytes of the file', true),
        header('Upload-Metadata', text, 'Pairs of a key and base64, between commas'),
        checksum,
    ],
    body: bytes(false),
    headers: { location: { schema: text }, ...offset },
    ok: 201,
    refused: [400, 403, 404, 412, 413, 415, 422, 460, 501],
});
add('GET', '/attachments/uploads/{id}', {
    summary: 'How far an upload is; HEAD is the same without a body',
    params: [version],
    headers: { ...offset, 'upload-length': { schema: count }, 'upload-metadata': { schema: text }, ...media_id },
    ok: [200, data(object({ offset: count, length: count, mediaId: { type: ['string', 'null'] } }))],
    refused: [400, 404, 410, 412, 423, 501],
});
add('PATCH', '/attachments/uploads/{id}', {
    summary: 'The next bytes of an upload',
    params: [version, header('Upload-Offset', count, 'Where they begin', true), checksum],
    body: bytes(false),
    headers: { ...offset, ...media_id },
    ok: 204,
    refused: [400, 403, 404, 409, 410, 412, 413, 415, 423, 460, 501],
});
add('DELETE', '/attachments/uploads/{id}', {
    summary: 'Gives an upload up',
    params: [version],
    ok: 204,
    refused: [400, 404, 410, 412, 501],
});
