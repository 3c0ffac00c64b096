import { rmSync } from "node:fs";
import { closest } from "../../domain/did-you-mean.ts";
import type { Platform } from "../../platforms/platform.ts";
import type { Output } from "../../system/harmless-text.ts";
import type { World } from "../../system/world.ts";
import { INPUT_NAMES } from "./inputs.ts";
import { verify } from "./run.ts";

export const USAGE = `node dist/verify.js IMAGE [--INPUT=VALUE…]
  IMAGE              what is to be deployed: ghcr.io/acme/app:1.2, or with a digest
  --INPUT=VALUE      any input of verify/: --cosign-key=cosign.pub --max-age=7d --tlog=false
Standard output gets one line if the image may be deployed: repository@sha256:… Everything else goes to standard error.
Exit codes: 0 it may be deployed, 1 it is refused, 2 nobody could tell`;

/** What a command line asks for. */
export type Asked =
  | { readonly inputs: Readonly<Record<string, string>> }
  | { readonly help: true }
  /** A sentence without a full stop. */
  | { readonly mistake: string };

/** Reads the words behind the program's name. Nothing is taken twice, since only one of the two could count. */
export function parseWords(words: readonly string[]): Asked {
  if (words.some((word) => word === "--help" || word === "-h")) return { help: true };
  const inputs = new Map<string, string>();
  for (const word of words) {
    const [, option, value = ""] = /^--([a-z0-9-]+)=(.*)$/s.exec(word) ?? [];
    if (option === undefined && word.startsWith("-")) return { mistake: notAnInput(word) };
    const name = option ?? "image";
    if (!INPUT_NAMES.includes(name)) return { mistake: notAnInput(word) };
    if (inputs.has(name)) return { mistake: `\`${name}\` is there twice` };
    inputs.set(name, option === undefined ? word : value);
  }
  return { inputs: Object.fromEntries(inputs) };
}

function notAnInput(word: string): string {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  if (INPUT_NAMES.includes(name)) return `${JSON.stringify(word)} lacks its value: --${name}=VALUE`;
  const meant = closest(name, INPUT_NAMES);
  return `${JSON.stringify(word)} is not an option${meant === undefined ? "" : `; did you mean --${meant}=…?`}`;
}

interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

/**
 * Runs verify/ as a command. Inputs come from the command line alone, whatever the environment has. Standard output
 * gets the pinned image after a pass, and nothing otherwise. Nothing is left behind.
 * @returns its exit code
 */
export async function runCommand(
  words: readonly string[],
  { world, platform, terminal: { out, err } }: { world: World; platform: Platform; terminal: Terminal },
): Promise<number> {
  try {
    const asked = parseWords(words);
    if ("help" in asked) {
      out.write(`${USAGE}\n`);
      return 0;
    }
    if ("mistake" in asked) {
      err.write(`${asked.mistake}\n\n${USAGE}\n`);
      return 2;
    }
    const others = Object.entries(world.env).filter(([name]) => !/^INPUT_/i.test(name));
    const given = Object.entries(asked.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    // At a terminal, an annotation would say again what the log has just said.
    const log = { ...world.log, annotate: () => {} };
    const { code, answer } = await verify({ ...world, log, env: Object.fromEntries([...others, ...given]) }, platform);
    if (answer.verdict === "pass") out.write(`${answer.pinned}\n`);
    return code;
  } finally {
    rmSync(world.runFolder, { recursive: true, force: true });
  }
}
