import { describe, expect, test } from '@jest/globals';
import { logRequest, readLogArguments } from '../../../../plugin/commands/logs/request.js';
import { RefusedError, UsageError } from '../../../../plugin/core/errors.js';
import type { FlagValue } from '../../../../plugin/invocation/invocation.js';
import type { State } from '../../../../plugin/plan/state.js';
import { pod, service, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { invocationOf } from '../../invocation.js';

const read = (args: string[], flags: Record<string, FlagValue> = {}) => readLogArguments(invocationOf(args, flags));
const request = (args: string[], flags: Record<string, FlagValue> = {}, more: Partial<State> = {}) =>
  logRequest(stateOf(more), read(args, flags));

describe('readLogArguments', () => {
  test.each<[Record<string, FlagValue>, object]>([
    [{}, { tailLines: '10' }],
    [{ tail: '-1' }, {}],
    [{ tail: '0' }, { tailLines: '0' }],
    [{ tail: '007' }, { tailLines: '7' }],
    [{ since: '10m' }, { sinceSeconds: '600' }],
    [{ since: '100ms' }, { sinceSeconds: '1' }],
    [
      { since: '1h', tail: '5' },
      { sinceSeconds: '3600', tailLines: '5' },
    ],
    [{ 'since-promote': true }, {}],
  ])('%j reads back to %j', (flags, since) => {
    expect(read(['shop'], flags).since).toEqual(since);
  });

  test.each<[string, string[], Record<string, FlagValue>, string]>([
    ['no name', [], {}, 'required argument NAME is missing: the name of a release'],
    ['another color', ['shop', 'red'], {}, 'invalid color "red": want blue, green, active or idle'],
    [
      'half a line',
      ['shop'],
      { tail: '1.5' },
      'invalid number "1.5" for --tail: want a whole number of lines, or -1 for all',
    ],
    [
      'fewer lines than all',
      ['shop'],
      { tail: '-2' },
      'invalid number "-2" for --tail: want a whole number of lines, or -1 for all',
    ],
    ['no time', ['shop'], { since: '0s' }, 'invalid duration "0s" for --since: want more than none'],
    [
      'a word for a time',
      ['shop'],
      { since: 'soon' },
      'invalid duration "soon" for --since: want a number with a unit, like 30s or 5m',
    ],
    [
      'two beginnings',
      ['shop'],
      { since: '1m', 'since-promote': true },
      '--since and --since-promote exclude each other',
    ],
    [
      'to follow what ended',
      ['shop'],
      { follow: true, previous: true },
      '--previous and --follow exclude each other: what ended has no new lines',
    ],
    [
      'one container and all',
      ['shop'],
      { container: 'shop', 'all-containers': true },
      '--container and --all-containers exclude each other',
    ],
  ])('refuses %s', (_, args, flags, message) => {
    expect(() => read(args, flags)).toThrow(failure(UsageError, message));
  });
});

describe('logRequest', () => {
  test.each<[string[], string[]]>([
    [['shop'], ['blue', 'green']],
    [['shop', 'green'], ['green']],
    [['shop', 'active'], ['green']],
    [['shop', 'idle'], ['blue']],
  ])('%j reads %j', (args, colors) => {
    expect(request(args, {}, { active: service('shop-active', 'green') }).colors).toEqual(colors);
  });

  test("reads the release's container, another one, or all", () => {
    const two = pod('blue', 'b1');
    two.spec.containers = [{ name: 'proxy' }, { name: 'shop' }];
    two.spec.initContainers = [{ name: 'init' }];
    const pods = [two];
    expect(request(['shop'], {}, { pods }).containersOf(two)).toEqual(['shop']);
    expect(request(['shop'], { container: 'proxy' }, { pods }).containersOf(two)).toEqual(['proxy']);
    expect(request(['shop'], { container: 'init' }, { pods }).containersOf(pod('blue', 'b2'))).toEqual([]);
    expect(request(['shop'], { 'all-containers': true }, { pods }).containersOf(two)).toEqual([
      'init',
      'proxy',
      'shop',
    ]);
  });

  test('reads since traffic was last moved', () => {
    const active = service('shop-active', 'blue', { at: '2026-01-02T03:04:05.678Z' });
    expect(request(['shop'], { 'since-promote': true }, { active }).since).toEqual({
      sinceTime: '2026-01-02T03:04:05.678Z',
    });
  });

  test('reads the Pods of a release whose Services are not there yet', () => {
    const { active, ...state } = stateOf();
    expect(logRequest(state, read(['shop'])).colors).toEqual(['blue', 'green']);
  });

  test.each<[string, string[], Record<string, FlagValue>, Partial<State>, RegExp]>([
    [
      'a release that does not exist',
      ['shop'],
      {},
      { active: undefined as never, deployments: { blue: undefined, green: undefined }, pods: [] },
      /^services "shop-active" not found/,
    ],
    [
      'a container that no Pod has',
      ['shop'],
      { container: 'proxy' },
      {},
      /^container "proxy" not found in the Pods of "shop": they have shop$/,
    ],
    [
      'a time that is not on record',
      ['shop'],
      { 'since-promote': true },
      { active: service('shop-active', 'blue') },
      /no operation on record/,
    ],
    [
      'a time that is none',
      ['shop'],
      { 'since-promote': true },
      { active: service('shop-active', 'blue', { at: 'noon' }) },
      /no operation on record/,
    ],
  ])('refuses %s', (_, args, flags, more, message) => {
    expect(() => request(args, flags, more)).toThrow(RefusedError);
    expect(() => request(args, flags, more)).toThrow(message);
  });
});
