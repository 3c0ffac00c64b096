import { storedBy, withOwnReport } from "./scan.stored-by.js";

// src/scan/several/listed-by.ts
function listedBy(lister, matcher) {
	const { matchListed } = matcher;
	if (matchListed === void 0) throw new TypeError(`${matcher.name} cannot match another scanner's list`);
	const around = (session) => ({
		async scan(target, located, options, world) {
			const began = performance.now();
			const listed = await session.scan(target, located, options, world);
			const spentMs = (options.spentMs ?? 0) + performance.now() - began;
			return matchListed(target, listed, {
				...options,
				spentMs
			}, world);
		},
		fork: (folder) => around(session.fork(folder))
	});
	const matched = async (target, listed, world) => "incompatible" in listed ? listed : withOwnReport(world, (reportFile) => matchListed(target, listed, { reportFile }, world));
	const { name, version, databaseUpdatedAt } = matcher;
	return {
		name,
		version,
		databaseUpdatedAt,
		...storedBy(lister, { matched }),
		session: (folder) => around(lister.session(folder))
	};
}

export { listedBy };