import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { locateLayers, readDockerfile } from "../../src/base-image/dockerfile.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import { GateError } from "../../src/system/errors.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { python, saveImage } from "../support/images/images.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { trivyBed } from "../support/runs/scans.ts";

const folder = temporaryFolder("dockerfile");
const world = testWorld(folder.path);
let scan: ScanResult;

/** The Dockerfile of the bed's Python image: its comments and continued lines move the lines. */
const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG VERSION=latest
FROM python:\${VERSION}
ENV LANG=C.UTF-8
WORKDIR /app

COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache \\
    pip install --no-cache-dir \\
    # what it needs
    -r requirements.txt
COPY . .
CMD ["python3", "main.py"]
`;

beforeAll(async () => {
  const input = saveImage(join(world.workspace, "app.tar"), python());
  const bed = await trivyBed(join(folder.path, "databases"));
  scan = await bed.scan({ kind: "image", input, label: "app.tar" }, world);
});
afterAll(() => folder.remove());

function given(text: string, name = "Dockerfile") {
  const path = join(world.workspace, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return readDockerfile(name, world);
}

function codeOf(path: string): string | undefined {
  try {
    readDockerfile(path, world);
    return undefined;
  } catch (error) {
    return error instanceof GateError ? error.code : String(error);
  }
}

const lineOf = (located: ScanResult, name: string) =>
  located.findings.find((finding) => finding.package?.name === name)?.layer?.source;

describe("an image that the real Trivy has scanned, and its Dockerfile", () => {
  it("has the line in each layer: the RUN's first, and the FROM for what is below", () => {
    const { scan: located, unmatched } = locateLayers(scan, given(DOCKERFILE, "docker/Dockerfile"));
    expect(unmatched).toBeUndefined();
    expect(lineOf(located, "Jinja2")).toEqual({ file: "docker/Dockerfile", line: 8 });
    expect(lineOf(located, "org.apache.logging.log4j:log4j-core")).toEqual({ file: "docker/Dockerfile", line: 8 });
    expect(lineOf(located, "libssl3")).toEqual({ file: "docker/Dockerfile", line: 3 });
    expect(located.findings.map(({ layer, ...rest }) => ({ ...rest, layer: layer?.diffId }))).toEqual(
      scan.findings.map(({ layer, ...rest }) => ({ ...rest, layer: layer?.diffId })),
    );
  });

  it("keeps one object for each layer, by which the report numbers them", () => {
    const layers = new Set(locateLayers(scan, given(DOCKERFILE)).scan.findings.map(({ layer }) => layer));
    expect(layers.size).toBe(new Set(scan.findings.map(({ layer }) => layer)).size);
  });

  it.each([
    ["no-match", "FROM debian:12\nRUN make\n"],
    ["no-match", "FROM debian:12\nWORKDIR /app\nRUN make\n"],
    ["no-instruction", "FROM python:3\nCMD python3\n"],
    ["no-instruction", "FROM debian:12 AS a\nFROM a\nENV A=b\n"],
  ])("stays as it is if nothing shows that the Dockerfile is its own (%s): %j", (unmatched, text) => {
    expect(locateLayers(scan, given(text))).toEqual({ scan, unmatched });
  });

  it("stays as it is without layers, and without a history", () => {
    const bare = { ...scan, build: undefined };
    expect(locateLayers(bare, given(DOCKERFILE))).toEqual({ scan: bare, unmatched: undefined });
    const { build } = scan;
    const squashed = { ...scan, build: build && { ...build, instructions: build.instructions.map(() => undefined) } };
    expect(locateLayers(squashed, given(DOCKERFILE))).toEqual({ scan: squashed, unmatched: "no-history" });
  });
});

describe("readDockerfile", () => {
  it("names a file alongside the workspace as it was typed", () => {
    const path = join(world.temp, "Dockerfile");
    writeFileSync(path, "FROM a:1\n");
    expect(readDockerfile(path, world).file).toBe(path);
  });

  it("obeys the rules for given files: missing, outside, no file, too large", () => {
    expect(codeOf("no/such")).toBe("file-missing");
    symlinkSync("/etc/passwd", join(world.workspace, "link"));
    expect(codeOf("link")).toBe("file-outside-workspace");
    mkdirSync(join(world.workspace, "folder"));
    expect(codeOf("folder")).toBe("file-not-regular");
    writeFileSync(join(world.workspace, "large"), `FROM a:1\n${"#".repeat(1024 * 1024)}`);
    expect(codeOf("large")).toBe("file-too-large");
  });

  it("says of a file without a FROM that it is not a Dockerfile, and quotes nothing of it", () => {
    writeFileSync(join(world.workspace, "compose.yml"), "services:\n  password: s3cr3t\n");
    expect(codeOf("compose.yml")).toBe("dockerfile-invalid");
    expect(() => readDockerfile("compose.yml", world)).not.toThrow(/s3cr3t/);
  });
});
