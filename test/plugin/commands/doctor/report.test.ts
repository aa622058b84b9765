import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../../plugin/commands/doctor/facts.js';
import { examine } from '../../../../plugin/commands/doctor/report.js';
import { reportText } from '../../../../plugin/commands/doctor/text.js';
import { service } from '../../cluster-objects.js';
import { factsOf, greenPods, ownedPod, waiting } from './facts.js';

const report = (facts: Facts, notReached: string[] = []) => examine({ facts, notReached }, 'prod');
const text = (facts: Facts, colored = false) => reportText(report(facts), { colored });

describe('a report', () => {
  test('of a healthy release has no findings, and says what was examined (exit 0)', () => {
    const { findings, checked, notExamined, exitCode } = report(factsOf());
    expect({ findings, notExamined, exitCode }).toEqual({ findings: [], notExamined: [], exitCode: 0 });
    expect(checked.map(({ id }) => id)).toEqual(expect.arrayContaining(['selectors', 'endpoints', 'checks', 'access']));
    expect(text(factsOf())).toMatch(/^shop in namespace store: healthy\n\nexamined: owners +what has the names/);
  });

  test('of problems has the exit code 3, of warnings alone 0', () => {
    const state = { preview: service('shop-preview', 'blue') };
    expect(report(factsOf({ state }))).toMatchObject({ exitCode: 3, findings: [{ id: 'preview-on-active' }] });
    const warned = factsOf({ state: { active: service('shop-active', 'blue', {}) } });
    expect(report(warned)).toMatchObject({ exitCode: 0, findings: [{ id: 'no-policy', severity: 'warning' }] });
  });

  test('names what could not be examined, and does not take it for passed', () => {
    const unread: Facts['unread'] = new Map([
      ['pods', 'forbidden: pods is forbidden'],
      ['logs', 'forbidden: pods/log is forbidden'],
    ]);
    const { checked, notExamined } = report(factsOf({ unread }), ['pod "b1" was not reached: gone']);
    expect(checked.map(({ id }) => id)).not.toContain('endpoints');
    expect(notExamined).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'endpoints', why: 'forbidden: pods is forbidden' }),
        expect.objectContaining({ id: 'logs', why: 'forbidden: pods/log is forbidden' }),
        expect.objectContaining({ id: 'checks', why: 'pod "b1" was not reached: gone' }),
      ]),
    );
    expect(text(factsOf({ unread }))).toMatch(/^not examined: .*endpoints, .*: forbidden: pods is forbidden$/m);
  });

  test('counts, and shows of each finding what, why, the fix and the evidence', () => {
    const state = {
      ...greenPods(ownedPod('green', 'g1', waiting('ErrImagePull', 'no such tag'))),
      preview: service('shop-preview', 'blue'),
    };
    const shown = text(factsOf({ state }));
    expect(shown).toMatch(/^shop in namespace store: 2 problems\n/);
    expect(shown).toMatch(
      /\nproblem image-pull: deployment\.apps\/shop-green \(promotion\)\n {2}what: .*\n {2}why: {2}.*\n {2}fix: {2}kubectl .*\n {4}no such tag\n {4}pod\/g1\n/,
    );
    expect(shown.indexOf('image-pull')).toBeLessThan(shown.indexOf('preview-on-active'));
  });

  test('is without control characters of Pods and servers, and colored only when asked', () => {
    const state = greenPods(ownedPod('green', 'g1', waiting('ErrImagePull', 'a\u001b[2Jb')));
    expect(text(factsOf({ state }))).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(text(factsOf({ state }), true)).toContain('\u001b[31mproblem\u001b[0m');
  });

  test('shows a part of much evidence, and says where the rest is', () => {
    const pods = Array.from({ length: 20 }, (_, index) => ownedPod('green', `g${index}`, waiting('ErrImagePull')));
    expect(text(factsOf({ state: greenPods(...pods) }))).toContain('\n    ... 8 more lines: -o json\n');
    expect(report(factsOf({ state: greenPods(...pods) })).findings[0]?.evidence).toHaveLength(20);
  });
});
