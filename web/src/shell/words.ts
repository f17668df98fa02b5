const MINUTE = 60_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"].concat([
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
]);

/** `1 h 12` or `48 min`: whole minutes of a duration in ms. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}

/** Time still to come, rounded up, so that it never says 0 min before it is over. */
export function spanLeft(ms: number): string {
  return span(Math.ceil(Math.max(0, ms) / MINUTE) * MINUTE);
}

const two = (value: number) => String(value).padStart(2, "0");

/** `14 Nov 2026`, of microseconds, in the zone of this machine. */
export function day(us: number): string {
  const at = new Date(us / 1000);
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
}

/** `14 Nov 2026`, of a day as the server writes it, `2026-11-14`. */
export function dayNamed(iso: string): string {
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** `09:05`. */
export function clock(us: number): string {
  const at = new Date(us / 1000);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `14 Nov 2026 09:05`. */
export function moment(us: number): string {
  return `${day(us)} ${clock(us)}`;
}

const counts = new Intl.NumberFormat("en-GB");

/** `2,204,118`. */
export function count(value: number): string {
  return counts.format(value);
}

/** `1 stack`, `412 stacks`. */
export function several(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `91 %`, of a share from 0 to 1. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Decimal units, as on the label of a disk. */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, step] = [size, 0];
  while (value >= 1000 && step < units.length - 1) [value, step] = [value / 1000, step + 1];
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
