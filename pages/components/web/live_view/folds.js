// The mean over several runs and how far they scatter. Mirrors across() of dlcore/figures/folds.py.

// Points of a `low`, `mean` or `high` line over the runs that its `meta` names.
export function acrossRuns(runs, { series, metric }) {
  const tables = runs.map((run) => {
    const values = run.epochs.validation[metric] ?? [];
    return new Map(run.epochs.epoch.map((epoch, place) => [epoch, values[place]]));
  });
  const points = { x: [], y: [] };
  for (const epoch of tables[0]?.keys() ?? []) {
    const values = tables.map((table) => table.get(epoch));
    if (values.some((value) => value == null)) continue;
    const { mean, spread } = meanAndSpread(values);
    points.x.push(epoch);
    points.y.push(mean + { low: -spread, mean: 0, high: spread }[series]);
  }
  return points;
}

// Mean and standard deviation of these values, not estimated for more.
export function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / values.length) };
}
