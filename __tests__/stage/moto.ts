import { startCompanion } from './companion.ts';

export interface MotoFacts {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
}

/** A second opinion on requests and answers: moto knows AWS's control plane, but runs nothing. */
export interface Moto extends MotoFacts {
  stop: () => Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const { facts, stop } = await startCompanion<MotoFacts>('./moto-companion.ts', []);
  return { ...facts, stop };
}
