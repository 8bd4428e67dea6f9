import { Agenda } from './agenda.ts';

function stage() {
  const clock = { time: 0, now: () => clock.time };
  return { clock, agenda: new Agenda(clock) };
}

describe('the agenda', () => {
  it('lets happen what is due, in the order of time and dated as of its time', () => {
    const { clock, agenda } = stage();
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, agenda.now]);
    agenda.after(3, note('third'));
    agenda.after(1, note('first'));
    agenda.after(1, note('second, written down later'));
    agenda.after(9, note('not yet'));
    clock.time = 5000;
    agenda.catchUp();
    expect(seen).toEqual([
      ['first', 1000],
      ['second, written down later', 1000],
      ['third', 3000],
    ]);
    expect(agenda.now).toBe(5000);
  });

  it('counts what follows from the moment it follows from', () => {
    const { clock, agenda } = stage();
    const seen: number[] = [];
    agenda.after(1, () => agenda.after(2, () => seen.push(agenda.now)));
    clock.time = 60_000;
    agenda.catchUp();
    expect(seen).toEqual([3000]);
  });

  it('never comes to what is infinitely far away', () => {
    const { clock, agenda } = stage();
    let happened = false;
    agenda.after(Infinity, () => (happened = true));
    clock.time = Number.MAX_SAFE_INTEGER;
    agenda.catchUp();
    expect(happened).toBe(false);
  });
});
