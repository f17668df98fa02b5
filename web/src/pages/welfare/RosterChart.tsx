import { clock, day, type Gap, type Shift } from "../../shell";
import { daysFrom, partsOf, type Part, type Stretch } from "./coverage";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function Bars(props: { parts: Part[]; kind: string }) {
  return props.parts.map((part) => (
    <rect
      key={`${part.from}`}
      className={props.kind}
      x={part.from * 1440}
      width={Math.max(1, (part.to - part.from) * 1440)}
      y={2}
      height={16}
    />
  ));
}

function holes(gaps: Gap[]): string {
  if (gaps.length === 0) return "somebody at all hours";
  return `nobody ${gaps.map((gap) => `${clock(gap.from_us)}–${clock(gap.until_us)}`).join(", ")}`;
}

function Day(props: { of: Stretch; shifts: Shift[]; gaps: Gap[] }) {
  const { of, shifts, gaps } = props;
  const there = gaps.filter((gap) => gap.from_us < of.until_us && gap.until_us > of.from_us);
  const label = `${day(of.from_us)}: ${holes(there)}`;
  return (
    <tr>
      <th scope="row">
        {WEEKDAYS[new Date(of.from_us / 1000).getDay()]} {day(of.from_us)}
      </th>
      <td>
        <svg viewBox="0 0 1440 20" preserveAspectRatio="none" role="img" aria-label={label}>
          <title>{label}</title>
          <rect className="off" x={0} y={9} width={1440} height={2} />
          <Bars parts={partsOf(of, shifts)} kind="work" />
          <Bars parts={partsOf(of, gaps)} kind="hole" />
        </svg>
      </td>
    </tr>
  );
}

/** Four weeks, a line a day: when somebody is there, and when nobody is. */
export function RosterChart(props: { from_us: number; shifts: Shift[]; gaps: Gap[] }) {
  const work = props.shifts.filter((shift) => shift.kind === "work");
  return (
    <table className="roster">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <td>
            <div className="hours" aria-hidden="true">
              {["00:00", "06:00", "12:00", "18:00", "24:00"].map((hour) => (
                <span key={hour}>{hour}</span>
              ))}
            </div>
          </td>
        </tr>
      </thead>
      <tbody>
        {daysFrom(props.from_us, 28).map((of) => (
          <Day key={of.from_us} of={of} shifts={work} gaps={props.gaps} />
        ))}
      </tbody>
    </table>
  );
}
