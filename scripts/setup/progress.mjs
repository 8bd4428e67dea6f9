/**
 * Tells a person what takes time, as one line: `Setting up Python environment …  12.3 s`.
 * Written to standard error, so that a program's own output stays clean.
 */
export async function withProgress(title, work) {
  const started = Date.now();
  // On a terminal the line appears at once and is completed; in a log it is written in two pieces anyway.
  process.stderr.write(`${title} … `);
  try {
    const result = await work();
    process.stderr.write(` ${seconds(started)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(` failed after ${seconds(started)} s\n`);
    throw error;
  }
}

export function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(1);
}
