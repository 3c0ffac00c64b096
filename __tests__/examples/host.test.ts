import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildSingle } from "../../scripts/build/single.ts";
import { type Finished, finish } from "../../scripts/setup/command.ts";
import { ensurePodman, ensureSystemdAnalyze } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { adapted, withVariables } from "../docs/blocks.ts";
import { clean, debian12 } from "../support/images/images.ts";
import { startSignedImages } from "../support/images/signed-images.ts";
import { writeProgram } from "../support/programs/program.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { verdictFor } from "../support/runs/verdicts.ts";

// The script and the units of the examples for a host. The answers of verify are simulated, except in one test.

const folder = sharedFolder("host");
const at = (...names: string[]) => join(folder.path, ...names);
const images = await shared(startSignedImages(folder.path));
const podman = await ensurePodman();
const systemdAnalyze = await ensureSystemdAnalyze();
const example = (file: string) => readFileSync(join(root, "docs/examples/host", file), "utf8");

mkdirSync(at("archives"));
// vfs needs no kernel module and no mount, so it also works within a container.
const storage = `[storage]\ndriver = "vfs"\nrunroot = "${at("run")}"\ngraphroot = "${at("graph")}"\n`;
writeFileSync(at("storage.conf"), storage);
writeFileSync(at("any.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');

const env = { PATH: process.env.PATH, HOME: folder.path, CONTAINERS_STORAGE_CONF: at("storage.conf") };
const NEVER = 'echo pulled >> "$0.asked"; exit 1';

/** The script of the examples with other settings, and a PATH with the program that answers. */
async function pull(
  words: readonly string[],
  verify: string,
  settings: Readonly<Record<string, string>> = {},
  programs = at("programs"),
): Promise<Finished> {
  mkdirSync(at("programs"), { recursive: true });
  writeProgram(at("programs/image-gate"), `[ "$1" = verify ] || exit 99\nshift\n${verify}`);
  writeProgram(at("docker"), NEVER);
  const defaults = { ENGINE: at("docker"), ARCHIVES: at("archives") };
  writeFileSync(at("image-gate-pull"), withVariables(example("image-gate-pull"), { ...defaults, ...settings }), {
    mode: 0o755,
  });
  const path = [programs, env.PATH].join(delimiter);
  return finish(at("image-gate-pull"), words, { env: { ...env, PATH: path }, cwd: folder.path });
}

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("docs/examples/host/image-gate-pull", () => {
  // Proves: host-pulls-verified
  it.each([
    ["refused", "exit 1", 1, "refused"],
    ["a check without a result", "exit 2", 2, "could not be checked (exit code 2)"],
    ["a check that broke off", "kill -9 $$", 2, "could not be checked (exit code 137)"],
    ["refused, though verify named a digest", `echo r.example.com/app@${DIGEST}; exit 1`, 1, "refused"],
    ["an answer without a digest", "echo registry.example.com/app:1.2", 2, "did not answer with a digest"],
    ["no answer", "exit 0", 2, "did not answer with a digest"],
    [
      "two lines",
      `printf 'r.example.com/app@${DIGEST}\\nr.example.com/evil@${DIGEST}\\n'`,
      2,
      "did not answer with one image",
    ],
    ["an option", `echo --root=/@${DIGEST}`, 2, "did not answer with one image"],
    ["a shell's words", `echo 'r.example.com/app;reboot@${DIGEST}'`, 2, "did not answer with one image"],
    ["two digests", `echo 'r.example.com/app@${DIGEST}@${DIGEST}'`, 2, "did not answer with one image"],
    ["a short digest", "echo r.example.com/app@sha256:aa", 2, "did not answer with a digest"],
    ["a digest in upper case", `echo r.example.com/app@sha256:${"A".repeat(64)}`, 2, "did not answer with a digest"],
    ["a digest without a repository", `echo @${DIGEST}`, 2, "did not answer with a digest"],
  ])("pulls nothing after %s", async (_, verify, code, said) => {
    const result = await pull(["registry.example.com/app:1.2"], verify);
    expect(result.stderr).toContain(said);
    expect(result).toMatchObject({ code, stdout: "" });
    expect(existsSync(at("docker.asked"))).toBe(false);
  });

  it.each([[[]], [["--help"]], [[""]], [["a", "b"]]])("verifies nothing for the words %j", async (words) => {
    const result = await pull(words, 'echo asked > "$0.asked"');
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(existsSync(at("programs/image-gate.asked"))).toBe(false);
  });

  // Proves: host-pulls-verified
  it("hands the image to verify as one word, whatever is in it, and its own options behind it", async () => {
    const hostile = "a b; touch $(pwd)/evil `id` *";
    const result = await pull([hostile], 'printf "<%s>" "$@" >&2; exit 1');
    expect(result.stderr).toContain(`<${hostile}><--cosign-key=/etc/image-gate/cosign.pub><--max-age=7d>`);
    expect(result.code).toBe(1);
  });

  it("takes the program by its path as well, and a host without it pulls nothing", async () => {
    writeProgram(at("elsewhere"), "echo here >&2; exit 1");
    const named = await pull(["registry.example.com/app:1.2"], "exit 99", { IMAGE_GATE: at("elsewhere") });
    expect(named).toMatchObject({ code: 1, stderr: expect.stringMatching(/^here$/m) });
    const absent = await pull(["registry.example.com/app:1.2"], "exit 0", { IMAGE_GATE: at("absent") });
    expect(absent).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("exit code 127") });
  });

  it("says that it could not pull, and names no digest then", async () => {
    const result = await pull(["registry.example.com/app:1.2"], `echo registry.example.com/app@${DIGEST}`);
    expect(result.stderr).toContain("it could not be pulled");
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });
});

describe.skipIf(!images.isThere)(
  "docs/examples/host/image-gate-pull with a registry (needs docker-registry and skopeo)",
  () => {
    const engine = podman ? "podman" : "skopeo";
    // Proves: host-pulls-verified
    it.each([...new Set([engine, "skopeo"])])(
      "%s gets what was verified, though the tag has moved meanwhile",
      async (name) => {
        const verified = await images.push(`acme/${name}`, "1.0", clean());
        const moved = await images.push(`acme/${name}`, "1.0", debian12());
        expect(moved).not.toBe(verified);
        const settings: Readonly<Record<string, string>> =
          name === "podman"
            ? { ENGINE: podman ?? "", PULL_OPTIONS: `--tls-verify=false --signature-policy=${at("any.json")}` }
            : { ENGINE: images.skopeo, PULL_OPTIONS: "--src-tls-verify=false" };
        if (name === "skopeo") mkdirSync(at(".config/containers"), { recursive: true });
        if (name === "skopeo") writeFileSync(at(".config/containers/policy.json"), readFileSync(at("any.json")));
        const result = await pull([verified.replace(/@.*/, ":1.0")], `echo ${verified}`, settings);
        expect(result, result.stderr).toMatchObject({ code: 0, stdout: `${verified}\n` });
        const digest = verified.split("@sha256:")[1];
        if (name === "skopeo") return expect(readdirSync(at("archives"))).toEqual([`image-${digest}.tar`]);
        const listed = await finish(podman ?? "", ["images", "--digests", "--format={{.Digest}}"], { env });
        expect(listed.stdout.trim()).toBe(`sha256:${digest}`);
      },
    );
  },
);

describe.skipIf(!images.isThere)(
  "docs/examples/host/image-gate-pull with the single executable (needs docker-registry and skopeo)",
  () => {
    it("pulls what is signed with a fresh pass, refuses what is not, and does not know without a registry", async () => {
      const [ours, other] = [images.keyPair("ours"), images.keyPair("other")];
      const options = [`--cosign-key=${ours.public}`, "--max-age=7d", "--no-tlog", `--cosign-binary=${images.cosign}`];
      const settings = {
        VERIFY_OPTIONS: options.join(" "),
        ENGINE: images.skopeo,
        PULL_OPTIONS: "--src-tls-verify=false",
        ARCHIVES: at("verified"),
      };
      mkdirSync(at("verified"));
      mkdirSync(at("single"));
      await single(at("single/image-gate"));
      mkdirSync(at(".config/containers"), { recursive: true });
      writeFileSync(at(".config/containers/policy.json"), readFileSync(at("any.json")));
      const image = await images.push("golden/app", "1.0", clean());
      const asked = image.replace(/@.*/, ":1.0");
      const tried = () => pull([asked], "exit 99", settings, at("single"));
      const unsigned = await tried();
      expect(unsigned, unsigned.stderr).toMatchObject({ code: 1, stdout: "" });
      await images.attest(image, verdictFor(image, { daysOld: 8 }), { keys: ours });
      await images.sign(image, { keys: ours });
      const stale = await tried();
      expect(stale, stale.stderr).toMatchObject({ code: 1, stdout: "" });
      await images.attest(image, verdictFor(image, { daysOld: 1 }), { keys: ours });
      const accepted = await tried();
      expect(accepted, accepted.stderr).toMatchObject({ code: 0, stdout: `${image}\n` });
      expect(readdirSync(at("verified"))).toEqual([`image-${image.split(":").at(-1)}.tar`]);

      // Withdrawn by hand.
      await images.attest(image, verdictFor(image, { change: { verdict: "fail" } }), { keys: ours });
      const withdrawn = await tried();
      expect(withdrawn, withdrawn.stderr).toMatchObject({ code: 1, stdout: "" });

      // The tag moves to an image with another signer.
      const moved = await images.push("golden/app", "1.0", debian12());
      await images.sign(moved, { keys: other });
      await images.attest(moved, verdictFor(moved), { keys: other });
      const others = await tried();
      expect(others, others.stderr).toMatchObject({ code: 1, stdout: "" });
      const nowhere = await pull(["127.0.0.1:9/golden/app:1.0"], "exit 99", settings, at("single"));
      expect(nowhere, nowhere.stderr).toMatchObject({ code: 2, stdout: "" });
      expect(readdirSync(at("verified"))).toHaveLength(1);
    }, 300_000);
  },
);

/** The single file that a host gets. If it cannot be made here, the same bundle in this Node. */
async function single(file: string): Promise<void> {
  const bundle = join(root, "dist");
  if (process.arch === "x64") return buildSingle(bundle, file, "x64");
  writeProgram(file, `exec '${process.execPath}' '${join(bundle, "image-gate.js")}' "$@"`);
}

const UNITS = ["app.service", "app-check.service", "app-check.timer"];

/** The units, with paths of programs that exist here. */
function writeUnits(): string[] {
  writeProgram(
    at("docker"),
    `printf '%s\\n' "$*" >> "$0.asked"\n[ "$1" != inspect ] || echo running.example.com/app@${DIGEST}`,
  );
  rmSync(at("docker.asked"), { force: true });
  mkdirSync(at("units"), { recursive: true });
  return UNITS.map((name) => {
    const programs = { "/usr/bin/docker": at("docker"), "/usr/local/sbin/image-gate-pull": at("image-gate-pull") };
    const there = Object.entries(programs).filter(([program]) => example(name).includes(program));
    writeFileSync(at("units", name), adapted(example(name), Object.fromEntries(there)));
    return at("units", name);
  });
}

/** The command line of a unit as systemd hands it to `/bin/sh -c`. */
function commandOf(unit: string): string {
  const [, command = ""] = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(readFileSync(at("units", unit), "utf8")) ?? [];
  return command.replaceAll("$$", "$");
}

describe("the units of docs/examples/host", () => {
  it.skipIf(!systemdAnalyze)("are what systemd understands (needs systemd-analyze)", async () => {
    writeProgram(at("image-gate-pull"), "exit 1");
    const { code, stdout, stderr } = await finish(systemdAnalyze ?? "", ["verify", "--man=no", ...writeUnits()]);
    expect(stdout + stderr).toBe("");
    expect(code).toBe(0);
  });

  it("start the container by the digest that was verified, and never pull it themselves", async () => {
    writeUnits();
    writeProgram(at("image-gate-pull"), `echo "$1 verified" >&2; echo registry.example.com/golden/app@${DIGEST}`);
    const image = "registry.example.com/golden/app:1.2";
    const run = () => finish("/bin/sh", ["-c", commandOf("app.service")], { env: { ...env, IMAGE: image } });
    expect(await run()).toMatchObject({ code: 0, stderr: `${image} verified\n` });
    const asked = () => readFileSync(at("docker.asked"), "utf8");
    expect(asked()).toBe(`run --rm --pull=never --name=app registry.example.com/golden/app@${DIGEST}\n`);
    writeProgram(at("image-gate-pull"), "exit 1");
    expect((await run()).code).toBe(1);
    expect(asked().split("\n")).toHaveLength(2);
  });

  it("ask every day about the digest that runs", async () => {
    writeUnits();
    writeProgram(at("image-gate-pull"), 'echo "$1" >&2; exit 1');
    const result = await finish("/bin/sh", ["-c", commandOf("app-check.service")], { env });
    expect(result).toMatchObject({ code: 1, stderr: `running.example.com/app@${DIGEST}\n` });
    expect(example("app-check.timer")).toMatch(/^OnCalendar=\*-\*-\* \d\d:\d\d$/m);
  });
});
