// What the page keeps between visits: the county's lists and county.json, all of them public. Nothing of any person,
// and no cookie. Where the browser keeps nothing (some private windows), the page works with what it fetches.

const NAME = "kontroll-lists";

export class Store {
  readonly #cache: Cache | null;

  private constructor(cache: Cache | null) {
    this.#cache = cache;
  }

  static async open(): Promise<Store> {
    return new Store(await caches.open(NAME).catch(() => null));
  }

  async read(address: string): Promise<string | null> {
    const kept = await this.#cache?.match(address).catch(() => undefined);
    return kept ? kept.text() : null;
  }

  /** A full disk is no reason to stop checking. */
  async keep(address: string, text: string): Promise<void> {
    await this.#cache?.put(address, new Response(text)).catch(() => undefined);
  }

  /** Lets go of everything whose address is not in `addresses`. */
  async keepOnly(addresses: string[]): Promise<void> {
    for (const request of (await this.#cache?.keys().catch(() => undefined)) ?? []) {
      if (!addresses.includes(request.url)) await this.#cache?.delete(request).catch(() => undefined);
    }
  }
}
