// What the provider remembers, for as long as the stand-in runs.

const kept = new Map();

/** oidc-provider's storage, in memory, with an end to everything. */
export class Memory {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    kept.set(this.key(id), { payload, until: Date.now() + expiresIn * 1000 });
    if (kept.size > 10000) for (const [key, { until }] of kept) if (until < Date.now()) kept.delete(key);
  }

  async find(id) {
    const found = kept.get(this.key(id));
    return found && found.until > Date.now() ? found.payload : undefined;
  }

  async findByUid(uid) {
    for (const [key, { payload }] of kept) if (key.startsWith(`${this.model}:`) && payload.uid === uid) return payload;
    return undefined;
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    const found = kept.get(this.key(id));
    if (found) found.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, { payload }] of kept) if (key.startsWith(`${this.model}:`) && payload.grantId === grantId) kept.delete(key);
  }
}
