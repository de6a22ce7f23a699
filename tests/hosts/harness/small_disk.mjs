// A disk that can be filled: a file system of a few megabytes in memory.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const mounted = new Set();
process.on('exit', () => {
  for (const disk of mounted) disk.discard();
});

export class SmallDisk {
  // Why there can be none here; nothing when there can.
  static missing() {
    if (process.getuid() !== 0) return 'a file system is mounted by root alone';
    try {
      new SmallDisk(1).discard();
      return null;
    } catch (error) {
      return error.message;
    }
  }

  constructor(megabytes) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'whispr-disk-'));
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'none', this.folder], { encoding: 'utf8' });
    if (status !== 0) {
      fs.rmdirSync(this.folder);
      throw new Error(`a file system of its own cannot be mounted: ${(error?.message ?? stderr).trim()}`);
    }
    mounted.add(this);
  }

  get ballast() {
    return path.join(this.folder, 'ballast');
  }

  // Leaves no byte free.
  fill() {
    const file = fs.openSync(this.ballast, 'a');
    for (const size of [1 << 20, 1 << 12]) while (this.write(file, size));
    fs.closeSync(file);
  }

  write(file, size) {
    try {
      return fs.writeSync(file, Buffer.alloc(size)) === size;
    } catch (error) {
      if (error.code === 'ENOSPC') return false;
      throw error;
    }
  }

  free() {
    fs.rmSync(this.ballast, { force: true });
  }

  // Whoever uses it has ended; one that is just ending is left behind by the lazy way.
  discard() {
    if (!mounted.delete(this)) return;
    spawnSync('umount', ['-l', this.folder]);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
