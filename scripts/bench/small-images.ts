import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Bed, startBed } from "../../__tests__/support/bed.ts";
import { debian12, python, saveImage } from "../../__tests__/support/images.ts";
import { log4jJar } from "../../__tests__/support/jars.ts";
import { buildImage, type Image } from "../../__tests__/support/oci.ts";
import { debianBase } from "../../__tests__/support/packages.ts";
import { releaseArchive, startReleaseServer } from "../../__tests__/support/releases.ts";
import { runAction } from "../../__tests__/support/runner.ts";
import { ensureTrivy } from "../setup/tools.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { inTurn, type Line, line } from "./measure.ts";
import { sources } from "./several-images.ts";
import { placeTrivy } from "./warm-run.ts";

type Inputs = Readonly<Record<string, string>>;

/** So that the image passes, and nothing is scanned but the image. */
const PASSES: Inputs = { "max-critical": "unlimited", "max-high": "unlimited", baseline: "none" };

/** 150 MB of text in one layer, with a jar. */
const textWithJar = (): Image =>
  buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) },
    { createdBy: "COPY . /", files: [...sources("opt/text", 150), { path: "opt/app/log4j.jar", data: log4jJar() }] },
  ]);

/** The whole action as a runner starts it, which ends with this verdict. In milliseconds. */
async function action(folder: string, inputs: Inputs, verdict: string): Promise<number> {
  const result = await runAction({ folder, inputs });
  if (result.outputs.verdict !== verdict) throw new Error(result.log);
  return result.milliseconds;
}

function bareOf(
  folder: string,
  bed: Bed,
  more: { image: string; java?: boolean; scanners?: string; isCold?: boolean },
) {
  const stored = (name: string) => join(folder, "tools/image-gate", name);
  const java = more.java ? stored("java-db") : undefined;
  return bareTrivy({ ...more, folder, trivy: bed.inputs["trivy-binary"] ?? "", database: stored("db"), java });
}

/** A small image that passes, all in place: the whole action against bare Trivy. Then the same where it fails. */
export async function smallImageLines(parent: string, { times, ms }: Units): Promise<Line[]> {
  const folder = join(parent, "small");
  await using bed = await startBed();
  const image = saveImage(join(folder, "image.tar"), debian12());
  const inputs = { ...bed.inputs, ...PASSES, image };
  const fails = { ...bed.inputs, baseline: "none", image };
  await action(folder, inputs, "pass");
  const passing = await inTurn(
    20,
    () => action(folder, inputs, "pass"),
    () => bareOf(folder, bed, { image }),
  );
  const failing = await inTurn(
    20,
    () => action(folder, fails, "fail"),
    () => action(folder, inputs, "pass"),
  );
  return [
    line("small image that passes, warm: whole action ÷ bare Trivy", passing.ratio, 2.3, times),
    line("small image that fails: over one that passes, with the plan's second scan", failing.difference, 300, ms),
  ];
}

/** The same with a jar, and an image that is mostly text with one, in which secrets are looked for. */
export async function jarLines(parent: string, { times }: Units): Promise<Line[]> {
  const folder = join(parent, "jars");
  await using bed = await startBed();
  const small = saveImage(join(folder, "small.tar"), python({ withNopomJar: true }));
  const text = saveImage(join(folder, "text.tar"), textWithJar());
  const inputs = { ...bed.inputs, ...PASSES };
  await action(folder, { ...inputs, image: small }, "pass");
  const one = await inTurn(
    20,
    () => action(folder, { ...inputs, image: small }, "pass"),
    () => bareOf(folder, bed, { image: small, java: true }),
  );
  const secrets = { ...inputs, image: text, scanners: "vuln,secret" };
  const other = await inTurn(
    3,
    () => action(folder, secrets, "pass"),
    () => bareOf(folder, bed, { image: text, java: true, scanners: "vuln,secret", isCold: true }),
  );
  return [
    line("small image with a jar, warm: whole action ÷ bare Trivy", one.ratio, 2.4, times),
    line("150 MB of text with a jar, with secrets: whole action ÷ bare Trivy", other.ratio, 1.1, times),
  ];
}

/** An archive that the user's hash names, against the one whose hash is compiled in. Both are in the tool cache. */
export async function namedArchiveLines(parent: string, { times }: Units): Promise<Line[]> {
  await using bed = await startBed();
  await using releases = await startReleaseServer();
  const archive = await releaseArchive({ program: await ensureTrivy() });
  releases.add("0.76.0", archive);
  const image = saveImage(join(parent, "named/image.tar"), debian12());
  const { "db-repository": database = "" } = bed.inputs;
  const common = { ...PASSES, image, "db-repository": database, "trivy-mirror": releases.url };
  const [named, pinned] = [join(parent, "named/by-hash"), join(parent, "named/pinned")];
  for (const folder of [named, pinned]) mkdirSync(folder, { recursive: true });
  await placeTrivy(join(pinned, "tools"));
  const byHash = { ...common, "trivy-version": "0.76.0", "trivy-sha256": archive.sha256 };
  const { ratio } = await inTurn(
    12,
    () => action(named, byHash, "pass"),
    () => action(pinned, common, "pass"),
  );
  return [line("with `trivy-sha256` of an archive, warm ÷ with the version that is compiled in", ratio, 1.3, times)];
}

export interface Units {
  readonly times: (value: number) => string;
  readonly ms: (value: number) => string;
}
