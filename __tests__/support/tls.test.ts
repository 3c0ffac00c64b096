import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { sharedFolder } from "./shared.ts";
import { createAuthority, type ServerCertificate } from "./tls.ts";

const folder = sharedFolder("tls");

/** The answer to a client that trusts only `ca` and asks a server with this certificate under this name. */
async function ask(server: ServerCertificate, ca: string, servername: string): Promise<number | string> {
  const listening = createServer({ cert: server.certificate, key: server.key }, (_, response) => response.end());
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const options = { host: "127.0.0.1", port, servername, ca, headers: { host: servername } };
  const outcome = new Promise<number | string>((resolve) => {
    request(options, (response) => resolve(response.resume().statusCode ?? 0))
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });
  return outcome.finally(() => {
    listening.close();
    listening.closeAllConnections();
  });
}

it("an authority's certificate is trusted by who knows it, for its names, while it is valid", async () => {
  const [known, other] = await Promise.all([createAuthority(folder.path), createAuthority(folder.path, "other")]);
  const good = await known.issue(["ghcr.io", "127.0.0.1"]);
  const ca = readFileSync(known.file, "utf8");
  expect(ca).toBe(known.certificate);
  expect(await ask(good, ca, "ghcr.io")).toBe(200);
  expect(await ask(good, ca, "mirror.gcr.io")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(await ask(good, other.certificate, "ghcr.io")).toMatch(/UNABLE_TO_|SELF_SIGNED/);
  expect(await ask(await known.issue(["ghcr.io"], { expired: true }), ca, "ghcr.io")).toBe("CERT_HAS_EXPIRED");
});
