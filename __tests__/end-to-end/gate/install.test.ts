import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { clean, saveImage } from "../../support/images/images.ts";
import { startInternet } from "../../support/network/internet.ts";
import { createReleases, releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { shared } from "../../support/runs/shared.ts";
import { type Inputs, messages, openStage, type RunOptions } from "../../support/runs/stage.ts";

/** A program that leaves a trace, prints its version and then runs `rest`. */
const program = (version: string, rest: string) => `#!/bin/sh
echo ${version} >> '${ran}'
if [ "$1" = version ]; then echo '{"Version":"${version}"}'; exit 0; fi
${rest}
`;

function script(name: string, text: string): string {
  const path = join(stage.folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const stage = await shared(openStage("install"));
const trivy = await ensureTrivy();
const releases = await shared(startReleaseServer());
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), clean());
/** The programs of ours that ran, one a line. */
const ran = join(stage.folder, "ran");
const data = program("0.75.0", `exec '${trivy}' "$@"`);
/** A small program in place of Trivy: it prints its own version, and passes everything else to the real one. */
const wrapper = await releaseArchive({ members: [{ path: "trivy", data, mode: 0o755 }] });
beforeEach(() => {
  releases.requests.length = 0;
  releases.clearFaults();
  writeFileSync(ran, "");
});

/** A run that has to install Trivy: this version unless another is named, even if the default is newer by now. */
const run = (inputs: Inputs, options: RunOptions = {}) => {
  const version = inputs["trivy-binary"] ? "" : "0.76.0";
  const none = { "trivy-binary": "", "trivy-sha256": "", "trivy-version": version };
  return stage.run({ ...none, image: "app.tar", ...inputs }, { workspace, ...options });
};

const asked = () => releases.requests.map(({ path }) => path);
const archive = (version: string) => `trivy_${version}_Linux-64bit.tar.gz`;

describe("a Trivy that is downloaded", () => {
  it("comes from the mirror, is verified, scans, and is taken from the tool cache the next time", async () => {
    const real = await releaseArchive({ program: trivy });
    releases.add("0.76.0", real);
    const inputs = { "trivy-mirror": `${releases.url}/`, "trivy-version": "v0.76.0", "trivy-sha256": real.sha256 };
    const toolCache = join(stage.folder, "tools-real");
    const first = await run(inputs, { toolCache });
    expect(first.outputs).toMatchObject({ verdict: "pass", "trivy-version": "0.76.0" });
    expect(asked()).toEqual([`/v0.76.0/${archive("0.76.0")}`]);
    expect(releases.requests[0]?.authorization).toBeUndefined();
    expect(messages(first, "notice").join()).toContain("differs from the SHA-256");

    const second = await run(inputs, { toolCache });
    expect(second.outputs.verdict).toBe("pass");
    expect(asked()).toHaveLength(1);
  });

  // Proves: after-every-restore
  it("is replaced where the tool cache's copy was tampered with, and the tampered one never runs", async () => {
    releases.add("0.75.0", wrapper, archive("0.75.0"));
    const inputs = { "trivy-mirror": releases.url, "trivy-version": "0.75.0", "trivy-sha256": wrapper.sha256 };
    const toolCache = join(stage.folder, "tools-tampered");
    expect((await run(inputs, { toolCache })).outputs).toMatchObject({ verdict: "pass", "trivy-version": "0.75.0" });
    const entry = join(toolCache, "trivy/0.75.0/x64");
    const evil = await releaseArchive({
      members: [{ path: "trivy", data: program("evil", "exit 0"), mode: 0o755 }],
    });
    writeFileSync(join(entry, "trivy"), program("evil", "exit 0"), { mode: 0o755 });
    copyFileSync(evil.path, join(entry, archive("0.75.0")));

    const result = await run(inputs, { toolCache });
    expect(result.outputs).toMatchObject({ verdict: "pass", "trivy-version": "0.75.0" });
    expect(messages(result, "warning").join()).toContain("is not what it should be");
    expect(asked()).toHaveLength(2);
    expect(readFileSync(ran, "utf8")).not.toContain("evil");
    expect((await run(inputs, { toolCache })).annotations).not.toContainEqual(
      expect.objectContaining({ message: expect.stringContaining("is not what it should be") }),
    );
    expect(asked()).toHaveLength(2);
  });
});

describe("the login of a mirror", () => {
  // Proves: mirror-s-login-goes
  it("is sent to it, and is nowhere in the log, the summary or the report", async () => {
    releases.add("0.75.0", wrapper, archive("0.75.0"));
    const login = "robot:s3cret-pass";
    const header = `Basic ${Buffer.from(login).toString("base64")}`;
    const inputs = { "trivy-mirror": releases.url, "trivy-mirror-token": login, "trivy-version": "0.75.0" };
    const result = await run(
      { ...inputs, "trivy-sha256": wrapper.sha256 },
      { toolCache: `${stage.nextFolder()}-tools` },
    );
    expect(result.outputs.verdict).toBe("pass");
    expect(releases.requests.map(({ authorization }) => authorization)).toEqual([header]);
    for (const secret of [login, "s3cret-pass", header.slice("Basic ".length)]) {
      expect(result.commands).toContainEqual({ name: "add-mask", properties: {}, message: secret });
      for (const text of [result.log.replace(/^::add-mask::.*$/gm, ""), result.summary, JSON.stringify(result.report)])
        expect(text).not.toContain(secret);
    }
  });
});

describe("a mirror behind TLS and a proxy", () => {
  const inputs = () => ({
    "trivy-mirror": "https://mirror.test/trivy",
    "trivy-mirror-token": "s3cret-token",
    "trivy-sha256": wrapper.sha256,
    "trivy-version": "0.75.0",
  });
  const tools = () => ({ toolCache: `${stage.nextFolder()}-tools` });

  it("gets the login; the storage that it redirects to does not", async () => {
    const files = createReleases("/trivy");
    files.add("0.75.0", wrapper, archive("0.75.0"));
    files.requireLogin("Bearer s3cret-token");
    files.redirect("https://storage.test");
    await using net = await startInternet({ "mirror.test": files.handler, "storage.test": files.handler });
    const result = await run(inputs(), { ...tools(), env: net.env, asBundle: true });
    expect(result.outputs.verdict, result.log).toBe("pass");
    expect(net.requests.map(({ host, authorization }) => ({ host, authorization }))).toEqual([
      { host: "mirror.test", authorization: "Bearer s3cret-token" },
      { host: "storage.test", authorization: undefined },
    ]);
    expect(messages(result, "warning").join()).not.toContain("unencrypted");
  });

  it("is not followed from https to http", async () => {
    const files = createReleases("/trivy");
    files.fault(/./, { status: 302, headers: { location: "http://storage.test/file" } });
    await using net = await startInternet({ "mirror.test": files.handler });
    const result = await run(inputs(), { ...tools(), env: net.env, asBundle: true });
    expect(result.outputs.reason).toContain("[trivy-download-failed]");
    expect(result.outputs.reason).toContain("redirected from https to http");
    expect(net.strangers).toEqual([]);
  });
});

describe("versions that are refused", () => {
  // Proves: known-malware-refused-name
  it("0.69.4 is known to be bad: the reason and a good version are named", async () => {
    const inputs = { "trivy-mirror": releases.url, "trivy-version": "0.69.4", "trivy-sha256": wrapper.sha256 };
    const result = await run(inputs);
    expect(result.outputs.reason).toContain("[trivy-known-bad]");
    expect(result.outputs.reason).toContain("CVE-2026-33634");
    expect(result.summary).toMatch(/nearest good version is 0\.(69\.3|70\.0)/);
    expect(asked()).toEqual([]);
  });

  // Proves: known-malware-refused-name
  it("one that says of itself that it is bad does not scan, whether given or downloaded under another name", async () => {
    const bad = program("0.69.4", `touch '${stage.folder}/scanned'`);
    const given = await run({ "trivy-binary": script("bad-trivy", bad) });
    const disguised = await releaseArchive({ members: [{ path: "trivy", data: bad, mode: 0o755 }] });
    releases.add("0.74.0", disguised, archive("0.74.0"));
    const downloaded = await run({
      "trivy-mirror": releases.url,
      "trivy-version": "0.74.0",
      "trivy-sha256": disguised.sha256,
    });
    for (const result of [given, downloaded]) expect(result.outputs.reason).toContain("[trivy-known-bad]");
    expect(existsSync(join(stage.folder, "scanned"))).toBe(false);
  });
});
