import { describe, expect, test } from '@jest/globals';
import type { BuildStep } from '../../../../plugin/plan/build.js';
import { builderArguments, flavorOf, lastWords, pushedDigest } from '../../../../plugin/run/builder/argv.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const OTHER = `sha256:${'f'.repeat(64)}`;
const BUILD: BuildStep = {
  kind: 'build',
  builder: 'docker',
  images: ['r/shop:v2', 'r/shop:green'],
  context: 'app',
  buildArgs: [],
};
const PUSH: BuildStep = { kind: 'push', builder: 'docker', image: 'r/shop:v2', pins: true };

describe('builderArguments', () => {
  test.each(['docker', 'podman', 'nerdctl'] as const)('%s builds one image under both tags', (flavor) => {
    expect(builderArguments(BUILD, flavor, '/tmp/d')).toEqual([
      'build',
      '--tag=r/shop:v2',
      '--tag=r/shop:green',
      'app',
    ]);
  });

  test('passes on what was asked for, each as one argument', () => {
    const step = { ...BUILD, dockerfile: 'my Dockerfile', platform: 'linux/arm64', buildArgs: ['A=b c;$(d)', 'E'] };
    expect(builderArguments(step, 'docker', '/tmp/d').slice(3)).toEqual([
      '--file=my Dockerfile',
      '--platform=linux/arm64',
      '--build-arg=A=b c;$(d)',
      '--build-arg=E',
      'app',
    ]);
  });

  test.each([
    ['docker', ['push', 'r/shop:v2']],
    ['podman', ['push', '--digestfile=/tmp/d', 'r/shop:v2']],
    ['nerdctl', ['push', 'r/shop:v2']],
  ] as const)('%s pushes so that it tells the digest', (flavor, wanted) => {
    expect(builderArguments(PUSH, flavor, '/tmp/d')).toEqual(wanted);
  });
});

describe('flavorOf', () => {
  test.each([
    ['docker', 'Docker version 28.2.2, build e6534b4', 'docker'],
    ['docker', 'podman version 4.3.1', 'podman'],
    ['docker', 'nerdctl version 1.7.6', 'nerdctl'],
    ['podman', 'podman version 5.0.0', 'podman'],
    ['nerdctl', '', 'nerdctl'],
  ] as const)('of %s that says %j is %s', (name, text, wanted) => {
    expect(flavorOf(name, text)).toBe(wanted);
  });
});

describe('pushedDigest', () => {
  test.each([
    ['docker', ['The push refers to repository [r/shop]', '5f70bf18a086: Pushed', `v2: digest: ${DIGEST} size: 528`]],
    ['podman', [`Copying blob ${OTHER}`, `Copying config ${OTHER}`, DIGEST, '']],
    [
      'nerdctl',
      [
        `time="2026-01-01T00:00:00Z" level=info msg="pushing as a reduced-platform image (application/vnd.oci.image.manifest.v1+json, ${DIGEST})"`,
        `manifest-${OTHER}: done`,
      ],
    ],
  ] as const)('is what %s says', (flavor, lines) => {
    expect(pushedDigest(lines, flavor)).toBe(DIGEST);
  });

  test.each([
    ['docker', [`${OTHER}: Pushed`, 'v2: digest: sha256:abc size: 1']],
    ['podman', [`Copying blob ${OTHER}`]],
    ['nerdctl', [`manifest-${OTHER}: done`]],
  ] as const)('is not a digest that %s says of something else', (flavor, lines) => {
    expect(pushedDigest(lines, flavor)).toBeUndefined();
  });
});

describe('lastWords', () => {
  test.each([
    [['STEP 1/2', 'Error: no such file', 'See the log.'], 'Error: no such file'],
    [
      ['ERROR: failed to solve: exit code: 1', '', 'View build details: docker-desktop://x'],
      'ERROR: failed to solve: exit code: 1',
    ],
    [
      ['The push refers to repository [r/shop]', 'denied: requested access to the resource is denied'],
      'denied: requested access to the resource is denied',
    ],
    [['time="x" level=fatal msg="no basic auth"', 'bye'], 'time="x" level=fatal msg="no basic auth"'],
    [['something', '  else  ', ''], 'else'],
    [[], ''],
  ])('of %j', (lines, wanted) => {
    expect(lastWords(lines)).toBe(wanted);
  });
});
