// A language that its translator has not finished, made whole with another.

/** Any part of the words, as deep as the translator has come. */
export type Partly<T> = T extends (...args: never[]) => string
  ? T
  : T extends readonly string[]
    ? T
    : T extends object
      ? { [K in keyof T]?: Partly<T[K]> }
      : T;

/** What is missing in `part` is taken from `complete`, sentence by sentence. */
export function filled<T extends object>(complete: T, part: Partly<T>): T {
  const result = { ...complete };
  for (const key of Object.keys(part) as (keyof T)[]) {
    const value: unknown = (part as Partial<T>)[key];
    const whole = complete[key];
    // A page that has but some of the words says no others.
    if (whole === undefined) continue;
    result[key] = (
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? filled(whole as object, value)
        : value
    ) as T[keyof T];
  }
  return result;
}
