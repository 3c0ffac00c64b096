import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { root } from "../../scripts/setup/tools.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Authority, createAuthority } from "../support/tls.ts";

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

/** Asks the server in a process of its own, since Node reads its authorities once. Answers with the body, or with the error. */
async function ask(env: Readonly<Record<string, string>>, path = "/"): Promise<string> {
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const program = `
    import { get, readBody } from ${JSON.stringify(join(root, "src/system/http.ts"))};
    const { signal } = new AbortController();
    const text = get({ address: ${JSON.stringify(address)}, signal }).then((message) => readBody(message, 100, signal));
    console.log(String(await text.catch((error) => error.code ?? error.message)));`;
  const { stdout, stderr } = await finish(process.execPath, ["--input-type=module", "--eval", program], { env });
  return stdout.trim() || stderr;
}

it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("an authority that %s names is trusted", async (name) => {
  expect(await ask({ [name]: authority.file })).toBe("reached");
});

it("an authority that nobody names is not trusted", async () => {
  expect(await ask({})).toMatch(/^(?:UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT)/);
});

it("a redirect from https to http is refused", async () => {
  expect(await ask({ NODE_EXTRA_CA_CERTS: authority.file }, "/plain")).toBe("it is redirected from https to http");
});
