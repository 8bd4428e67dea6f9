import type { Ecr } from '../../src/ports/ecr.ts';
import type { CopyImage } from '../../src/ports/registry.ts';

/** For images that have one repository alone. */
export function noCopies(): { ecrIn: (region: string) => Ecr; copyImage: CopyImage } {
  return {
    ecrIn: (region) => {
      throw new Error(`nobody asks ECR in ${region}`);
    },
    copyImage: () => Promise.reject(new Error('nothing is copied')),
  };
}
