import { HttpClientResponse } from "@actions/http-client";

/** In bytes. An answer of the services is some hundred bytes of JSON; archives are no answers, and go to files. */
const MAX_ANSWER = 1 << 20;

/** From now on this process ends an answer at the limit: the library by itself reads any into memory, and waits for its end. */
export function boundAnswers(): void {
  HttpClientResponse.prototype.readBody = async function readBody(): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.message as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > MAX_ANSWER) throw new Error(`its answer has more than ${MAX_ANSWER} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  };
}
