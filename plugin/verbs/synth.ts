import type { Verb } from './verb.js';

export const synth: Verb = {
  name: 'synth',
  group: 'Setup Commands',
  args: '[SPEC...]',
  maxArgs: Number.POSITIVE_INFINITY,
  summary: 'Synthesize release specs into manifests',
  description:
    'Synthesize release specs into the manifests that are committed and reviewed. Without arguments: every\n' +
    'charts/releases/*.yaml. The same spec gives the same bytes; no cluster is asked. A release that has environments is\n' +
    'written as it is without one, and for each environment into the folder of its name.',
  examples: `
# Synthesize every release of this checkout into dist/
kubectl bluegreen synth

# Fail when dist/ is not what the specs synthesize (for CI)
kubectl bluegreen synth --check

# Synthesize one environment alone, into dist/production/
kubectl bluegreen synth --environment=production

# Synthesize one release elsewhere
kubectl bluegreen synth releases/shop.yaml --output-dir=manifests`,
  flags: {
    'output-dir': { type: 'string', alias: 'd', describe: 'Folder to write to', hint: "'dist'", default: 'dist' },
    environment: {
      type: 'string',
      array: true,
      describe: 'Environment to synthesize alone, this flag can be repeated',
      hint: '[]',
    },
    check: {
      type: 'boolean',
      describe: 'Write nothing; exit with 3 when a file is not as synthesized',
      hint: 'false',
    },
  },
  load: () => import('../commands/synth.js'),
};
