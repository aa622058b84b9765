import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parseRelease,
  type ReleaseInput,
  type ReleaseSpec,
  readRelease,
  renderRelease,
  specText,
} from '../../../../charts/index.js';
import { activeServiceName, deploymentName } from '../../../../charts/names.js';
import { describeRelease } from '../../../../plugin/commands/init/describe.js';
import type { Deployment, Service } from '../../../../plugin/core/kubernetes.js';
import { activeColor } from '../../../../plugin/plan/active-color.js';
import { readPolicy } from '../../../../plugin/plan/policy.js';
import { EVERYTHING, INSTEAD } from '../../../charts/everything.js';
import { find, objectsOf } from '../../../charts/support.js';

const parse = (input: object): ReleaseSpec => parseRelease(JSON.stringify(input), 'spec.yaml');

/** The spec that is read from what a spec synthesizes. */
function reread(spec: ReleaseSpec): ReleaseSpec {
  const objects = objectsOf(spec);
  const service = find(objects, 'Service', activeServiceName(spec.name)) as Service;
  const deployment = find(objects, 'Deployment', deploymentName(spec.name, spec.active)) as Deployment;
  const input = describeRelease({
    release: spec.name,
    namespace: service.metadata.namespace,
    active: activeColor(service, spec.name),
    objects,
    policy: readPolicy(service, deployment),
  });
  return parseRelease(specText(input, 'reread.yaml'), 'reread.yaml');
}

const files = (spec: ReleaseSpec) => Object.fromEntries(renderRelease(spec));

describe('what is read from synthesized objects synthesizes the same bytes', () => {
  test.each(['charts/releases/engine-ops.yaml', 'test/releases/storefront.yaml'])('of %s', (file) => {
    const spec = readRelease(file);
    expect(files(reread(spec))).toEqual(files(spec));
  });

  test.each([
    ['every field', EVERYTHING],
    ['the fields that exclude those', { ...EVERYTHING, ...INSTEAD }],
  ])('of a release with %s', (_, input) => {
    const spec = parse(input);
    expect(files(reread(spec))).toEqual(files(spec));
  });

  test('of any part of such a release', () => {
    const needed = ['name', 'image', 'colors'];
    const optional = Object.keys(EVERYTHING).filter((key) => !needed.includes(key)) as (keyof ReleaseInput)[];
    const isValid = (input: object) => {
      try {
        parse(input);
        return true;
      } catch {
        return false;
      }
    };
    const parts = fc
      .tuple(fc.subarray([...optional, ...(Object.keys(INSTEAD) as (keyof ReleaseInput)[])]), fc.boolean())
      .map(([keys, instead]) => {
        const all: Partial<ReleaseInput> = instead ? { ...EVERYTHING, ...INSTEAD } : EVERYTHING;
        const { config, replicas, ...blue } = all.colors?.blue ?? {};
        const colors = keys.includes('config') ? all.colors : { blue, green: { version: 'other' } };
        return Object.fromEntries([
          ...Object.entries(all).filter(([key]) => needed.includes(key) || keys.includes(key as keyof ReleaseInput)),
          ['colors', colors],
        ]);
      })
      .filter(isValid);
    fc.assert(
      fc.property(parts, (input) => {
        const spec = parse(input);
        expect(files(reread(spec))).toEqual(files(spec));
      }),
      { numRuns: 8 },
    );
  });
});
