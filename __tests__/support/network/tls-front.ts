import { type AddressInfo, connect } from "node:net";
import { createServer } from "node:tls";
import type { ServerCertificate } from "./tls.ts";

/** A server with TLS on the loopback that passes everything on to a plain one there. */
export interface TlsFront {
  readonly url: string;
  close(): Promise<void>;
}

/** @param to the plain server's address */
export async function startTlsFront(to: string, { certificate, key }: ServerCertificate): Promise<TlsFront> {
  const server = createServer({ cert: certificate, key }, (client) => {
    const plain = connect(Number(new URL(to).port), "127.0.0.1");
    client.pipe(plain).pipe(client);
    plain.on("error", () => client.destroy());
    client.on("error", () => plain.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
