// Sends one message through gRPC and waits until it comes back as an event:
//     node chat.cjs localhost:9090 TOKEN OTHER_USER_ID "a text"
// Needs @grpc/grpc-js and @grpc/proto-loader (`npm install` in this folder). The .proto files are loaded as they are.
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const proto = path.join(__dirname, '../../proto');
const files = ['conversations', 'sync'].map((name) => path.join(proto, 'whispr/v1', `${name}.proto`));
const definition = loader.loadSync(files, { includeDirs: [proto], keepCase: true, longs: String, enums: String, oneofs: true });
const { ConversationService, SyncService } = grpc.loadPackageDefinition(definition).whispr.v1;

const [address, token, other_user_id, text] = process.argv.slice(2);
if (!text) {
  console.error('usage: chat.cjs HOST:PORT TOKEN OTHER_USER_ID TEXT');
  process.exit(2);
}
const credentials = grpc.credentials.createInsecure();
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${token}`);

const conversations = new ConversationService(address, credentials);
conversations.CreateDirect({ other_user_id }, metadata, { deadline: Date.now() + 10_000 }, (error, answer) => {
  if (error) throw error;
  const stream = new SyncService(address, credentials).Connect(metadata);
  stream.on('error', (failed) => {
    if (failed.code !== grpc.status.CANCELLED) throw failed;
  });
  stream.on('data', ({ frames }) => {
    for (const frame of frames) {
      if (frame.caught_up) {
        const send_message = { conversation_id: answer.conversation.id, content: Buffer.from(text) };
        stream.write({ id: 2, send_message });
      }
      if (frame.event?.message_created) {
        console.log('heard:', frame.event.message_created.message.content.toString());
        stream.cancel();
        process.exit(0);
      }
    }
  });
  stream.write({ id: 1, hello: {} });
});
