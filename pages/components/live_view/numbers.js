// Numbers as a learner reads them: sensible digits, units, in the language of the page.

export function numbers(language, texts) {
  const locale = language.replace("_", "-");
  const plain = (digits) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const three = plain(3);
  const one = plain(1);
  const whole = plain(0);
  const percent = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const score = (value) => {
    if (value == null) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2);
    return size < 10 ? three.format(value) : value.toPrecision(4);
  };
  return {
    score,
    whole: (value) => whole.format(value),
    metric: (value, share) => (value == null ? "–" : share ? percent.format(value) : score(value)),
    points: (value, texts) => fill(texts.points, { value: one.format(100 * value) }),
    percent: (value) => percent.format(value),
    count: (value) => compact.format(value).replace(/([KMB])$/, (unit) => ` ${unit === "K" ? "k" : unit}`),
    time: (seconds) => time(seconds, texts),
  };
}

function time(seconds, texts) {
  if (seconds == null) return "–";
  if (seconds < 1) return texts.under_a_second;
  const whole = Math.round(seconds);
  if (whole < 60) return fill(texts.seconds, { seconds: whole });
  if (whole < 3600) return fill(texts.minutes, { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return fill(texts.hours, { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

// "Epoch {epoch}" with its places filled in.
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}
