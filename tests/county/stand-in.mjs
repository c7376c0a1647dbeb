// What both stand-ins do alike: options, starting with a clear message, control requests, ending cleanly.

import { parseArgs } from 'node:util';
import { today } from './generate.mjs';

/** The options of the command line, all texts; `--today` and `--help` come with every stand-in. */
export function options(usage, defaults) {
  const described = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]));
  let values;
  try {
    ({ values } = parseArgs({ options: { ...described, today: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }));
  } catch (error) {
    stop(2, `${error.message}\n${usage}`);
  }
  if (values.help) stop(0, usage);
  values.today ??= today();
  if (!/^\d{4}-\d\d-\d\d$/.test(values.today) || Number.isNaN(Date.parse(values.today))) stop(2, `--today must be a date such as 2026-11-22, not "${values.today}"`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) stop(2, `--port must be a number up to 65535, not "${values.port}"`);
  return { ...values, port };
}

function stop(code, message) {
  (code === 0 ? console.log : console.error)(message);
  process.exit(code);
}

/**
 * Listens on loopback only, ends on SIGTERM and SIGINT, and gives the port (which the system chooses when asked for 0).
 * A port that is taken is a sentence and exit 1.
 */
export function listen(server, { name, port }) {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      const why = error.code === 'EADDRINUSE' ? `port ${port} is in use by another program; stop it or choose another with --port` : error.message;
      stop(1, `${name}: ${why}`);
    });
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.once(signal, () => {
        server.close(() => process.exit(0));
        server.closeAllConnections();
      });
    }
  });
}

/** A request's body as text; refuses more than `limit` bytes. */
export async function body(request, limit = 1 << 20) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > limit) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export function answer(response, status, value, headers = {}) {
  const json = typeof value !== 'string' && !Buffer.isBuffer(value);
  response.writeHead(status, { 'cache-control': 'no-store', ...(json && { 'content-type': 'application/json; charset=utf-8' }), ...headers });
  response.end(json ? JSON.stringify(value) : value);
}

/** The fault that is switched on, changed by `POST /_stand-in/fault {"mode": "…", "class"?: "…", "seconds"?: n}`. */
export class Faults {
  constructor(modes) {
    this.modes = ['none', ...modes];
    this.now = { mode: 'none' };
  }

  async control(request, response) {
    let wish;
    try {
      wish = JSON.parse(await body(request));
    } catch {
      return answer(response, 400, { error: 'the body is not JSON' });
    }
    if (!this.modes.includes(wish?.mode)) return answer(response, 400, { error: `mode must be one of ${this.modes.join(', ')}` });
    this.now = wish;
    return answer(response, 200, this.now);
  }

  /** The mode, if it holds for this class (a fault without a class holds for all). */
  of(name) {
    return this.now.class === undefined || this.now.class.toLowerCase() === name?.toLowerCase() ? this.now.mode : 'none';
  }

  /** Waits as long as a slow server: 30 seconds unless the fault says otherwise. */
  async slowness() {
    await new Promise((resolve) => setTimeout(resolve, (this.now.seconds ?? 30) * 1000).unref());
  }
}
