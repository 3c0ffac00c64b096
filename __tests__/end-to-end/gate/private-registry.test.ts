import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../support/databases/database.ts";
import { clean, python } from "../../support/images/images.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const LOGIN = { username: "robot", password: "registry-password-of-the-job" };
const BASIC = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");

const stage = await shared(openStage("private-registry"));
/** Images behind a login and a public database on one host, as on ghcr.io. */
const sharedHost = await shared(startRegistry());
sharedHost.add("acme/private", "1.0", clean());
sharedHost.add("acme/jar", "1.0", python({ withNopomJar: true }));
stage.bed.registry.add("clean", "1", clean());
sharedHost.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now: new Date() })));
sharedHost.requireLogin(/^acme\//, LOGIN);
const login = join(stage.folder, "login");
mkdirSync(login);
writeFileSync(join(login, "config.json"), JSON.stringify({ auths: { [sharedHost.host]: { auth: BASIC } } }));
let caches = 0;
const freshCache = () => join(stage.folder, `fresh-tools-${++caches}`);
beforeEach(() => {
  sharedHost.requests.length = 0;
});

/** Authorization headers by the requested path. */
const sent = (match: RegExp) =>
  sharedHost.requests.filter(({ path }) => match.test(path)).map(({ authorization }) => authorization);

describe("a private registry", () => {
  it("is read with the login of DOCKER_CONFIG", async () => {
    const result = await stage.run(
      { image: `${sharedHost.host}/acme/private:1.0` },
      { env: { DOCKER_CONFIG: login }, toolCache: freshCache() },
    );
    expect(result.outputs.verdict).toBe("pass");
    expect(sent(/\/acme\/private\//)).toContain(`Basic ${BASIC}`);
    for (const text of [result.log, result.summary, JSON.stringify(result.report)]) {
      expect(text).not.toContain(LOGIN.password);
      expect(text).not.toContain(BASIC);
    }
  });

  it("is read with the login below HOME", async () => {
    const home = join(stage.folder, "home-with-login");
    mkdirSync(join(home, ".docker"), { recursive: true });
    writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ auths: { [sharedHost.host]: { auth: BASIC } } }));
    const result = await stage.run({ image: `${sharedHost.host}/acme/private:1.0` }, { env: { HOME: home } });
    expect(result.outputs.verdict).toBe("pass");
  });

  it.each([
    ["a login of another host", () => ({ "ghcr.io": { auth: BASIC } })],
    ["a wrong password", () => ({ [sharedHost.host]: { auth: Buffer.from("robot:wrong").toString("base64") } })],
  ])("with %s is an error that tells how to log in", async (_, auths) => {
    const folder = `${stage.nextFolder()}-login`;
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: auths() }));
    const result = await stage.run(
      { image: `${sharedHost.host}/acme/private:1.0` },
      { env: { DOCKER_CONFIG: folder } },
    );
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[image-denied]");
    expect(messages(result, "error")[0]).toContain("image-denied");
    expect(result.summary).toContain("docker login");
  });
});

describe("a repository of the databases that is named", () => {
  const MIRROR = { username: "mirror", password: "password-of-the-mirror-alone" };
  const MIRROR_BASIC = Buffer.from(`${MIRROR.username}:${MIRROR.password}`).toString("base64");
  let mirror: Registry;
  /** Has the logins of both hosts. */
  let logins: string;
  beforeAll(async () => {
    mirror = await startRegistry();
    const now = new Date();
    mirror.add("private/trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    mirror.add("private/trivy-java-db", "1", javaDatabaseArtifact(javaDatabase({ now })));
    mirror.requireLogin(/^private\//, MIRROR);
    logins = join(stage.folder, "logins");
    mkdirSync(logins);
    const auths = { [sharedHost.host]: { auth: BASIC }, [mirror.host]: { auth: MIRROR_BASIC } };
    writeFileSync(join(logins, "config.json"), JSON.stringify({ auths }));
  });
  afterAll(() => mirror.close());
  const inputs = () => ({
    image: `${sharedHost.host}/acme/jar:1.0`,
    "db-repository": `${mirror.host}/private/trivy-db:2`,
    "java-db-repository": `${mirror.host}/private/trivy-java-db:1`,
  });

  // Proves: registry-s-login-goes
  it("gets only the Docker login for its host, and so does the image's registry", async () => {
    mirror.requests.length = 0;
    const env = { DOCKER_CONFIG: logins, AWS_SECRET_ACCESS_KEY: "x", TRIVY_USERNAME: "u", TRIVY_PASSWORD: "p" };
    const result = await stage.run(inputs(), { env, toolCache: freshCache() });
    expect(result.report.findings.map(({ id }) => id)).toContain("CVE-2099-5001");
    const given = (registry: Registry) => new Set(registry.requests.map(({ authorization }) => authorization));
    expect([...given(mirror)].filter((each) => each !== undefined)).toEqual([`Basic ${MIRROR_BASIC}`]);
    expect([...given(sharedHost)].filter((each) => each !== undefined)).toEqual([`Basic ${BASIC}`]);
    for (const path of ["/trivy-db/blobs/", "/trivy-java-db/blobs/"])
      expect(mirror.requests.some((request) => request.path.includes(path))).toBe(true);
    expect(result.log).not.toContain(MIRROR.password);
    expect(result.log).not.toContain(MIRROR_BASIC);
  });

  it("of another host than those with a login gets none: an error says that one is needed", async () => {
    mirror.requests.length = 0;
    const result = await stage.run(inputs(), { env: { DOCKER_CONFIG: login }, toolCache: freshCache() });
    expect(result.outputs.reason).toContain("[database-unavailable]");
    expect(result.summary).toContain("docker login");
    expect(mirror.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("that refuses the login is asked without: an expired one does not keep from what all may read", async () => {
    // As ghcr.io: a wrong login gets no token, not even for public repositories.
    await using open = await startRegistry();
    open.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now: new Date() })));
    open.requireToken({ realm: `http://${open.host}/token`, service: "open" });
    const folder = join(stage.folder, "expired");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [open.host]: { auth: BASIC } } }));
    const result = await stage.run(
      { image: `${stage.bed.registry.host}/clean:1`, "db-repository": `${open.host}/trivy-db:2` },
      { env: { DOCKER_CONFIG: folder }, toolCache: freshCache() },
    );
    expect(result.outputs.verdict).toBe("pass");
    const tokens = open.requests.filter(({ path }) => path === "/token").map(({ authorization }) => authorization);
    expect(tokens[0]).toBe(`Basic ${BASIC}`);
    expect(new Set(tokens.slice(1))).toEqual(new Set([undefined]));
    expect(result.log).toContain("trivy-db:2: downloaded in ");
  });
});
