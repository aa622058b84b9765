import type { Verb } from '../../invocation/verb.js';

export const synth: Verb = {
  name: 'synth',
  group: 'Setup Commands',
  args: '[SPEC...]',
  maxArgs: Number.POSITIVE_INFINITY,
  summary: 'Synthesize release specs into manifests',
  help: () => import('./help.js'),
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
  load: () => import('./run.js'),
};
