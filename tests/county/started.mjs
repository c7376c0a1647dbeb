// A stand-in as a program of its own, started for a test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

const TESTS = new URL('..', import.meta.url).pathname;

export class Started {
  /** Starts `file` (from the tests' folder) on a free port; done when it has said that it is ready. */
  static async of(file, more = []) {
    const child = spawn(process.execPath, [file, '--port', '0', ...more], { cwd: TESTS, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
      said += part;
      if (said.includes('\n')) break;
    }
    const started = new Started();
    started.child = child;
    started.said = said;
    started.base = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    return started;
  }

  /** Starts a program that is to fail, and gives its exit code and what it said of the error. */
  static async fails(file, options) {
    const child = spawn(process.execPath, [file, ...options], { cwd: TESTS, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (part) => { errors += part; });
    const [code] = await once(child, 'close');
    return { code, errors };
  }

  control(what, value) {
    return fetch(`${this.base}/_stand-in/${what}`, { method: 'POST', body: JSON.stringify(value) });
  }

  /** Asks it to end; gives its exit code. */
  async stop() {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill('SIGTERM');
    const [code] = await once(this.child, 'exit');
    return code;
  }
}
