import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { vulnerabilityDatabase, vulnerabilityDatabaseArtifact } from "../support/database.ts";
import { clean, python } from "../support/images.ts";
import { type Registry, startRegistry } from "../support/registry.ts";
import { messages, openStage, type Stage } from "./stage.ts";

const LOGIN = { username: "robot", password: "registry-password-of-the-job" };
const BASIC = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");

let stage: Stage;
/** Images behind a login and the database for everybody, on one host, as on ghcr.io. */
let shared: Registry;
let login: string;
let freshCache: () => string;

beforeAll(async () => {
  stage = await openStage("private-registry");
  shared = await startRegistry();
  shared.add("acme/private", "1.0", clean());
  shared.add("acme/jar", "1.0", python({ withNopomJar: true }));
  shared.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now: new Date() })));
  shared.requireLogin(/^acme\//, LOGIN);
  login = join(stage.folder, "login");
  mkdirSync(login);
  writeFileSync(join(login, "config.json"), JSON.stringify({ auths: { [shared.host]: { auth: BASIC } } }));
  let caches = 0;
  freshCache = () => join(stage.folder, `fresh-tools-${++caches}`);
});
afterAll(async () => {
  await shared.close();
  await stage[Symbol.asyncDispose]();
});
beforeEach(() => {
  shared.requests.length = 0;
});

/** Authorization headers by what was asked for. */
const sent = (match: RegExp) =>
  shared.requests.filter(({ path }) => match.test(path)).map(({ authorization }) => authorization);

describe("a private registry", () => {
  it("is read with the login of DOCKER_CONFIG, which the database on the same host never gets", async () => {
    const result = await stage.run(
      { image: `${shared.host}/acme/private:1.0`, "db-repository": `${shared.host}/trivy-db:2` },
      { env: { DOCKER_CONFIG: login }, toolCache: freshCache() },
    );
    expect(result.outputs.verdict).toBe("pass");
    expect(sent(/\/acme\/private\//)).toContain(`Basic ${BASIC}`);
    expect(sent(/\/trivy-db\//).length).toBeGreaterThan(1);
    expect(sent(/\/trivy-db\//).filter((authorization) => authorization !== undefined)).toEqual([]);
    for (const text of [result.log, result.summary, JSON.stringify(result.report)]) {
      expect(text).not.toContain(LOGIN.password);
      expect(text).not.toContain(BASIC);
    }
  });

  it("is read with the login below HOME; the Java database, fetched amid the scan, never gets it", async () => {
    const home = join(stage.folder, "home-with-login");
    mkdirSync(join(home, ".docker"), { recursive: true });
    writeFileSync(
      join(home, ".docker/config.json"),
      JSON.stringify({ auths: { [shared.host]: { auth: BASIC }, [stage.bed.registry.host]: { auth: BASIC } } }),
    );
    const { requests } = stage.bed.registry;
    requests.length = 0;
    const result = await stage.run(
      { image: `${shared.host}/acme/jar:1.0` },
      { env: { HOME: home }, toolCache: freshCache() },
    );
    expect(result.report.findings.map(({ id }) => id)).toContain("CVE-2099-5001");
    expect(requests.some(({ path }) => path.includes("/trivy-java-db/blobs/"))).toBe(true);
    expect(requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  it("is read with the login of a credential helper on the PATH", async () => {
    const helpers = join(stage.folder, "helpers");
    mkdirSync(helpers);
    const said = JSON.stringify({ ServerURL: shared.host, Username: LOGIN.username, Secret: LOGIN.password });
    writeFileSync(join(helpers, "docker-credential-bed"), `#!/bin/sh\ncat > /dev/null\necho '${said}'\n`, {
      mode: 0o755,
    });
    writeFileSync(join(helpers, "config.json"), JSON.stringify({ credHelpers: { [shared.host]: "bed" } }));
    const env = { DOCKER_CONFIG: helpers, PATH: `${helpers}:${process.env.PATH}` };
    const result = await stage.run({ image: `${shared.host}/acme/private:1.0` }, { env });
    expect(result.outputs.verdict).toBe("pass");
    expect(result.log).not.toContain(LOGIN.password);
  });

  it.each([
    ["no login", {}],
    ["a login of another host", { auths: { "ghcr.io": { auth: BASIC } } }],
    ["a wrong password", { password: "wrong" }],
  ])("with %s is an error that tells how to log in", async (_, config) => {
    const folder = `${stage.nextFolder()}-login`;
    mkdirSync(folder);
    const auth = Buffer.from("robot:wrong").toString("base64");
    const text = JSON.stringify("password" in config ? { auths: { [shared.host]: { auth } } } : config);
    writeFileSync(join(folder, "config.json"), text);
    const result = await stage.run({ image: `${shared.host}/acme/private:1.0` }, { env: { DOCKER_CONFIG: folder } });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[image-denied]");
    expect(messages(result, "error")[0]).toContain("image-denied");
    expect(result.summary).toContain("docker/login-action");
  });
});

describe("a registry in trouble", () => {
  // Trivy itself asks three times: at the same time they wait no longer than one.
  it.concurrent.each([
    ["limits requests", { status: 429 }, "registry-rate-limit", "docker/login-action"],
    ["has a fault", { status: 503 }, "registry-unreachable", "port 443"],
    ["cuts the connection", { reset: true }, "registry-unreachable", "port 443"],
    ["never answers", { hang: true }, "scan-timeout", "timeout"],
  ])("that %s is an error with what to do", async (what, fault, code, remedy) => {
    const { registry } = stage.bed;
    const name = what.replaceAll(" ", "-");
    registry.add(name, "1.0", clean());
    registry.fault(new RegExp(`^/v2/${name}/`), fault);
    const result = await stage.run({ image: `${registry.host}/${name}:1.0`, timeout: "hang" in fault ? "5s" : "60s" });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(result.summary).toContain(remedy);
  });
});
