import type { Duration, Numbers, Remediations } from "../../domain/metrics/numbers.ts";
import { perSeverityName, severityName } from "../../domain/severity.ts";

const DAY: Duration = 86_400_000;

/** The output `numbers`: the three numbers as JSON, in days; `""` if there are none. */
export function numbersJson(numbers: Numbers | undefined): string {
  if (numbers === undefined) return "";
  const { open, oldestUnpatched, remediations } = numbers;
  return JSON.stringify({
    open,
    "oldest-unpatched-days": daysOf(oldestUnpatched?.age ?? 0),
    "mttr-days": perSeverityName((severity) => {
      const name = severityName(severity);
      return { "30d": meanOf(remediations["30d"][name]), "90d": meanOf(remediations["90d"][name]) };
    }),
  });
}

function meanOf({ count, mean }: Remediations): object {
  return { days: mean === undefined ? null : daysOf(mean), count };
}

/** With one decimal. */
function daysOf(length: Duration): number {
  return Math.round((length / DAY) * 10) / 10;
}
