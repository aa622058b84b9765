import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import type { Bench, Measured, Section } from '../section.js';

const SPEC = 'charts/releases/engine-ops.yaml';
const PROGRAM = [process.execPath, 'lib/plugin/bin.js', 'synth'] as const;
const CDK8S = 'cdk8s synth';
const HALF = '100 releases';

/** Writes specs that differ in their names. @returns their paths */
function specs(folder: string, count: number): string[] {
  const text = readFileSync(SPEC, 'utf8');
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, n) => {
    const path = join(folder, `shop-${n}.yaml`);
    writeFileSync(path, text.replace(/^name: .*$/m, `name: shop-${n}`));
    return path;
  });
}

/** The same objects as text, of which kustomize sets the images. @returns the folder */
function kustomization(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const resources = readdirSync('dist').filter((file) => file.startsWith('engine-ops') && file.endsWith('.k8s.yaml'));
  for (const file of resources) copyFileSync(join('dist', file), join(folder, file));
  const images = [{ name: 'engine-ops', newTag: 'v0.3.0' }];
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ resources, images }));
  return folder;
}

async function measure(bench: Bench): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-bench-synth-'));
  const seconds = async (argv: [string, ...string[]]) => (await run({ argv, inCluster: false }, bench.signal)).seconds;
  const synth = (paths: readonly string[], output: string) => () =>
    seconds([...PROGRAM, ...paths, `--output-dir=${join(folder, output)}`]);
  try {
    const [hundred, twoHundred] = [specs(join(folder, 'a'), 100), specs(join(folder, 'b'), 200)];
    const texts = kustomization(join(folder, 'texts'));
    const values = await inTurn(bench, {
      one: synth([SPEC], 'one'),
      cdk8s: () => seconds(['node_modules/.bin/cdk8s', 'synth', '--output', join(folder, 'cdk8s')]),
      kustomize: async () => (await run({ argv: ['kubectl', 'kustomize', texts] }, bench.signal)).seconds,
      hundred: synth(hundred, 'hundred'),
      twoHundred: synth(twoHundred, 'two-hundred'),
    });
    return {
      how:
        '`kubectl bluegreen synth` on Node, with an empty folder for its output in the first round; `cdk8s synth` runs the same charts; ' +
        '`kubectl kustomize` has the same objects as text, and sets their images.',
      rows: [
        {
          what: 'synth of engine-ops',
          unit: 's',
          ours: values.one,
          peers: [
            { name: CDK8S, values: values.cdk8s },
            { name: '`kubectl kustomize`', values: values.kustomize },
          ],
          targets: [{ atMost: 0.35, of: CDK8S }],
        },
        { what: `synth of ${HALF}`, unit: 's', ours: values.hundred, targets: [{ atMost: 4 }] },
        {
          what: 'synth of 200 releases',
          unit: 's',
          ours: values.twoHundred,
          peers: [{ name: HALF, values: values.hundred }],
          targets: [{ atMost: 2.2, of: HALF }],
          note: 'linear is 2',
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const synth: Section = { name: 'synth', title: 'Synthesis', measure };
