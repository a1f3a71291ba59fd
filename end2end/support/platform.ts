// The REST API, for what a test needs done or known beside the page.

import { expect, type APIRequestContext } from "@playwright/test";

export type Status = "queued" | "provisioning" | "ready" | "degraded" | "failed" | "deleting" | "deleted";

export type Store = {
  id: string;
  name: string;
  status: Status;
  slug: string | null;
  url: string;
  admin_url: string;
  edition: "shop" | "wordpress_only" | null;
  queue_position: number | null;
  created_at: string;
  ready_at: string | null;
  failure: { step: string | null; cause: string; advice: string; evidence: string } | null;
};

export type Wishes = { slug?: string; size?: "small" | "medium" | "large"; content?: "demo" | "empty" };

export type Step = { step: string; started_at: string; finished_at: string | null };

export class Platform {
  private readonly headers: { authorization: string };

  constructor(
    private readonly request: APIRequestContext,
    private readonly base: string,
    token: string,
  ) {
    this.headers = { authorization: `Bearer ${token}` };
  }

  async create(name: string, wishes: Wishes = {}): Promise<Store> {
    const answer = await this.request.post(`${this.base}/api/stores`, {
      headers: this.headers,
      data: { name, ...wishes },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as Store;
  }

  async list(): Promise<Store[]> {
    const answer = await this.request.get(`${this.base}/api/stores`, { headers: this.headers });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as Store[];
  }

  async get(id: string): Promise<Store & { steps: Step[] }> {
    const answer = await this.request.get(`${this.base}/api/stores/${id}`, { headers: this.headers });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as Store & { steps: Step[] };
  }

  async events(id: string): Promise<{ kind: string; text: string }[]> {
    const answer = await this.request.get(`${this.base}/api/stores/${id}/events`, { headers: this.headers });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as { kind: string; text: string }[];
  }

  async delete(id: string): Promise<void> {
    const answer = await this.request.delete(`${this.base}/api/stores/${id}`, { headers: this.headers });
    expect(answer.status(), await answer.text()).toBe(202);
  }

  /** Places a test order in the store. */
  async check(id: string): Promise<{ passed: boolean; text: string }> {
    const answer = await this.request.post(`${this.base}/api/stores/${id}/check`, { headers: this.headers });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as { passed: boolean; text: string };
  }

  /** Waits until so many stores of the pool wait for somebody. */
  async poolIs({ ready }: { ready: number }): Promise<void> {
    await expect
      .poll(async () => {
        const answer = await this.request.get(`${this.base}/api/health`, { headers: this.headers });
        return ((await answer.json()) as { pool: { ready: number } }).pool.ready;
      })
      .toBe(ready);
  }

  /** Waits until the store has the status; ends at once when it has failed instead. */
  async becomes(id: string, status: Status, timeout = 20_000): Promise<void> {
    let store = await this.get(id);
    await expect
      .poll(
        async () => {
          store = await this.get(id);
          return store.status === status || store.status === "failed";
        },
        { timeout, intervals: [50, 100], message: `store ${id} becomes ${status}` },
      )
      .toBe(true);
    expect(store.status, store.failure ? JSON.stringify(store.failure, null, 2) : "").toBe(status);
  }

  /** A store that is ready. */
  async ready(name: string): Promise<Store> {
    const store = await this.create(name);
    await this.becomes(store.id, "ready");
    return store;
  }
}
