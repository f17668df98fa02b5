import { runningTime } from "./tileWords";

type Fact = unknown;

/** `taken_at_us` as the clock wrote it, with its distance from UTC where the file says so. */
export function takenWords(us: number, offsetMin: Fact): string {
  const words = new Date(us / 1000).toISOString().slice(0, 19).replace("T", " ");
  if (typeof offsetMin !== "number") return `${words}, zone not known`;
  const [sign, minutes] = [offsetMin < 0 ? "−" : "+", Math.abs(offsetMin)];
  const two = (value: number) => String(value).padStart(2, "0");
  return `${words} UTC${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The core facts of a media in words, those that are set. */
export function factRows(facts: Readonly<Record<string, Fact>>): [string, string][] {
  const rows: [string, string][] = [];
  const put = (label: string, value: Fact) => {
    if (value === undefined || value === null || value === "") return;
    rows.push([label, String(value)]);
  };
  const { width, height, taken_at_us: taken, latitude, longitude } = facts;
  if (typeof width === "number") put("Size", `${width} × ${height} px`);
  if (typeof facts.duration_ms === "number") put("Length", runningTime(facts.duration_ms));
  put("Container", facts.container);
  put("Codec", facts.codec);
  if (typeof taken === "number") put("Taken", takenWords(taken, facts.taken_offset_min));
  put("Camera", [facts.camera_make, facts.camera_model].filter(Boolean).join(" "));
  put("Serial", facts.camera_serial);
  put("Software", facts.software);
  if (typeof latitude === "number" && typeof longitude === "number") {
    put("Place", `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
  }
  if (typeof facts.altitude === "number") put("Altitude", `${Math.round(facts.altitude)} m`);
  put("Lock", facts.lock);
  return rows;
}
