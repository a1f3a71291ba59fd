// A name server of a test's own, which answers from a list that the test may change.

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

import { decode, encode, RECURSION_AVAILABLE, type Answer, type Question } from "dns-packet";

/** NXDOMAIN, in the flags of an answer: there is no such name. */
const NO_SUCH_NAME = 3;

export class Zone {
  private readonly records: Answer[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on("message", (message, from) => {
      const { id, questions } = decode(message);
      const question = questions?.[0];
      if (question) socket.send(this.answer(id ?? 0, question), from.port, from.address);
    });
  }

  /** One that knows nothing yet. */
  static async serve(): Promise<Zone> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new Zone(socket);
  }

  /** Where it answers. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  add(name: string, type: "A" | "CNAME" | "TXT", data: string) {
    this.records.push({ name, type, ttl: 60, data });
  }

  stop() {
    this.socket.close();
  }

  private answer(id: number, question: Question): Buffer {
    const named = this.records.filter((record) => record.name === question.name.toLowerCase());
    const answers = named.filter(({ type }) => type === question.type || type === "CNAME");
    const flags = RECURSION_AVAILABLE | (named.length === 0 ? NO_SUCH_NAME : 0);
    return encode({ id, type: "response", flags, questions: [question], answers });
  }
}
