// src/platforms/annotate.ts
const KEPT_FREE = 2;
const LEVELS = [
	"error",
	"warning",
	"notice"
];
function annotate(log, annotations) {
	for (const level of LEVELS) {
		const all = annotations.filter((annotation) => annotation.level === level);
		const room = log.annotationsLeft(level) - 2;
		const shown = all.length > room ? all.slice(0, Math.max(0, room - 1)) : all;
		for (const { message, file, line } of shown) log.annotate(level, message, file === void 0 ? void 0 : {
			file,
			line: line ?? 1
		});
		const left = all.length - shown.length;
		if (left > 0) log.annotate(level, `${left} more like these: see the job summary.`);
	}
}

export { annotate };