import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { answer, bodyOf, type Fault } from "../network/http.ts";

/** A fault in a body on its way. */
export interface TransferFault extends Fault {
  /** Milliseconds before each of ten parts of the body. */
  readonly slow?: number;
  /** Stop in the middle of the body: with the connection open, or cut by `reset`. */
  readonly midway?: boolean;
}

const HEADERS = {
  etag: '"1"',
  "last-modified": new Date(0).toUTCString(),
  "x-ms-version": "2020-10-02",
};

/** The part of Azure's blob storage that @actions/cache needs: whole blobs, blocks and lists of them, ranges. */
export function fakeBlobs() {
  const blobs = new Map<string, Buffer>();
  const blocks = new Map<string, Map<string, Buffer>>();

  function store(id: string, at: URL, body: Buffer): void {
    const parts = blocks.get(id) ?? new Map<string, Buffer>();
    blocks.set(id, parts);
    const names = [...body.toString("latin1").matchAll(/<(?:Latest|Uncommitted|Committed)>(.+?)</g)];
    const what = at.searchParams.get("comp");
    if (what === "block") parts.set(at.searchParams.get("blockid") ?? "", body);
    else if (what === "blocklist")
      blobs.set(id, Buffer.concat(names.map(([, name = ""]) => parts.get(name) ?? Buffer.alloc(0))));
    else blobs.set(id, body);
  }

  async function put(id: string, at: URL, request: IncomingMessage, response: ServerResponse, slow = 0): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) {
      pieces.push(piece as Buffer);
      if (slow > 0) await wait(slow / 10);
    }
    store(id, at, Buffer.concat(pieces));
    answer(response, 201, "", { ...HEADERS, "x-ms-request-id": randomUUID() });
  }

  async function get(id: string, request: IncomingMessage, response: ServerResponse, fault: TransferFault = {}) {
    const blob = blobs.get(id);
    await bodyOf(request);
    if (!blob) return answer(response, 404, "");
    const asked = request.headers["x-ms-range"] ?? request.headers.range;
    const [, from = "0", to = ""] = /bytes=(\d+)-(\d*)/.exec(String(asked ?? "")) ?? [];
    const start = Number(from);
    const body = blob.subarray(start, to === "" ? blob.length : Number(to) + 1);
    const range = { "content-range": `bytes ${start}-${start + body.length - 1}/${blob.length}` };
    response.writeHead(asked ? 206 : 200, { ...HEADERS, "content-length": body.length, ...(asked ? range : {}) });
    return request.method === "HEAD" ? response.end() : send(body, request, response, fault);
  }

  return { blobs, put, get };
}

/** Answers as Azure does to a request that it refuses. */
export function refuseBlob(response: ServerResponse, { status = 500 }: Fault): void {
  const code = status === 403 ? "AuthenticationFailed" : "ServerBusy";
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code} by the testbed.\nTime:0</Message></Error>`;
  answer(response, status, body, { "content-type": "application/xml", "x-ms-error-code": code });
}

async function send(body: Buffer, request: IncomingMessage, response: ServerResponse, fault: TransferFault) {
  if (fault.midway) {
    response.write(body.subarray(0, body.length / 2));
    await wait(50);
    return fault.reset ? request.socket.destroy() : undefined;
  }
  const size = fault.slow ? Math.ceil(body.length / 10) : body.length;
  for (let at = 0; at < body.length; at += size) {
    if (fault.slow) await wait(fault.slow);
    response.write(body.subarray(at, at + size));
  }
  return response.end();
}
