import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../../support/network/http.ts";
import {
  type ReleaseArchive,
  type ReleaseServer,
  releaseArchive,
  startReleaseServer,
} from "../../../support/programs/releases.ts";
import { installStage } from "./stage.ts";

// The login of a mirror, from the input to the header.

const NAME = "trivy_0.76.0_Linux-64bit.tar.gz";
const PATH = `/v0.76.0/${NAME}`;

const stage = installStage();
let script: ReleaseArchive;
/** A new mirror for each test, since a login that it requires stays in force. */
let mirror: ReleaseServer;
beforeAll(async () => {
  script = await releaseArchive({ program: stage.program("with-login", '{"Version":"0.76.0"}') });
});
beforeEach(async () => {
  mirror = await startReleaseServer();
  mirror.add("0.76.0", script);
});
afterEach(() => mirror.close());

const install = (request = {}) => stage.install({ mirror: mirror.url, sha256: script.sha256, ...request });
const authorizations = () => mirror.requests.map(({ authorization }) => authorization);
const masked = () => stage.world.lines.filter((line) => line.startsWith("mask: ")).map((line) => line.slice(6));
const basic = (login: string) => `Basic ${Buffer.from(login).toString("base64")}`;

describe("`trivy-mirror-token`", () => {
  // Proves: mirror-s-login-goes
  it.each([
    ["a token", "s3cret-token", "Bearer s3cret-token", ["s3cret-token"]],
    [
      "user and password",
      "robot:pa:ss wörd",
      basic("robot:pa:ss wörd"),
      ["robot:pa:ss wörd", "pa:ss wörd", basic("robot:pa:ss wörd").slice(6)],
    ],
  ])("as %s is sent in its own way, and masked in every form before", async (_, mirrorToken, header, secrets) => {
    mirror.requireLogin(header);
    const installed = await install({ mirrorToken });
    expect(readFileSync(installed.path, "utf8")).toContain("0.76.0");
    expect(authorizations()).toEqual([header]);
    expect(masked()).toEqual(secrets);
    const logged = stage.world.lines.filter((line) => !line.startsWith("mask: ")).join("\n");
    for (const secret of secrets) expect(logged).not.toContain(secret);
    expect(stage.warnings()).toEqual([expect.stringContaining("is sent unencrypted")]);
  });

  it("is neither sent nor masked if it is not needed", async () => {
    await install({ mirrorToken: "s3cret-token" });
    const before = stage.world.lines.length;
    await install({ mirrorToken: "s3cret-token" });
    expect(mirror.requests).toHaveLength(1);
    expect(stage.world.lines.slice(before).join()).not.toContain("mask");
  });

  it.each([401, 403])("that is not accepted (HTTP %i) is named, and not shown", async (status) => {
    mirror.fault(/./, { status });
    await expect(install({ mirrorToken: "s3cret-token" })).rejects.toMatchObject({
      code: "trivy-download-denied",
      remedy: expect.stringContaining("`trivy-mirror-token` was sent and not accepted"),
      message: expect.not.stringContaining("s3cret-token"),
    });
    expect(mirror.requests).toHaveLength(1);
  });

  it("is asked for if the mirror wants a login and there is none", async () => {
    mirror.requireLogin("Bearer x");
    await expect(install()).rejects.toMatchObject({
      code: "trivy-download-denied",
      remedy: expect.stringContaining("give it with `trivy-mirror-token`"),
    });
  });

  it("goes with the signature, too", async () => {
    mirror.requireLogin("Bearer s3cret-token");
    await expect(install({ mirrorToken: "s3cret-token", version: "0.75.0", sha256: undefined })).rejects.toMatchObject({
      code: "trivy-signature-missing",
    });
    expect(authorizations()).toEqual(["Bearer s3cret-token"]);
  });
});

describe("a redirect", () => {
  /** A server that has the archive and records what it was sent. */
  async function storage() {
    const headers: (string | undefined)[] = [];
    const server = await listen((request, response) => {
      headers.push(request.headers.authorization);
      response.end(readFileSync(script.path));
    });
    onTestFinished(() => server.close());
    return { port: server.port, headers };
  }

  // Proves: mirror-s-login-goes
  it.each(["127.0.0.1", "localhost"])(
    "to another port of %s gets the file without the login: another origin is another server",
    async (host) => {
      const { port, headers } = await storage();
      mirror.fault(/./, { status: 302, headers: { location: `http://${host}:${port}/file?signature=s3` }, times: 1 });
      expect((await install({ mirrorToken: "s3cret-token" })).origin).toBe("download");
      expect(authorizations()).toEqual(["Bearer s3cret-token"]);
      expect(headers).toEqual([undefined]);
    },
  );

  it("within the mirror, relative too, takes the login along", async () => {
    mirror.requireLogin("Bearer s3cret-token");
    mirror.fault(/./, { status: 307, headers: { location: `../v0.76.0/${NAME}` }, times: 1 });
    await install({ mirrorToken: "s3cret-token" });
    expect(authorizations()).toEqual(["Bearer s3cret-token", "Bearer s3cret-token"]);
  });

  it("back to the mirror has the login again, as it never was at the other's mercy", async () => {
    const { port, close } = await listen((_, response) => {
      response.writeHead(302, { location: `${mirror.url}${PATH}` }).end();
    });
    onTestFinished(close);
    mirror.fault(/./, { status: 302, headers: { location: `http://127.0.0.1:${port}/` }, times: 1 });
    await install({ mirrorToken: "s3cret-token" });
    expect(authorizations()).toEqual(["Bearer s3cret-token", "Bearer s3cret-token"]);
  });

  it("that has no end is given up", async () => {
    mirror.fault(/./, { status: 302, headers: { location: PATH } });
    await expect(install({ mirrorToken: "s3cret-token" })).rejects.toMatchObject({
      code: "trivy-download-failed",
      what: expect.stringContaining("redirected again and again"),
    });
    expect(mirror.requests).toHaveLength(6);
  });

  it("to where the login is in the address does not show it", async () => {
    mirror.fault(/./, { status: 302, headers: { location: "http://127.0.0.1:1/file?X-Signature=s3cret" } });
    const error = await install({ mirrorToken: "s3cret-token" }).catch((each: unknown) => each);
    expect(String(error)).not.toContain("s3cret");
  });
});
