import { existsSync, readFileSync, readdirSync, sha256OfBytes, tryOr } from "./shared.thread.js";
import { SCANNER_NAMES, VERSION, commitOf, findProgram, programPath, scannerNamed } from "./shared.start.js";
import { askProgram } from "./system.ask-program.js";
import { dirname, join, relative } from "node:path";

// src/cli/self.ts
async function aboutSelf(folder, world) {
	const commit = commitOf(folder) ?? await commitOfCheckout(folder, world) ?? "not known";
	const lines = [
		`image-gate ${VERSION}`,
		`commit ${commit}`,
		`dist/ sha256 ${hashOf(folder)}`
	];
	for (const entry of SCANNER_NAMES.map(scannerNamed)) {
		const { default: version, archives = {} } = await entry?.releases?.() ?? {};
		const known = Object.entries(archives).flatMap(([each, all = {}]) => Object.entries(all).map((file) => [each, ...file])).map(([each, file, sha256]) => `${entry?.name} ${each} sha256 ${sha256} ${file}`);
		lines.push(...known.length > 0 ? known : [`${entry?.name} ${version}, by the signature of its release`]);
	}
	const names = [...tryOr(() => readFileSync(join(folder, "licenses.txt"), "utf8"), "").matchAll(/^-{80}\n.+ \((.+)\)$/gm)].map(([, name = ""]) => name);
	const counts = Object.entries(Object.groupBy(names, (name) => name)).map(([name, all]) => `${name} ${all?.length}`);
	lines.push(`licences Apache-2.0; of ${names.length} packages in dist/licenses.txt: ${counts.sort().join(", ")}`);
	return lines.map((line) => `${line}\n`).join("");
}
function hashOf(folder) {
	const lines = readdirSync(folder, {
		recursive: true,
		withFileTypes: true
	}).filter((each) => each.isFile()).map((each) => `./${relative(folder, join(each.parentPath, each.name)).replaceAll("\\", "/")}`).sort().map((name) => `${sha256OfBytes(readFileSync(join(folder, name)))}  ${name}\n`);
	return sha256OfBytes(Buffer.from(lines.join("")));
}
async function commitOfCheckout(folder, world) {
	const cwd = dirname(folder);
	const git = tryOr(() => JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")).name, void 0) === "image-gate" && existsSync(join(cwd, ".git")) ? findProgram("git", world) : void 0;
	if (git === void 0) return void 0;
	const env = {
		PATH: programPath(world),
		GIT_OPTIONAL_LOCKS: "0"
	};
	const settings = [
		"-c",
		"core.fsmonitor=false",
		"-c",
		"core.hooksPath=/dev/null"
	];
	const ask = (...words) => askProgram(git, [...settings, ...words], {
		cwd,
		env,
		signal: world.signal,
		deadlineMs: 1e4
	});
	const head = await ask("rev-parse", "HEAD");
	const changed = await ask("status", "--porcelain", "--ignored", "--", folder);
	const hidden = await ask("ls-files", "-v", "--", folder);
	if ([
		head,
		changed,
		hidden
	].some(({ code }) => code !== 0)) return void 0;
	const isSame = changed.stdout === "" && !/^[a-zS]/m.test(hidden.stdout);
	return head.stdout.trim() + (isSame ? "" : ", but dist/ is changed");
}

export { aboutSelf };