// src/scanners/grype/index.ts
const grype = {
	name: "Grype",
	async install(wish, world) {
		const [{ installGrype }, { grypeScanner, NO_SBOMS }] = await Promise.all([import("./scanners.grype.install.install.js"), import("./scanners.grype.scanner.js")]);
		const program = await installGrype(wish, world);
		return {
			version: program.version,
			sboms: NO_SBOMS,
			ready: (settings, _, own) => grypeScanner(program, settings, own)
		};
	},
	async warmUp() {
		await import("./scanners.grype.report.report.entry.js");
	}
};

// src/scanners/trivy/index.ts
const trivy = {
	name: "Trivy",
	begin: async (wish, world) => (await import("./scanners.trivy.install.early.js")).beginEarly(wish, world),
	async install(wish, world) {
		const [{ installTrivy }, { sbomsBy, trivyScanner }] = await Promise.all([import("./scanners.trivy.install.install.js"), import("./scanners.trivy.scanner.js")]);
		const program = await installTrivy(wish, world);
		return {
			version: program.version,
			sboms: sbomsBy(program),
			ready: (settings, work, own) => trivyScanner(program, settings, work, own)
		};
	},
	async warmUp() {
		const { warmUpReading } = await import("./scanners.trivy.report.report.entry.js");
		warmUpReading();
	}
};

// src/scanners/list.ts
const SCANNERS = [trivy, grype];
const [SCANNER] = SCANNERS;
function scannerNamed(name) {
	return SCANNERS.find((each) => each.name.toLowerCase() === name);
}

export { SCANNER, scannerNamed };