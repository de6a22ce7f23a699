// The REST interface as the server describes it, and one of everything that its paths can name.
import assert from 'node:assert/strict';
import { people } from './person.mjs';

// Resolves to a list of {method, path, operation}.
export async function operations_of(server) {
  const answer = await people(server, 'reader')[0].rest.get('/messaging/api/swagger/openapi.json');
  assert.equal(answer.status, 200);
  return {
    document: answer.body,
    operations: Object.entries(answer.body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    ),
  };
}

// A group with a message of each kind that a path may name. Everything belongs to `owner`, the group's admin.
export class Furnished {
  static async of(server, { owner, member, removed }) {
    const room = new Furnished();
    room.owner = owner;
    room.group = await owner.group('Furnished', [member, removed]);
    const created = async (path, body, status = 201) => {
      const answer = await owner.rest.post(path, body);
      assert.equal(answer.status, status, `${path}: ${answer.text}`);
      return answer.body.data;
    };
    room.message = await owner.send(room.group.id, 'one of everything');
    await created(`messages/${room.message.id}/reactions`, { reaction: '👍' });
    await created(`messages/${room.message.id}/pin`, {});
    room.attachment = await created(`messages/${room.message.id}/attachments`, {
      media_url: 'https://example.org/a.png',
      media_type: 'image',
      size: 1,
      filename: 'a.png',
    });
    room.draft = await created('messages/drafts', { conversation_id: room.group.id, content: 'not yet' }, 200);
    room.schedule = await created('messages/scheduled', {
      conversation_id: room.group.id,
      content: 'later',
      scheduled_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    room.report = await created('reports', { reported_user_id: member.id, category: 'spam' });
    const gone = await owner.rest.delete(`conversations/${room.group.id}/members/${removed.id}`);
    assert.equal(gone.status, 204, gone.text);
    room.member = member;
    return room;
  }

  // What stands for {parameter} in a path.
  value(path, name) {
    if (name === 'user_id') return this.member.id;
    if (name === 'reaction') return encodeURIComponent('👍');
    if (name === 'public_key') return encodeURIComponent('AAAA');
    if (name === 'conversation_id') return this.group.id;
    if (name === 'message_id') return this.message.id;
    if (path.startsWith('/internal')) return this.member.id;
    const concepts = [
      ['/sanctions/', this.sanction?.id ?? this.report.id],
      ['/messages/drafts/', this.draft.id],
      ['/messages/scheduled/', this.schedule.id],
      ['/attachments/', this.attachment.id],
      ['/reports/', this.report.id],
      ['/conversations/', this.group.id],
      ['/messages/', this.message.id],
    ];
    return concepts.find(([part]) => path.includes(part))[1];
  }

  path_of(path) {
    return path.replaceAll(/\{(\w+)\}/g, (_, name) => this.value(path, name));
  }
}
