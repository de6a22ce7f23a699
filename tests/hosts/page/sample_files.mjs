// Files to send, made here: pictures, papers, sounds. As playwright takes them: { name, mimeType, buffer }.
import crypto from 'node:crypto';
import zlib from 'node:zlib';

const crc_table = Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = crc_table[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind), content]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(content.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), body.length + 4);
  return whole;
}

// An evening behind hills; `tone` moves its colours, so that pictures can be told apart.
export function picture(name, width = 960, height = 600, tone = 0) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  const ridge = (column, layer) =>
    height * (0.56 + layer * 0.13) -
    Math.sin(column * 0.011 + layer * 2) * height * 0.06 -
    Math.sin(column * 0.031 + layer) * height * 0.03;
  const hills = [
    [96, 84, 140],
    [66, 60, 112],
    [38, 41, 80],
  ];
  const sun = { x: width * 0.68, y: height * 0.34, r: Math.min(width, height) * 0.1 };
  for (let y = 0; y < height; y += 1) {
    const down = y / height;
    for (let x = 0; x < width; x += 1) {
      let colour = [250 - 60 * down, 185 - 70 * down, 140 + 40 * down];
      if (Math.hypot(x - sun.x, y - sun.y) < sun.r) colour = [255, 243, 208];
      for (let layer = 0; layer < 3; layer += 1) if (y > ridge(x, layer)) colour = hills[layer];
      for (let part = 0; part < 3; part += 1) {
        rows[y * (width * 3 + 1) + 1 + x * 3 + part] = colour[(part + tone) % 3];
      }
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', zlib.deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { name, mimeType: 'image/png', buffer };
}

// Something that calls itself a PDF and nobody can compress.
export function paper(name, bytes) {
  const buffer = Buffer.concat([Buffer.from('%PDF-1.7\n'), crypto.randomBytes(Math.max(0, bytes - 9))]);
  return { name, mimeType: 'application/pdf', buffer };
}

export function sound(name, seconds = 5) {
  const samples = 8000 * seconds;
  const buffer = Buffer.alloc(44 + samples * 2);
  buffer.write('RIFF', 0);
  buffer.writeUInt32LE(36 + samples * 2, 4);
  buffer.write('WAVEfmt ', 8);
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(8000, 24);
  buffer.writeUInt32LE(16000, 28);
  buffer.writeUInt16LE(2, 32);
  buffer.writeUInt16LE(16, 34);
  buffer.write('data', 36);
  buffer.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) buffer.writeInt16LE(Math.round(Math.sin(at / 6) * 2000), 44 + at * 2);
  return { name, mimeType: 'audio/wav', buffer };
}

// A short video, recorded by the browser itself.
export async function video(page, name) {
  const text = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: 'video/mp4;codecs=avc1.42E01E' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let step = 0; step < 24; step += 1) {
      context.fillStyle = `hsl(${215 + step * 3} 45% 38%)`;
      context.fillRect(0, 0, 640, 360);
      context.fillStyle = '#ffe9c0';
      context.beginPath();
      context.arc(70 + step * 21, 190 - Math.sin(step / 4) * 70, 34, 0, 7);
      context.fill();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
    });
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return { name, mimeType: 'video/mp4', buffer: Buffer.from(text, 'base64') };
}

export function digest(bytes) {
  return crypto.createHash('sha256').update(bytes).digest('hex');
}
