// The rules that every workflow keeps, as a function, so that a doctored one can be held against them too.
import { parse } from 'yaml';

/** Actions by their own commit, with the version for people beside it. Our own workflows are of this very commit. */
const PINNED = /^\s*(?:-\s+)?uses:\s+(?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
/** What strangers choose: titles, branches, messages. A tag's or branch's name can hold a command too. */
const FOREIGN = /\$\{\{[^}]*github\.(?:event|head_ref|ref_name|base_ref|ref\b)/;

/** A secret that only the run of a release's tag sees. */
const FOR_TAGS = /^\$\{\{ startsWith\(github\.ref, 'refs\/tags\/v'\) && secrets\.[A-Z_]+ \|\| '' \}\}$/;
const REVIEWED = "${{ startsWith(github.ref, 'refs/tags/v') && 'release' || '' }}";

/** What is wrong with a workflow, in words; nothing if it is well. */
export function faults(name, text) {
  const wrong = [];
  const say = (what) => wrong.push(`${name}: ${what}`);
  for (const line of text.split('\n').filter((each) => /^\s*(?:-\s+)?uses:/.test(each))) {
    if (!PINNED.test(line)) say(`not pinned to a commit with its version: ${line.trim()}`);
  }
  const { on, permissions, jobs } = parse(text);
  const tagsAlone = JSON.stringify(Object.keys(on.push ?? {})) === '["tags"]' && Object.keys(on).length === 1;
  const triggers = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on);
  // Both run with the repository's secrets on what strangers send.
  for (const each of ['pull_request_target', 'workflow_run']) if (triggers.includes(each)) say(`starts on ${each}`);
  if (JSON.stringify(permissions) !== '{"contents":"read"}') say('may more than read the contents, for all its jobs');
  for (const [id, job] of Object.entries(jobs)) {
    if (!job.permissions || typeof job.permissions === 'string') say(`${id}: says not what it may`);
    if (job.secrets === 'inherit') say(`${id}: hands on all secrets`);
    // A job that calls a workflow has the times of that one's jobs.
    if (!job.uses && !(job['timeout-minutes'] > 0 && job['timeout-minutes'] <= 90)) say(`${id}: has no time limit`);
    const writes = Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write').map(([scope]) => scope);
    for (const step of job.steps ?? []) {
      const what = step.name ?? step.uses ?? step.run;
      if (/\$\{\{[^}]*\b(secrets|github\.token)\b/.test(step.run ?? '')) say(`${id}: a secret in the text of a command: ${what}`);
      for (const [variable, value] of Object.entries(step.env ?? {})) {
        if (!tagsAlone && /\bsecrets\b/.test(value) && !FOR_TAGS.test(value)) say(`${id}: ${variable} has its secret on every push`);
      }
      if (!tagsAlone && JSON.stringify(step.env ?? {}).includes('secrets.') && job.environment !== REVIEWED) say(`${id}: has secrets, and no reviewer before it`);
      if (FOREIGN.test(step.run ?? '')) say(`${id}: a stranger's words in the text of a command: ${what}`);
      if (/\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(step.with ?? {}))) say(`${id}: a secret handed to an action: ${what}`);
      if (/\b(set -\w*x|printenv|env\s*$)/m.test(step.run ?? '')) say(`${id}: prints its environment: ${what}`);
      if (/^actions\/checkout@/.test(step.uses ?? '') && step.with?.['persist-credentials'] !== false) say(`${id}: leaves its token in the clone`);
      if (writes.length && /^(actions\/checkout|\.\/)/.test(step.uses ?? '')) say(`${id}: may write, and has the repository's programs at hand`);
    }
    if (/\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify([job.env ?? {}, job.container ?? {}]))) say(`${id}: a secret in the environment of all its steps`);
  }
  if (/\bsecrets\b/.test(JSON.stringify(parse(text).env ?? {}))) say('a secret in the environment of all its jobs');
  return wrong;
}
