// An OpenID Connect issuer of a test's own: a real one, whose sign-in pages let in whoever names themselves.

import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

import Provider from "oidc-provider";

export const CLIENT = { id: "urumi", secret: "what-only-urumi-and-the-issuer-know" };

export class Issuer {
  private server?: HttpServer;

  private constructor(private readonly port: number) {}

  /** One that does not answer yet: it has to know first where to send people back to. */
  static async reserve(): Promise<Issuer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return new Issuer(port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(redirect: string) {
    const client = { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirect] };
    const provider = new Provider(this.url, {
      clients: [client],
      claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"] },
      cookies: { keys: ["for the cookies of a test"] },
      findAccount: (_, sub) => ({
        accountId: sub,
        claims: () => ({ sub, preferred_username: `${sub}.l`, email: `${sub}@example.com` }),
      }),
    });
    this.server = createServer(provider.callback()).listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
  }

  async stop() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
