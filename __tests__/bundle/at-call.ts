import type { FakeAws } from '../fakes/aws/fake-aws.ts';
import { readCall } from '../fakes/aws/protocols.ts';

/**
 * Acts once, when the first call of an operation arrives: before AWS carries it out, which then never happens, or
 * after, its answer still on the way.
 */
export function atCall(aws: FakeAws, operation: string, side: 'before' | 'after', act: () => void): void {
  const answer = aws.answer.bind(aws);
  let isOver = false;
  aws.answer = (request) => {
    if (isOver || readCall(request).operation !== operation) return answer(request);
    isOver = true;
    if (side === 'before') {
      act();
      return { kind: 'reset' };
    }
    const answered = answer(request);
    act();
    return answered;
  };
}
