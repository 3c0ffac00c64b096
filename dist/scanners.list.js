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
const SCANNERS = [trivy];
const [SCANNER] = SCANNERS;

export { SCANNER };