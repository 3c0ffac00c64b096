import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { clean, saveImage } from "../../support/images/images.ts";
import { listen } from "../../support/network/http.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("bounds", { asBundle: true }));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), clean());

describe("a GitHub whose answers do not end", () => {
  // Proves: no-answer-fills-memory
  it("changes nothing but the comment, and fills no memory", async () => {
    const piece = gzipSync(Buffer.alloc(16 << 20));
    const endless = await listen((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      const source = new Readable({ read: () => void source.push(piece) });
      pipeline(source, response, () => {});
    });
    const apiUrl = `http://127.0.0.1:${endless.port}`;
    const event = stage.github.pullRequestEvent();
    const result = await stage.run({ image: "app.tar" }, { workspace, event, apiUrl, watched: true });
    await endless.close();
    expect(result.outputs.verdict).toBe("pass");
    expect(messages(result, "warning").join()).toContain("[github-answer-unreadable]");
    expect(result.figures?.peakBytes).toBeLessThan(1e9);
  });
});

describe("two gates that share a tool cache", () => {
  // Proves: what-was-hashed-is-what-is-started
  it("start what they have verified, although the other one replaces it meanwhile", async () => {
    const toolCache = join(stage.folder, "tools-of-two");
    const entry = join(toolCache, "trivy/0.76.0", process.arch);
    mkdirSync(entry, { recursive: true });
    copyFileSync(await ensureTrivy(), join(entry, "trivy"));
    writeFileSync(`${entry}.complete`, "");
    const ran = join(stage.folder, "ran");
    const others = `${entry}.other`;
    mkdirSync(others);
    writeFileSync(join(others, "trivy"), `#!/bin/sh\necho "$@" >> '${ran}'\n`);
    chmodSync(join(others, "trivy"), 0o755);
    const asked = stage.bed.registry.requests.length;
    const inputs = { image: "app.tar", "trivy-binary": "", "trivy-sha256": "", "trivy-version": "0.76.0" };
    const run = stage.run(inputs, { workspace, toolCache });
    // Verified before the database is requested. The scan comes after that.
    await expect
      .poll(() => stage.bed.registry.requests.length, { interval: 2, timeout: 30_000 })
      .toBeGreaterThan(asked);
    renameSync(entry, `${entry}.old`);
    renameSync(others, entry);
    const result = await run;
    expect(existsSync(ran)).toBe(false);
    expect(result.outputs).toMatchObject({ verdict: "pass", "trivy-version": "0.76.0" });
  });
});
