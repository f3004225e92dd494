/** The language of these texts: numbers, lists and dates are written its way. */
export const LANGUAGE = "en-GB";

const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const plural = new Intl.PluralRules(LANGUAGE);

/** A number as people read it: 12,345 or 3.5. */
export function number(value: number): string {
  return whole.format(value);
}

/** The score of a hit, always with as many digits, so that columns stay still. */
export function score(value: number): string {
  return fine.format(value);
}

/** A count with its noun: `count(2, "item", "items")` is "2 items". */
export function count(value: number, one: string, other: string): string {
  return `${number(value)} ${plural.select(value) === "one" ? one : other}`;
}

/** A share of 1 in per cent: 0.5 is "50 %". */
export function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

/** Several things as a part of a sentence: "Heat", "Heat and Fargo". */
export function together(values: string[]): string {
  return new Intl.ListFormat(LANGUAGE).format(values);
}

/** A size in bytes, with the unit that fits. */
export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: 1,
  }).format(value / 1000 ** power);
}

/** Seconds as "45 s", "3 min 20 s" or "2 h 5 min". */
export function duration(seconds: number): string {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return rounded % 60 ? `${minutes} min ${rounded % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${number(Math.floor(minutes / 60))} h ${minutes % 60} min` : `${number(minutes / 60)} h`;
}

/** A time within a sound or a video: "4:05", "1:04:05"; "4:05.3" if it is to be exact. */
export function clock(seconds: number, exact = false): string {
  const tenths = Math.max(0, exact ? Math.round(seconds * 10) : Math.floor(seconds) * 10);
  const whole = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0") + (exact ? `.${tenths % 10}` : "");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const time = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "short" });

/** A moment (ISO 8601) as people read it: the time alone if it is of the day of `now`. */
export function moment(iso: string, now: Date = new Date()): string {
  const then = new Date(iso);
  return then.toDateString() === now.toDateString() ? time.format(then) : exact.format(then);
}

/** A moment (ISO 8601) in full, whatever the day. */
export function when(iso: string): string {
  return exact.format(new Date(iso));
}

/** The day of a moment (ISO 8601). */
export function date(iso: string): string {
  return day.format(new Date(iso));
}

/** A field's name as people write it: `first_approval` is "First approval"; what has capitals, as SOL, keeps them. */
export function named(field: string): string {
  const [first = "", ...more] = field.replaceAll("_", " ").trim().split(" ");
  const begun = first === first.toLowerCase() ? first.charAt(0).toUpperCase() + first.slice(1) : first;
  return [begun, ...more].join(" ");
}

// As cameras write it, and as tables do.
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** A value of metadata as one line. Whole numbers stay as they are: they may be years. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (typeof value !== "string") return JSON.stringify(value);
  return MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? when(value) : value;
}
