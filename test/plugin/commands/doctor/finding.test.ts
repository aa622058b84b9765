import { expect, test } from '@jest/globals';
import { byHarm, type Finding } from '../../../../plugin/commands/doctor/finding.js';

const finding = (id: string, severity: Finding['severity'], affects: Finding['affects'], object = 'x'): Finding => ({
  id,
  severity,
  affects,
  object,
  what: '',
  why: '',
  fix: '',
});

test('what hurts traffic comes first, and a cause before what follows from it', () => {
  const ordered = [
    finding('no-active-service', 'problem', 'traffic'),
    finding('no-ready-pods', 'problem', 'traffic'),
    finding('crash', 'problem', 'traffic'),
    finding('not-known-here', 'problem', 'traffic'),
    finding('image-pull', 'problem', 'promotion'),
    finding('check-failed', 'problem', 'promotion', 'a'),
    finding('check-failed', 'problem', 'promotion', 'b'),
    finding('load-balancer-pending', 'warning', 'traffic'),
    finding('mutable-tag', 'warning', 'promotion'),
  ];
  expect(byHarm(ordered.toReversed())).toEqual(ordered);
});
