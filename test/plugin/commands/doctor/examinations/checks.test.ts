import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CHECKS } from '../../../../../charts/default-checks.js';
import type { HttpCheck } from '../../../../../charts/policy.js';
import { checks } from '../../../../../plugin/commands/doctor/examinations/checks.js';
import { POLICY } from '../../../cluster-objects.js';
import { factsOf, greenPods, ownedPod } from '../facts.js';

const health = DEFAULT_CHECKS[0] as HttpCheck;
const failed = (pod: string) => ({ pod, check: health, why: 'status is 500, want 200' });

describe('checks', () => {
  test('that pass are no finding', () => {
    expect(checks.examine(factsOf({ checks: [{ pod: 'b1', check: health }] }))).toEqual([]);
  });

  test('that Pods of the idle color fail: the color goes to the image of the other one', () => {
    expect(checks.examine(factsOf({ checks: [failed('g1'), failed('g2')] }))).toEqual([
      expect.objectContaining({
        id: 'check-failed',
        severity: 'problem',
        affects: 'promotion',
        what: '2 of 2 ready Pods of green fail check "health" (GET /api/v1/health on port 3000): status is 500, want 200',
        fix: 'kubectl bluegreen deploy shop --image=registry.example:5000/shop:v1 -n store --context=prod',
        evidence: ['pod/g1: status is 500, want 200', 'pod/g2: status is 500, want 200'],
      }),
    ]);
  });

  test('that Pods of the active color fail: traffic goes back, unless the other color fails too', () => {
    const [finding] = checks.examine(factsOf({ checks: [failed('b1')] }));
    expect(finding).toMatchObject({
      affects: 'traffic',
      fix: 'kubectl bluegreen rollback shop --to=green -n store --context=prod',
    });
    const [both] = checks.examine(factsOf({ checks: [failed('b1'), failed('g1')] }));
    expect(both?.fix).toBe('kubectl rollout restart deployment/shop-blue -n store --context=prod');
  });

  test('that ask a port which is no containerPort', () => {
    const policy = { ...POLICY, port: 8080 };
    const [finding] = checks.examine(factsOf({ policy, checks: [failed('b1')] }));
    expect(finding?.why).toContain('port 8080 is not a containerPort of blue');
    // It says nothing against the color: moving traffic is no answer.
    expect(finding?.fix).toBe('kubectl bluegreen diff shop -f dist/ -n store --context=prod');
  });

  test('of Pods that are not ready are told with those', () => {
    const state = greenPods(ownedPod('green', 'g1', { ready: false }));
    expect(checks.examine(factsOf({ state, checks: [failed('g1')] }))).toEqual([]);
  });
});
