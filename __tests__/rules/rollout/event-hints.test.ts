import { eventHints } from '../../../src/rules/rollout/event-hints.ts';
import { hintForStopReason } from '../../../src/rules/task/stop-reasons.ts';

const event = (message: string, at: number) => ({ id: message, createdAt: new Date(at), message });
const PORT =
  '(service web) (task 1234) (port 3000) is unhealthy in (target-group tg) due to (reason Request timed out)';
const NO_ROOM =
  '(service web) was unable to place a task because no container instance met all of its requirements.';

describe('the hints in the events of a service', () => {
  it('are told once each, in the order of the events, without those from before', () => {
    const events = [
      event('(service web) has started 1 tasks: (task 1234).', 9_000),
      event(`${PORT} `, 8_000),
      event(PORT, 7_000),
      event(NO_ROOM, 1_000),
    ];
    expect(eventHints(events, 5_000, [])).toEqual([hintForStopReason(PORT)]);
    expect(eventHints(events, 0, [])).toEqual([hintForStopReason(NO_ROOM), hintForStopReason(PORT)]);
  });

  it('leave out what was told already', () => {
    expect(eventHints([event(PORT, 1)], 0, [hintForStopReason(PORT) ?? ''])).toEqual([]);
  });

  it('are none where there are no events', () => {
    expect(eventHints(undefined, 0, [])).toEqual([]);
  });
});
