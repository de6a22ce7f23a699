// Another time of day for one process: Debian's libfaketime.
import fs from 'node:fs';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

// Why it cannot be had here; nothing when it can.
export function time_cannot_be_shifted() {
  return fs.existsSync(library) ? null : `there is no ${library} (Debian package faketime)`;
}

// The environment of a process whose clock is that many seconds off. Only the time of day is another one: how long
// something takes is not.
export function shifted_time(seconds) {
  const sign = seconds > 0 ? '+' : '';
  return { LD_PRELOAD: library, FAKETIME: `${sign}${seconds}s`, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
}
