// node can_run.mjs NEED COMMAND...: runs the command where the machine has what its tests need; elsewhere says what is
// missing in its last line and ends with 77.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Namespace } from './namespace.mjs';
import { SmallDisk } from './small_disk.mjs';
import { time_cannot_be_shifted } from './shifted_time.mjs';

const needs = { namespace: Namespace.missing, disk: SmallDisk.missing, faketime: time_cannot_be_shifted };
const [need, program, ...args] = process.argv.slice(2);
const missing = needs[need]();
if (missing) {
  fs.writeSync(1, `${missing}\n`);
  process.exit(77);
}
process.exit(spawnSync(program, args, { stdio: 'inherit' }).status ?? 1);
