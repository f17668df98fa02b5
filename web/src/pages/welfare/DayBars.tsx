import { dayNamed, span } from "../../shell";
import { everyDay, type Looked } from "./everyDay";
import "./bars.css";

/** Time with media on screen, a bar a day, oldest first; days without any are there too. */
export function DayBars(props: { days: Looked[] }) {
  const days = everyDay(props.days);
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
