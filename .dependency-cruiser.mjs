// Which folder may import which. `npm run lint` checks it; CONTRIBUTING.md says why.

/** From the top down: a file imports from its own folder and from those below it. */
const LAYERS = [
  'cli',
  'commands',
  'invocation',
  'operations',
  'steps',
  'traffic',
  'checks',
  'run',
  'manifests',
  'terminal',
  'kube',
  'plan',
  'core',
];

const layerRules = LAYERS.slice(1).map((layer, index) => ({
  name: `${layer}-imports-downward`,
  comment: `plugin/${layer}/ may import only the layers below it`,
  severity: 'error',
  from: { path: `^plugin/${layer}/` },
  to: { path: `^plugin/(${LAYERS.slice(0, index + 1).join('|')}|bin\\.ts)` },
}));

const PURE =
  '^plugin/(plan|core/(errors|kubernetes|text)\\.ts)|^charts/(names|default-checks|policy|shared-names)\\.ts$|^node:crypto$|^crypto$';

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'no-circular-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(plugin|charts)/' },
      to: { circular: true, pathNot: '^plugin/plan/' },
    },
    { name: 'no-circular-files', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'plan-is-pure',
      comment: 'plan/ computes from what was observed: no I/O, no clock, no packages',
      severity: 'error',
      from: { path: '^plugin/plan/' },
      to: { pathNot: [PURE] },
    },
    {
      name: 'examinations-are-pure',
      comment: 'an examination of doctor is a function of the facts that were gathered',
      severity: 'error',
      from: { path: '^plugin/commands/doctor/examinations/' },
      to: { pathNot: [PURE, '^plugin/commands/doctor/'] },
    },
    {
      name: 'verbs-stand-alone',
      comment: 'what two verbs share is below commands/; rollback of a plain Deployment is undo',
      severity: 'error',
      from: { path: '^plugin/commands/([^/]+)/', pathNot: '^plugin/commands/rollback/' },
      to: { path: '^plugin/commands/([^/]+)/', pathNot: '^plugin/commands/$1/' },
    },
    {
      name: 'charts-is-a-library',
      comment: 'charts/ is used without the plugin',
      severity: 'error',
      from: { path: '^charts/' },
      to: { path: '^plugin/' },
    },
    {
      name: 'charts-are-not-loaded-at-start',
      comment: 'zod and cdk8s take longer to load than a command takes: they are imported when they are needed',
      severity: 'error',
      from: { path: '^plugin/', pathNot: '^plugin/(commands/(init|synth)|manifests/write-back)/' },
      to: {
        path: '^(charts/(index|release|render|synthesize)\\.ts|node_modules/(zod|cdk8s|constructs))',
        dynamic: false,
      },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(plugin|charts)/', pathNot: '\\.json$' },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
