// How long a test waits for what must happen, and for what must not.
// WHISPR_TEST_PATIENCE multiplies every wait: sanitizer builds are an order of magnitude slower.
const factor = Number(process.env.WHISPR_TEST_PATIENCE ?? '1');

export const patience_ms = 8000 * factor;
export const start_patience_ms = 30000 * factor;
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function eventually(what, probe, within_ms = patience_ms) {
  const end = Date.now() + within_ms;
  let last;
  while (Date.now() < end) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await pause(20);
  }
  throw new Error(
    `${what}: not within ${within_ms} ms, last seen ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}

export async function within(promise, what, ms = patience_ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
