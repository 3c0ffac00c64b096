import { join } from "node:path";
import { finish } from "../../../scripts/setup/command.ts";
import { root } from "../../../scripts/setup/tools.ts";

/**
 * Requests an address as Image Gate does, in a separate process with only this environment, since Node reads
 * authorities and proxies once. Returns the body, or the error's code or message.
 */
export async function askAt(address: string, env: Readonly<Record<string, string>>): Promise<string> {
  const program = `
    import { get, readBody } from ${JSON.stringify(join(root, "src/system/http.ts"))};
    const { signal } = new AbortController();
    const text = get({ address: ${JSON.stringify(address)}, signal }).then((message) => readBody(message, 100, signal));
    console.log(String(await text.catch((error) => error.code ?? error.message)));`;
  const { stdout, stderr } = await finish(process.execPath, ["--input-type=module", "--eval", program], { env });
  return stdout.trim() || stderr;
}
