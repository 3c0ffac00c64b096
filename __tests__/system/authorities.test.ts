import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Authority, createAuthority } from "../support/network/tls.ts";
import { askAt } from "../support/runs/ask-at.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("authorities");
const server = createServer((request, response) => {
  if (request.url === "/plain") response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
  else response.end("reached");
});
let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority(folder.path);
  const { certificate, key } = await authority.issue(["127.0.0.1"]);
  server.setSecureContext({ cert: certificate, key });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

/**
 * Sends a request in a separate process, since Node reads authorities and proxies once. Returns the body, or the error.
 */
async function ask(env: Readonly<Record<string, string>>, path = "/"): Promise<string> {
  return askAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, env);
}

it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("an authority that %s names is trusted", async (name) => {
  expect(await ask({ [name]: authority.file })).toBe("reached");
});

it("an authority that is not named is not trusted", async () => {
  expect(await ask({})).toMatch(/^(?:UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT)/);
});

it("a redirect from https to http is refused", async () => {
  expect(await ask({ NODE_EXTRA_CA_CERTS: authority.file }, "/plain")).toBe("it is redirected from https to http");
});
