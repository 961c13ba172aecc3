// Numbers as a learner reads them: sensible digits, units, in the language of the page.

import { fill } from "./texts.js";

/** @typedef {number | null | undefined} Known what may not be known: shown as a dash */
/** @typedef {"points" | "under_a_second" | "seconds" | "minutes" | "hours"} Sentence */
/** @typedef {Record<Sentence, string>} Sentences */
/** @typedef {ReturnType<typeof numbers>} Numbers */

const UNKNOWN = "–";
const SMALLEST = 0.001; // of what is written out, and below
const LARGEST = 1e6;

/**
 * @param {string} language "en", "zh_CN"
 * @param {Sentences} texts with places for numbers
 */
export function numbers(language, texts) {
  const locale = language.replace("_", "-");
  const three = plain(locale, 3);
  const one = plain(locale, 1);
  const whole = plain(locale, 0);
  const percent = plain(locale, 1, "percent");
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

  /** A score without a unit: three decimals, or four digits where it is large. @param {Known} value */
  const score = (value) => {
    if (value == null) return UNKNOWN;
    const size = Math.abs(value);
    if (size !== 0 && (size < SMALLEST || size >= LARGEST)) return value.toExponential(2);
    return size < 10 ? three.format(value) : value.toPrecision(4);
  };
  return {
    score,
    /** @param {number} value */
    whole: (value) => whole.format(value),
    /** A score that is a share is written in percent. @type {(value: Known, share?: boolean) => string} */
    metric: (value, share) => (value != null && share ? percent.format(value) : score(value)),
    /** A difference of two shares, in percentage points. @param {number} value */
    points: (value) => fill(texts.points, { value: one.format(100 * value) }),
    /** @param {number} value a share */
    percent: (value) => percent.format(value),
    /** 1234567 as "1.23 M". @param {number} value */
    count: (value) => compact.format(value).replace(/([KMB])$/, (unit) => ` ${unit === "K" ? "k" : unit}`),
    /** @param {Known} seconds */
    time: (seconds) => time(seconds, texts),
  };
}

/**
 * @param {string} locale
 * @param {number} digits behind the point
 * @param {"decimal" | "percent"} style
 */
function plain(locale, digits, style = "decimal") {
  return new Intl.NumberFormat(locale, {
    style,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/**
 * @param {Known} seconds
 * @param {Sentences} texts
 */
function time(seconds, texts) {
  if (seconds == null) return UNKNOWN;
  if (seconds < 1) return texts.under_a_second;
  const whole = Math.round(seconds);
  if (whole < 60) return fill(texts.seconds, { seconds: whole });
  if (whole < 3600) return fill(texts.minutes, { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return fill(texts.hours, { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

/**
 * A number with a fixed number of decimals, as a textbook writes it: with a minus sign, and never as minus zero.
 * @param {number} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  if (Number.isNaN(value)) return UNKNOWN;
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const text = Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toFixed(digits);
  return text.replace("-", "−").replace(/^−(0(\.0*)?)$/, "$1");
}

/**
 * The value, or the bound that it lies beyond.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
