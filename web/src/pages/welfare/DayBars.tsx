import { dayNamed, type LedgerDay, span } from "../../shell";

/** Time with media on screen, a bar a day, oldest first. */
export function DayBars(props: { days: Pick<LedgerDay, "day" | "ms">[] }) {
  const days = [...props.days].sort((one, other) => one.day.localeCompare(other.day));
  const most = Math.max(1, ...days.map((row) => row.ms));
  if (days.length < 2) return null;
  return (
    <ul className="bars" aria-label="Time looked, day by day">
      {days.map((row) => (
        <li
          key={row.day}
          title={`${dayNamed(row.day)}: ${span(row.ms)}`}
          aria-label={`${dayNamed(row.day)}: ${span(row.ms)}`}
          style={{ height: `${(100 * row.ms) / most}%` }}
        />
      ))}
    </ul>
  );
}
