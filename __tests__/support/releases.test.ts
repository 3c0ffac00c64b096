import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { releaseArchive, startReleaseServer } from "./releases.ts";
import { shared, sharedFolder } from "./shared.ts";

const folder = sharedFolder("releases");
const program = join(folder.path, "trivy-program");

writeFileSync(program, "#!/bin/sh\necho it is me\n");
const server = await shared(startReleaseServer());
const archive = await releaseArchive({ program });
server.add("0.76.0", archive);

const path = "/v0.76.0/trivy_0.76.0_Linux-64bit.tar.gz";

describe("the release server", () => {
  it("serves an archive that tar unpacks to the program, with the hash it names", async () => {
    const bytes = Buffer.from(await (await fetch(server.url + path)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(archive.sha256);
    const file = join(folder.path, "got.tar.gz");
    writeFileSync(file, bytes);
    expect(execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trim().split("\n")).toEqual([
      "trivy",
      "LICENSE",
      "README.md",
      "contrib/html.tpl",
    ]);
    execFileSync("tar", ["-xzf", file, "-C", folder.path, "trivy"]);
    expect(execFileSync(join(folder.path, "trivy"), { encoding: "utf8" })).toBe("it is me\n");
  });

  it("answers 404 to what it does not have", async () => {
    expect((await fetch(`${server.url}/v0.75.0/trivy.tar.gz`)).status).toBe(404);
  });

  it("plays faults: a status, a cut body, other bytes, a reset, silence", async () => {
    server.fault(/./, { status: 503, times: 1 });
    expect((await fetch(server.url + path)).status).toBe(503);
    server.fault(/./, { truncate: 10, times: 1 });
    await expect(fetch(server.url + path).then((answer) => answer.arrayBuffer())).rejects.toThrow();
    server.fault(/./, { body: "garbage", times: 1 });
    expect(await (await fetch(server.url + path)).text()).toBe("garbage");
    server.fault(/./, { reset: true, times: 1 });
    await expect(fetch(server.url + path)).rejects.toThrow();
    server.fault(/./, { hang: true, times: 1 });
    await expect(fetch(server.url + path, { signal: AbortSignal.timeout(200) })).rejects.toThrow("timeout");
    expect((await fetch(server.url + path)).status).toBe(200);
  });
});
