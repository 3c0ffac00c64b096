import { randomUUID, rmSync } from "./shared.start.js";
import { join } from "node:path";

// src/scan/stored-by.ts
function storedBy({ scanStored, scanStoredTogether }, { refusal, matched }) {
	if (scanStored === void 0) return {};
	return {
		scanStored: async (target, sbom, world) => refusal?.(sbom) ?? matched(target, await scanStored(target, sbom, world), world),
		...scanStoredTogether && { async scanStoredTogether(items, world) {
			const refused = items.map(({ sbom }) => refusal?.(sbom));
			const open = items.filter((_, at) => refused[at] === void 0);
			const found = open.length < 2 ? [] : await scanStoredTogether(open, world);
			const answers = /* @__PURE__ */ new Map();
			for (const [at, item] of open.entries()) {
				const each = found[at];
				const answer = each && await matched(item.target, each, world).catch(unless(world.signal));
				if (answer !== void 0) answers.set(item, answer);
			}
			return items.map((item, at) => refused[at] ?? answers.get(item));
		} }
	};
}
function unless({ aborted }) {
	return (thrown) => {
		if (aborted) throw thrown;
	};
}
async function withOwnReport({ runFolder }, work) {
	const reportFile = join(runFolder, `stored-${randomUUID()}.json`);
	try {
		return await work(reportFile);
	} finally {
		rmSync(reportFile, { force: true });
	}
}

export { storedBy, withOwnReport };